"""Offers to join a group: made for the holder of an e-mail address, answered by him, withdrawn, or forgotten in time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from resolvers.memberships import joining
from store import outgoing_mail
from store.audit import AuditEntry
from store.db.advisory_locks import acquire_lock
from store.db.base import new_id
from store.db.tokens import hash_token, new_token
from store.groups import (
    AlreadyMember,
    Group,
    Invitation,
    InvitationNotOpen,
    InvitationState,
    MemberRole,
    Membership,
    MembershipState,
)
from store.notifications import Channel, Notification, NotificationEvent
from store.outgoing_mail import MailKind, OutgoingMail
from store.services import group_tree
from store.services.notification_fanout import invitation_channels
from store.users import User, normalize_address

_AT_ONCE = 500
_LETTERS_FOR_ONE = 3
_LETTERS_WITHIN = timedelta(hours=1)


@use_case("invitationCreate")
async def create_invitation(
    gate: Gate,
    *,
    group_id: UUID,
    email: str,
    role: MemberRole = MemberRole.MEMBER,
    days: int = 14,
) -> None:
    """Invite the holder of an address, whether he has an account or not: the answer does not tell which.

    Nobody's mailbox is filled: beyond three an hour, from whomever, an invitation has no letter. Its token is told anyway.
    """
    await group_tree.lock_tree_shared(gate.session)
    group = await gate.one(Group, group_id, to="manage_roles" if role is MemberRole.ADMIN else "invite")
    group.require_not_deleted()
    email = normalize_address(email)
    await _require_news(gate, email, group)
    invited_lately = await _invited_lately(gate, email)
    token = new_token()
    expires_at = gate.now + timedelta(days=days)
    invitation = Invitation(
        id=new_id(), email=email, group_id=group.id, role=role, token_hash=hash_token(token),
        invited_by_id=gate.actor.id, expires_at=expires_at, state=InvitationState.PENDING, created_at=gate.now,
    )  # fmt: skip
    gate.add(invitation)
    entry = gate.record("invitation.created", invitation)
    entry.id = new_id()
    holder = await _holder(gate, email)
    told_by = await invitation_channels(gate.session, group.id, holder)
    if Channel.EMAIL in told_by and invited_lately < _LETTERS_FOR_ONE:
        letter = OutgoingMail(
            email=email, kind=MailKind.INVITATION, about=group.name, secret=token, expires_at=expires_at
        )
        letter.created_at, letter.invitation_id = gate.now, invitation.id
        letter.locale = "en" if holder is None else holder.locale
        await gate.session.flush()  # the invitation first
        gate.add(letter)
    if Channel.PORTAL in told_by and holder is not None:
        gate.add(
            Notification(
                recipient_id=holder.id, event=NotificationEvent.INVITATION, payload={"group": group.name},
                dedupe_key=f"{entry.id}:{holder.id}", created_at=gate.now,
            ),
        )  # fmt: skip
    gate.tell("token", token)


@use_case("invitationRevoke")
async def revoke_invitation(gate: Gate, *, invitation_id: UUID) -> None:
    """Withdraw an offer that nobody has accepted yet."""
    invitation = await gate.one(Invitation, invitation_id, to="revoke")
    invitation.revoke(at=gate.now)
    await outgoing_mail.delete_unsent(gate.session, [invitation.id])
    gate.record("invitation.revoked", invitation)


@use_case("invitationDecline")
async def decline_invitation(gate: Gate, *, invitation_id: UUID) -> None:
    """Do not join."""
    invitation = await gate.one(Invitation, invitation_id, to="decline")
    invitation.decline(at=gate.now)
    await outgoing_mail.delete_unsent(gate.session, [invitation.id])
    gate.record("invitation.declined", invitation)


@use_case("invitationAccept")
async def accept_invitation(gate: Gate, *, invitation_id: UUID) -> None:
    """Join with the account that one has: one account, however many groups (F124)."""
    await group_tree.lock_tree_shared(gate.session)
    invitation = await gate.one(Invitation, invitation_id, to="accept", load=(Invitation.group,))
    invitation.group.require_not_deleted()
    invitation.accept(at=gate.now)
    await outgoing_mail.delete_unsent(gate.session, [invitation.id])
    membership = await joining(gate.session, user_id=gate.actor.id, group_id=invitation.group_id, role=invitation.role)
    gate.add(membership)
    gate.record("invitation.accepted", invitation)
    await gate.session.flush()
    gate.shows(membership)


async def expire_invitations(session: AsyncSession, *, now: datetime) -> Sequence[AuditEntry]:
    """Invitations whose time is over are EXPIRED; the oldest first, a handful at a time, each of them once.

    It works in the transaction of whoever calls, and skips what somebody else holds at this moment. It gives the audit
    entries of what it did, which the caller appends last (`audit.append`) and announces after the commit; none are left
    when it gives none.
    """
    due = (
        sa.select(Invitation)
        .where(Invitation.state == InvitationState.PENDING, Invitation.expires_at <= now)
        .order_by(Invitation.expires_at, Invitation.id)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    found = (await session.scalars(due)).all()
    await outgoing_mail.delete_unsent(session, [each.id for each in found])
    return [_expire(each, now) for each in found]


def _expire(invitation: Invitation, now: datetime) -> AuditEntry:
    before, invitation.state = invitation.state, InvitationState.EXPIRED
    return AuditEntry(
        action="invitation.expired", at=now, resource_type="Invitation", resource_id=invitation.id,
        group_id=invitation.group_id, before={"state": before.value}, after={"state": invitation.state.value},
    )  # fmt: skip


async def _require_news(gate: Gate, email: str, group: Group) -> None:
    """One open invitation for an address and a group, and none for whoever is there already."""
    pending = (
        Invitation.email == email, Invitation.group_id == group.id, Invitation.state == InvitationState.PENDING,
    )  # fmt: skip
    former = await gate.session.scalar(sa.select(Invitation).where(*pending).with_for_update())
    if former is not None:
        if former.expires_at > gate.now:
            raise InvitationNotOpen("this address has an open invitation to this group", state=former.state)
        former.state = InvitationState.EXPIRED  # the next one is written only after it has made room
        await gate.session.flush()
        await outgoing_mail.delete_unsent(gate.session, [former.id])
    role = await gate.session.scalar(
        sa.select(Membership.role)
        .join(User, User.id == Membership.user_id)
        .where(User.email == email, Membership.group_id == group.id, Membership.state == MembershipState.ACTIVE),
    )
    if role is not None:
        raise AlreadyMember(f"the holder of this address is {role.lower()} of this group already", state=role)


async def _invited_lately(gate: Gate, email: str) -> int:
    """Invitations are counted and not their letters: those of withdrawn ones are deleted, and may be on their way."""
    await acquire_lock(gate.session, f"invitation for {email}")
    lately = (Invitation.email == email, Invitation.created_at > gate.now - _LETTERS_WITHIN)
    return await gate.session.scalar(sa.select(sa.func.count()).select_from(Invitation).where(*lately)) or 0


async def _holder(gate: Gate, email: str) -> User | None:
    """The account whose address is proven; None where there is none."""
    return await gate.session.scalar(sa.select(User).where(User.email == email, User.email_verified_at.is_not(None)))

"""Invitations to join a group, sent to an email address: created, revoked, accepted, declined and expired."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from authz.gate.anonymous import AnonymousCaller, anonymous_use_case
from authz.gate.gate import Gate
from authz.gate.results import OneTime
from authz.gate.use_case import use_case
from resolvers.registrations import add_account, new_confirmation
from store import outgoing_mail
from store.audit import AuditEntry
from store.db.advisory_locks import acquire_lock
from store.db.base import new_id
from store.db.database import Session
from store.db.passwords import Password, hash_password
from store.db.tokens import hash_token, new_token
from store.errors import Refusal
from store.groups import Group, clean_name
from store.invitations import Invitation, InvitationNotOpen, InvitationState
from store.memberships import AlreadyMember, MemberRole, Membership
from store.notifications import Channel, Notification, NotificationEvent
from store.outgoing_mail import MailKind, OutgoingMail
from store.queries import accounts, invitations, memberships
from store.services import group_tree
from store.services.memberships import join_group
from store.services.notification_fanout import invitation_channels
from store.users import UserStatus, normalize_address

_BATCH_SIZE = 500
_MAX_MAILS = 3
_MAIL_WINDOW = timedelta(hours=1)


class InvitationNotValid(Refusal):
    """The token is unknown, or the address has an account already: its holder logs in and accepts the invitation there."""

    code = "INVITATION_NOT_VALID"


@dataclass(frozen=True, slots=True)
class InvitationCreated:
    """A new invitation, and the token with which a person without an account accepts it."""

    invitation: Invitation
    token: OneTime[str]


@dataclass(frozen=True, slots=True)
class InvitationChanged:
    """An invitation after it was revoked or declined."""

    invitation: Invitation


@dataclass(frozen=True, slots=True)
class InvitationAccepted:
    """An accepted invitation and the membership that it led to."""

    invitation: Invitation
    membership: Membership


@use_case("invitationCreate")
async def create_invitation(
    gate: Gate, *, group_id: UUID, email: str, role: MemberRole = MemberRole.MEMBER, days: int = 14
) -> InvitationCreated:
    """Invite the holder of an address to a group; the result does not reveal whether they have an account.

    From the fourth invitation to one address within an hour, by any inviter, no email is sent; the token is returned anyway.
    """
    await gate.run(group_tree.lock_tree_shared)
    group = await gate.one(Group, group_id, to="manage_roles" if role is MemberRole.ADMIN else "invite")
    group.require_not_deleted()
    email = normalize_address(email)
    await _require_not_invited(gate, email, group)
    await gate.run(acquire_lock, f"invitation for {email}")
    # Invitations are counted instead of emails: the email of a revoked one is deleted, and may be on its way.
    recent = await gate.run(invitations.count_since, email, gate.now - _MAIL_WINDOW)
    token = new_token()
    invitation = Invitation(
        id=new_id(),
        email=email,
        group_id=group.id,
        role=role,
        token_hash=hash_token(token),
        invited_by_id=gate.actor.id,
        expires_at=gate.now + timedelta(days=days),
        state=InvitationState.PENDING,
        created_at=gate.now,
    )
    gate.add(invitation)
    entry = gate.record("invitation.created", invitation)
    entry.id = new_id()
    holder = await gate.run(accounts.confirmed_user, email)
    channels = await gate.run(invitation_channels, group.id, holder)
    if Channel.EMAIL in channels and recent < _MAX_MAILS:
        await gate.flush()  # the email refers to the invitation
        gate.add(
            OutgoingMail(
                email=email,
                kind=MailKind.INVITATION,
                about=group.name,
                secret=token,
                invitation_id=invitation.id,
                locale="en" if holder is None else holder.locale,
                expires_at=invitation.expires_at,
                created_at=gate.now,
            )
        )
    if Channel.PORTAL in channels and holder is not None:
        gate.add(
            Notification(
                recipient_id=holder.id,
                event=NotificationEvent.INVITATION,
                payload={"group": group.name},
                dedupe_key=f"{entry.id}:{holder.id}",
                created_at=gate.now,
            )
        )
    return InvitationCreated(invitation=invitation, token=OneTime(token))


@use_case("invitationRevoke")
async def revoke_invitation(gate: Gate, *, invitation_id: UUID) -> InvitationChanged:
    """Revoke an invitation that is still open."""
    invitation = await gate.one(Invitation, invitation_id, to="revoke")
    invitation.revoke(at=gate.now)
    await gate.run(outgoing_mail.delete_unsent, [invitation.id])
    gate.record("invitation.revoked", invitation)
    return InvitationChanged(invitation=invitation)


@use_case("invitationDecline")
async def decline_invitation(gate: Gate, *, invitation_id: UUID) -> InvitationChanged:
    """Decline an invitation to the caller's own address."""
    invitation = await gate.one(Invitation, invitation_id, to="decline")
    invitation.decline(at=gate.now)
    await gate.run(outgoing_mail.delete_unsent, [invitation.id])
    gate.record("invitation.declined", invitation)
    return InvitationChanged(invitation=invitation)


@use_case("invitationAccept")
async def accept_invitation(gate: Gate, *, invitation_id: UUID) -> InvitationAccepted:
    """Join a group with the caller's account: one account, however many groups (F124)."""
    await gate.run(group_tree.lock_tree_shared)
    invitation = await gate.one(Invitation, invitation_id, to="accept", load=(Invitation.group,))
    invitation.group.require_not_deleted()
    invitation.accept(at=gate.now)
    await gate.run(outgoing_mail.delete_unsent, [invitation.id])
    membership = await gate.run(join_group, user_id=gate.actor.id, group_id=invitation.group_id, role=invitation.role)
    gate.record("invitation.accepted", invitation)
    return InvitationAccepted(invitation=invitation, membership=membership)


@anonymous_use_case("invitationAcceptByToken")
async def accept_invitation_by_token(caller: AnonymousCaller, *, token: str, name: str, password: Password) -> None:
    """Join a group with a new account, by the token of an invitation.

    The inviter knows the token as well, so it proves nothing about the mailbox: the address counts as verified only once
    the confirmation that is sent here is answered, and until then the account can do what this invitation offers and no more.
    """
    name = clean_name(name)
    password_hash = await hash_password(password.text)
    async with caller.transaction() as transaction:
        await transaction.run(group_tree.lock_tree_shared)
        invitation = await transaction.run(invitations.lock_by_token, hash_token(token))
        if invitation is None or await transaction.run(accounts.user_by_email, invitation.email) is not None:
            raise InvitationNotValid(
                "the invitation token is not valid; if you have an account, log in and accept the invitation there"
            )
        invitation.accept(at=caller.now)
        await transaction.run(outgoing_mail.delete_unsent, [invitation.id])
        invitation.group.require_not_deleted()
        user = await add_account(transaction, invitation.email, name, "en")
        user.password_hash, user.status = password_hash, UserStatus.ACTIVE
        await transaction.run(join_group, user_id=user.id, group_id=invitation.group_id, role=invitation.role)
        for row in new_confirmation(user, at=caller.now):
            transaction.add(row)
        transaction.record("invitation.accepted", actor=user, resource=invitation)


async def expire_invitations(session: Session, now: datetime) -> Sequence[AuditEntry]:
    """Expire one batch of open invitations whose time is over, the oldest first.

    Returns their audit entries, which the caller appends last (`audit.append`) and announces after the commit; none when
    nothing is left to expire. Rows that another transaction has locked are skipped.
    """
    overdue = await invitations.lock_overdue(session, now, limit=_BATCH_SIZE)
    await outgoing_mail.delete_unsent(session, [each.id for each in overdue])
    return [_expire(each, now) for each in overdue]


def _expire(invitation: Invitation, now: datetime) -> AuditEntry:
    before, invitation.state = invitation.state, InvitationState.EXPIRED
    return AuditEntry(
        action="invitation.expired",
        at=now,
        resource_type="Invitation",
        resource_id=invitation.id,
        group_id=invitation.group_id,
        before={"state": before.value},
        after={"state": invitation.state.value},
    )


async def _require_not_invited(gate: Gate, email: str, group: Group) -> None:
    """One open invitation for an address and a group, and none for a member."""
    former = await gate.run(invitations.lock_pending, email, group.id)
    if former is not None:
        if former.expires_at > gate.now:
            raise InvitationNotOpen(
                "this address already has an open invitation to this group; revoke it first", state=former.state
            )
        former.state = InvitationState.EXPIRED
        await gate.flush()  # a unique index allows one pending invitation
        await gate.run(outgoing_mail.delete_unsent, [former.id])
    role = await gate.run(memberships.role_of, email, group.id)
    if role is not None:
        raise AlreadyMember(f"the holder of this address already belongs to this group as {role.lower()}", state=role)

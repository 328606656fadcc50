"""How people get an account by themselves: they leave an address, and whoever holds its mailbox confirms it.

Nobody is known here yet who could open a gate. No answer tells whether an address has an account: what is found out goes
into the mailbox, and there only.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from authz.gate.access import Access
from resolvers.memberships import joining
from store import audit, outgoing_mail
from store.audit import AuditEntry, Outcome
from store.confirmations import LIFETIME, Confirmation, ConfirmationInvalid
from store.db.advisory_locks import acquire_lock
from store.db.base import new_id
from store.db.passwords import Secret, hash_password
from store.db.tokens import hash_token, new_token
from store.errors import Conflict, Refusal
from store.groups import Group, Invitation, clean_name
from store.outgoing_mail import MailKind, OutgoingMail
from store.services import group_tree
from store.services.cloud_containers import new_cloud_container
from store.users import AccessToken, User, UserKind, UserStatus, normalize_address

_WINDOW = timedelta(hours=1)
_KEPT = timedelta(days=30)
_ASKED_FOR_ONE = 3
_ASKED_BY_ALL = 1000


class TooManyRequests(Refusal):
    """More strangers knock than the portal answers; `retry_after` seconds later there is room again."""

    code = "TOO_MANY_REQUESTS"


class PasswordNeeded(Refusal):
    """The account has no password yet: the confirmation brings one along."""

    code = "PASSWORD_NEEDED"


class InvitationNotValid(Refusal):
    """The secret is unknown, used or too old, or the address has an account already: log in with it and accept there."""

    code = "INVITATION_NOT_VALID"


async def register(access: Access, *, email: str, name: str, password: Secret, locale: str = "en") -> None:
    """A stranger leaves an address; the letter that goes there says what comes next, and the answer says nothing."""
    portal = access.services
    await access.view.renew()  # as a gate does: one connection at a time
    email, name, now = normalize_address(email), clean_name(name), portal.clock.now()
    User(name="").update_profile(locale=locale)
    kept = await hash_password(password.text)  # also where it is not needed: it must not take less time
    async with _door(access, "accountRegister") as session:
        if await _asked(session, now) >= _ASKED_BY_ALL:
            raise TooManyRequests("too many people register at this moment", retry_after=int(_WINDOW.total_seconds()))
        await acquire_lock(session, f"account for {email}")
        if await _asked(session, now, email=email) < _ASKED_FOR_ONE:
            taken = sa.exists().where(User.email == email, User.email_verified_at.is_not(None))
            if await session.scalar(sa.select(taken)):
                session.add(OutgoingMail(email=email, kind=MailKind.ALREADY_REGISTERED, locale=locale, created_at=now))
            else:
                _write(session, Confirmation(email=email, name=name, locale=locale, password_hash=kept), at=now)
        entry = AuditEntry(action="account.asked_for", at=now, request_id=access.request_id)
        await audit.append(session, [entry])
    await portal.announcer.announce([entry.number])


async def confirm(access: Access, *, token: str, password: Secret | None = None) -> None:
    """The letter comes back: from now on there is an account that can be used, and the address is its holder's."""
    portal = access.services
    await access.view.renew()
    now = portal.clock.now()
    kept = None if password is None else await hash_password(password.text)
    async with _door(access, "accountConfirm") as session:
        found = sa.select(Confirmation).where(Confirmation.token_hash == hash_token(token))
        confirmation = await session.scalar(found.with_for_update())
        if confirmation is None:
            raise ConfirmationInvalid("this confirmation is not valid; ask for another one")
        confirmation.confirm(at=now)
        user = await session.scalar(sa.select(User).where(User.email == confirmation.email).with_for_update())
        if user is None:
            user = await _new_account(session, confirmation.email, name=confirmation.name, locale=confirmation.locale)
        elif user.email_verified_at is not None:
            raise ConfirmationInvalid("this confirmation is not valid; ask for another one")
        elif confirmation.user_id != user.id:
            await _close_what_others_opened(session, user)
        chosen = kept or confirmation.password_hash
        if chosen is None and (user.password_hash is None or confirmation.user_id != user.id):
            raise PasswordNeeded("choose a password for the account")
        user.confirm_address(chosen, at=now)
        entry = AuditEntry(
            action="account.confirmed", at=now, actor_id=user.id, resource_type="User", resource_id=user.id,
            request_id=access.request_id,
        )  # fmt: skip
        await audit.append(session, [entry])
    await portal.announcer.announce([entry.number])


async def join_by_token(access: Access, *, token: str, name: str, password: Secret) -> None:
    """Whoever was given the token of an invitation comes with a new account.

    The inviter knows the token as well, so it proves nothing about the mailbox: the address counts as verified only when
    the letter that goes out here comes back, and until then the account can do what this invitation offers, and no more.
    """
    portal = access.services
    await access.view.renew()
    now, name = portal.clock.now(), clean_name(name)
    kept = await hash_password(password.text)
    async with _door(access, "invitationAcceptByToken") as session:
        await group_tree.lock_tree_shared(session)
        found = sa.select(Invitation).where(Invitation.token_hash == hash_token(token)).with_for_update()
        invitation = await session.scalar(found)
        if invitation is None or await session.scalar(sa.select(sa.exists().where(User.email == invitation.email))):
            raise InvitationNotValid("this invitation is not valid; who has an account logs in and accepts it there")
        invitation.accept(at=now)
        await outgoing_mail.delete_unsent(session, [invitation.id])
        (await session.get_one(Group, invitation.group_id)).require_not_deleted()
        user = await _new_account(session, invitation.email, name=name, locale="en")
        user.password_hash, user.status = kept, UserStatus.ACTIVE
        session.add(await joining(session, user_id=user.id, group_id=invitation.group_id, role=invitation.role))
        ask_to_confirm(session, user, at=now)
        entry = AuditEntry(
            action="invitation.accepted", at=now, actor_id=user.id, resource_type="Invitation",
            resource_id=invitation.id, group_id=invitation.group_id, request_id=access.request_id,
        )  # fmt: skip
        await audit.append(session, [entry])
    await portal.announcer.announce([entry.number])


async def forget_letters(session: AsyncSession, now: datetime) -> Sequence[AuditEntry]:
    """Forget who left an address and never came back, and what was sent; it is no act, and leaves no trail."""
    await session.execute(sa.delete(Confirmation).where(Confirmation.expires_at <= now - _KEPT))
    old = sa.and_(OutgoingMail.created_at <= now - _KEPT, sa.func.coalesce(OutgoingMail.expires_at, now) <= now)
    await session.execute(sa.delete(OutgoingMail).where(old))
    return ()


@asynccontextmanager
async def _door(access: Access, operation: str) -> AsyncIterator[AsyncSession]:
    """A transaction of a stranger. Like behind the gate a refusal is on record, and a faster one is a conflict."""
    try:
        try:
            async with access.services.database.transaction() as session:
                yield session
        except sa.exc.IntegrityError as problem:
            raise Conflict("somebody else did this at the same moment; repeat the request") from problem
    except Refusal as refusal:
        entry = AuditEntry(
            action=operation, at=access.services.clock.now(), outcome=Outcome.REFUSED, code=refusal.code,
            request_id=access.request_id,
        )  # fmt: skip
        async with access.services.database.transaction() as session:
            await audit.append(session, [entry])
        raise


async def _asked(session: AsyncSession, now: datetime, *, email: str | None = None) -> int:
    """How often strangers have asked for accounts lately, for this address or for any."""
    asked = sa.select(sa.func.count()).where(
        Confirmation.user_id.is_(None),
        Confirmation.expires_at > now + LIFETIME - _WINDOW,
    )
    known = sa.select(sa.func.count()).where(
        OutgoingMail.kind == MailKind.ALREADY_REGISTERED,
        OutgoingMail.created_at > now - _WINDOW,
    )
    if email is not None:
        asked, known = asked.where(Confirmation.email == email), known.where(OutgoingMail.email == email)
    return int(await session.scalar(sa.select(asked.scalar_subquery() + known.scalar_subquery())) or 0)


def ask_to_confirm(session: AsyncSession, user: User, *, at: datetime) -> None:
    """A letter to the address of an account that there is: whoever answers it is its holder."""
    _write(session, Confirmation(email=user.email, user_id=user.id, locale=user.locale), at=at)


def _write(session: AsyncSession, confirmation: Confirmation, *, at: datetime) -> None:
    secret = new_token()
    confirmation.token_hash, confirmation.expires_at = hash_token(secret), at + LIFETIME
    session.add(confirmation)
    session.add(
        OutgoingMail(
            email=confirmation.email, kind=MailKind.CONFIRMATION, locale=confirmation.locale, secret=secret,
            expires_at=confirmation.expires_at, created_at=at,
        ),
    )  # fmt: skip


async def _new_account(session: AsyncSession, email: str, *, name: str, locale: str) -> User:
    user = User(id=new_id(), email=email, name=name, locale=locale, kind=UserKind.HUMAN, status=UserStatus.PENDING)
    session.add(user)
    await session.flush()
    session.add(new_cloud_container(user))
    return user


async def _close_what_others_opened(session: AsyncSession, user: User) -> None:
    """Somebody else had opened this account before its address was proven: his password and tokens open it no longer."""
    user.password_hash = None
    await session.execute(
        sa.delete(AccessToken).where(AccessToken.user_id == user.id),
        execution_options={"synchronize_session": False},
    )

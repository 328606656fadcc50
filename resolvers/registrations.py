"""Registration: a person asks for an account, and confirms the email address with the token that is sent to it.

No answer reveals whether an address has an account: only the email to that address does.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from authz.gate.anonymous import AnonymousCaller, AnonymousTransaction, anonymous_use_case
from store.audit import AuditEntry
from store.confirmations import LIFETIME, Confirmation, ConfirmationInvalid
from store.db.advisory_locks import acquire_lock
from store.db.base import new_id
from store.db.database import Session
from store.db.passwords import Password, hash_password
from store.db.tokens import hash_token, new_token
from store.errors import Refusal
from store.groups import clean_name
from store.outgoing_mail import MailKind, OutgoingMail
from store.queries import accounts, registrations
from store.services.cloud_containers import new_cloud_container
from store.users import User, UserKind, UserStatus, normalize_address

_WINDOW = timedelta(hours=1)
_MAX_PER_ADDRESS = 3
_MAX_PER_PORTAL = 1000
_RETENTION = timedelta(days=30)


class TooManyRequests(Refusal):
    """More registrations than the portal accepts within an hour; `retry_after` is the number of seconds to wait."""

    code = "TOO_MANY_REQUESTS"


class PasswordNeeded(Refusal):
    """The account has no password yet, and the confirmation brings none."""

    code = "PASSWORD_NEEDED"


@anonymous_use_case("accountRegister")
async def register(caller: AnonymousCaller, *, email: str, name: str, password: Password, locale: str = "en") -> None:
    """Ask for an account. An email to the address says how to go on; from the fourth within an hour none is sent."""
    email, name = normalize_address(email), clean_name(name)
    User(name="").update_profile(locale=locale)  # raises BadInput for a malformed locale
    password_hash = await hash_password(password.text)  # also where it is not needed: it must not take less time
    since = caller.now - _WINDOW
    async with caller.transaction() as transaction:
        if await transaction.run(registrations.count, since=since) >= _MAX_PER_PORTAL:
            seconds = int(_WINDOW.total_seconds())
            raise TooManyRequests(
                f"the portal accepts {_MAX_PER_PORTAL} registrations an hour; try again later", retry_after=seconds
            )
        await transaction.run(acquire_lock, f"account for {email}")
        if await transaction.run(registrations.count, since=since, email=email) < _MAX_PER_ADDRESS:
            if await transaction.run(accounts.confirmed_user, email):
                kind = MailKind.ALREADY_REGISTERED
                transaction.add(OutgoingMail(email=email, kind=kind, locale=locale, created_at=caller.now))
            else:
                confirmation = Confirmation(email=email, name=name, locale=locale, password_hash=password_hash)
                transaction.add(_issue(confirmation, at=caller.now))
                transaction.add(confirmation)
        transaction.record("account.asked_for")


@anonymous_use_case("accountConfirm")
async def confirm(caller: AnonymousCaller, *, token: str, password: Password | None = None) -> None:
    """Confirm an email address with the token that was sent to it; from then on its holder can log in."""
    password_hash = None if password is None else await hash_password(password.text)
    async with caller.transaction() as transaction:
        confirmation = await transaction.run(registrations.lock_confirmation, hash_token(token))
        if confirmation is None:
            raise ConfirmationInvalid
        confirmation.confirm(at=caller.now)
        user = await transaction.run(accounts.lock_user_by_email, confirmation.email)
        if user is None:
            user = await add_account(transaction, confirmation.email, confirmation.name, confirmation.locale)
        elif user.email_verified_at is not None:
            raise ConfirmationInvalid
        elif confirmation.user_id != user.id:
            # The account was set up by someone who had not proved the address: their password and tokens must not open it.
            user.password_hash = None
            await transaction.run(accounts.delete_tokens, user.id)
        chosen = password_hash or confirmation.password_hash
        if chosen is None and (user.password_hash is None or confirmation.user_id != user.id):
            raise PasswordNeeded("the account has no password yet; choose one with `password`")
        user.confirm_address(chosen, at=caller.now)
        transaction.record("account.confirmed", actor=user, resource=user)


async def add_account(transaction: AnonymousTransaction, email: str, name: str, locale: str) -> User:
    """Create the account of a person, with its cloud container, for an address that is not confirmed yet."""
    user = User(id=new_id(), email=email, name=name, locale=locale, kind=UserKind.HUMAN, status=UserStatus.PENDING)
    transaction.add(user)
    await transaction.flush()
    transaction.add(new_cloud_container(user))
    return user


def new_confirmation(user: User, *, at: datetime) -> tuple[Confirmation, OutgoingMail]:
    """A request to the holder of an account's address to confirm it: the row and the email with its token."""
    confirmation = Confirmation(email=user.email, user_id=user.id, locale=user.locale)
    return confirmation, _issue(confirmation, at=at)


async def delete_old_mail(session: Session, now: datetime) -> Sequence[AuditEntry]:
    """Delete expired confirmations and emails after 30 days; it records no audit entry."""
    await registrations.delete_before(session, now - _RETENTION, now=now)
    return ()


def _issue(confirmation: Confirmation, *, at: datetime) -> OutgoingMail:
    """Give a confirmation its token and its end; the email brings the token."""
    token = new_token()
    confirmation.token_hash, confirmation.expires_at = hash_token(token), at + LIFETIME
    return OutgoingMail(
        email=confirmation.email,
        kind=MailKind.CONFIRMATION,
        locale=confirmation.locale,
        secret=token,
        expires_at=confirmation.expires_at,
        created_at=at,
    )

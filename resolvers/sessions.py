"""Logging in, and access tokens."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from authz.gate.anonymous import AnonymousCaller, anonymous_use_case
from authz.gate.gate import Gate
from authz.gate.results import OneTime
from authz.gate.use_case import use_case
from store.audit import Outcome
from store.db.passwords import verify_password
from store.db.tokens import new_access_token
from store.errors import Unauthenticated
from store.groups import clean_name
from store.queries import accounts
from store.users import AccessToken, User, UserKind, UserStatus

_LIFETIME = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A login: a new access token and the account that it belongs to."""

    token: OneTime[str]
    access_token: AccessToken
    user: User


@dataclass(frozen=True, slots=True)
class TokenCreated:
    """A new access token."""

    access_token: AccessToken
    token: OneTime[str]


@dataclass(frozen=True, slots=True)
class TokenRevoked:
    """A token after its revocation."""

    access_token: AccessToken


@anonymous_use_case("login")
async def login(caller: AnonymousCaller, *, email: str, password: str) -> LoggedIn:
    """Log in as a person; an unknown email address and a wrong password give the same refusal, after the same time."""
    logged_in = None
    async with caller.transaction() as transaction:
        user = await transaction.run(accounts.user_by_email, email.strip().casefold())
        usable = user is not None and user.kind is UserKind.HUMAN and user.status is UserStatus.ACTIVE
        proven = await verify_password(user.password_hash if user and usable else None, password)
        entry = transaction.record("session.opened", actor=user)
        if user and proven:
            token, text = new_access_token(user, name="login", lifetime=_LIFETIME, now=caller.now)
            transaction.add(token)
            logged_in = LoggedIn(token=OneTime(text), access_token=token, user=user)
        else:
            entry.outcome, entry.code = Outcome.REFUSED, Unauthenticated.code
    if logged_in is None:
        raise Unauthenticated("the email address or the password is wrong")
    return logged_in


@use_case("tokenRevoke")
async def revoke_token(gate: Gate, *, token_id: UUID | None = None) -> TokenRevoked:
    """Revoke an access token: by default the one of this request. It is refused from the next statement on."""
    token = await gate.one(AccessToken, token_id or gate.actor.token_id, to="revoke")
    token.revoke(at=gate.now)
    gate.record("token.revoked", token)
    return TokenRevoked(access_token=token)


@use_case("tokenCreate")
async def create_token(gate: Gate, *, name: str, days: int = 30) -> TokenCreated:
    """Create an access token for the caller's own programs, with all rights of the caller."""
    user = await gate.one(User, gate.actor.id, to="issue_token")
    token, text = new_access_token(user, name=clean_name(name), lifetime=timedelta(days=days), now=gate.now)
    gate.add(token)
    gate.record("token.issued", token)
    return TokenCreated(access_token=token, token=OneTime(text))

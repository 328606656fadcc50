"""Logging in and out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from authz.gate.access import Access
from authz.gate.gate import Gate
from authz.gate.results import OneTime
from authz.gate.use_case import use_case
from store import audit
from store.audit import AuditEntry, Outcome
from store.db import tokens
from store.db.passwords import verify_password
from store.errors import Unauthenticated
from store.groups import clean_name
from store.users import AccessToken, User, UserKind, UserStatus

SESSION = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Session:
    """A fresh token, told once and never again."""

    token: str
    expires_at: datetime
    user_id: UUID


@dataclass(frozen=True, slots=True)
class TokenCreated:
    """A new access token."""

    access_token: AccessToken
    token: OneTime[str]


@dataclass(frozen=True, slots=True)
class TokenRevoked:
    """A token after its revocation."""

    access_token: AccessToken


async def login(access: Access, *, email: str, password: str) -> Session:
    """A person proves who he is. A wrong e-mail address and a wrong password read, and take, the same."""
    portal = access.services
    await access.view.renew()  # as a gate does: one connection at a time
    now = portal.clock.now()
    async with portal.database.transaction() as session:
        user = await session.scalar(sa.select(User).where(User.email == email.strip().casefold()))
        usable = user is not None and user.kind is UserKind.HUMAN and user.status is UserStatus.ACTIVE
        proven = await verify_password(user.password_hash if user and usable else None, password)
        entry = AuditEntry(
            action="session.opened",
            at=now,
            actor_id=user.id if user else None,
            request_id=access.request_id,
        )
        token = None
        if user and proven:
            token = await tokens.issue(session, user, name="login", lifetime=SESSION, now=now)
        else:
            entry.outcome, entry.code = Outcome.REFUSED, Unauthenticated.code
        await audit.append(session, [entry])
    if user is None or token is None:
        raise Unauthenticated("the e-mail address or the password is wrong")
    return Session(token=token, expires_at=now + SESSION, user_id=user.id)


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
    token, text = tokens.new_access_token(user, name=clean_name(name), lifetime=timedelta(days=days), now=gate.now)
    gate.add(token)
    gate.record("token.issued", token)
    return TokenCreated(access_token=token, token=OneTime(text))

"""Access tokens: created here, shown once, stored only as a hash."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from store.db.base import new_id
from store.users import AccessToken, User

PREFIX = "lp_"  # lets secret scanners recognize a token in repositories and logs
_SECRET_BYTES = 32


async def issue(session: AsyncSession, user: User, *, name: str, lifetime: timedelta, now: datetime) -> str:
    """Store a new token for a user and return its text, which cannot be read again."""
    token, text = new_access_token(user, name=name, lifetime=lifetime, now=now)
    session.add(token)
    await session.flush()
    return text


def new_access_token(user: User, *, name: str, lifetime: timedelta, now: datetime) -> tuple[AccessToken, str]:
    """A token that is not stored yet, and its text."""
    text = new_token()
    token = AccessToken(
        id=new_id(), user_id=user.id, name=name, hash=hash_token(text), created_at=now, expires_at=now + lifetime
    )
    return token, text


def new_token() -> str:
    return PREFIX + secrets.token_urlsafe(_SECRET_BYTES)


def hash_token(text: str) -> bytes:
    """The hash by which a token is found. SHA-256 without salt is enough for 32 random bytes."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()

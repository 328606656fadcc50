"""Login tokens: made here, shown once, kept only as a hash."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from store.db.base import new_id
from store.users import AccessToken, User

PREFIX = "lp_"  # tells scanners of repositories and logs what they have found
_SECRET_BYTES = 32


async def issue(session: AsyncSession, user: User, *, name: str, lifetime: timedelta, now: datetime) -> str:
    """Give a user a new token and return its text, which cannot be had again."""
    token, text = new_access_token(user, name=name, lifetime=lifetime, now=now)
    session.add(token)
    await session.flush()
    return text


def new_access_token(user: User, *, name: str, lifetime: timedelta, now: datetime) -> tuple[AccessToken, str]:
    """A token that is not kept yet, and its text."""
    text = new_token()
    token = AccessToken(
        id=new_id(),
        user_id=user.id,
        name=name,
        hash=hash_token(text),
        created_at=now,
        expires_at=now + lifetime,
    )
    return token, text


def new_token() -> str:
    """A secret that nobody guesses."""
    return PREFIX + secrets.token_urlsafe(_SECRET_BYTES)


def hash_token(text: str) -> bytes:
    """What a token is found by. A plain SHA-256 is enough: nobody guesses 32 random bytes."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()

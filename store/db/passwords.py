"""Passwords: what is kept of them, and how one is judged without telling who has an account."""

import asyncio
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 10, 200


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A password on its way. Printed, logged or made the fingerprint of a request, it says nothing."""

    text: str

    def __repr__(self) -> str:
        return "Secret(...)"


# Argon2id with the memory and passes that OWASP names for servers: many logins at once must not exhaust the machine.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Judged in place of a hash that is not there, so that an unknown account costs as much time as a wrong password.
_NOBODY = _HASHER.hash("nobody has this password, because nobody has this account")


async def hash_password(password: str) -> str:
    """What may be kept of a password. It takes tens of milliseconds, away from the event loop."""
    return await asyncio.to_thread(_HASHER.hash, _bytes(password))


async def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether this is the password; `None` (no such account, or one without a password) takes the same time."""
    return await asyncio.to_thread(_matches, password_hash, _bytes(password))


def _matches(password_hash: str | None, password: bytes) -> bool:
    try:
        _HASHER.verify(_NOBODY if password_hash is None else password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def _bytes(password: str) -> bytes:
    return password.encode(errors="surrogatepass")  # JSON can spell half a character, and that is no reason to fail

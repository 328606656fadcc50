"""Hashing and verifying passwords, in the same time whether or not the account exists."""

import asyncio
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 10, 200


@dataclass(frozen=True, slots=True, repr=False)
class Password:
    """A password as an argument; its repr reveals nothing in logs, tracebacks and fingerprints of requests."""

    text: str

    def __repr__(self) -> str:
        return "Password(...)"


# Argon2id with the parameters that OWASP recommends for servers: many logins at once must not exhaust the machine.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Verified in place of a missing hash, so that an unknown account takes as long as a wrong password.
_DUMMY_HASH = _HASHER.hash("the hash that stands in for an account that does not exist")


async def hash_password(password: str) -> str:
    """The Argon2id hash of a password; takes tens of milliseconds in a thread."""
    return await asyncio.to_thread(_HASHER.hash, _bytes(password))


async def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether the password matches; a hash of None never matches, and takes the same time."""
    return await asyncio.to_thread(_verify, password_hash, _bytes(password))


def _verify(password_hash: str | None, password: bytes) -> bool:
    try:
        _HASHER.verify(_DUMMY_HASH if password_hash is None else password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def _bytes(password: str) -> bytes:
    return password.encode(errors="surrogatepass")  # JSON can carry a lone surrogate

"""The 25 characters of a ticket: how they are made, read, masked and found again."""

import hashlib
import secrets

from store.errors import BadInput

LENGTH = 25
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is mistaken for something else when read aloud
_BLOCK = 5


def new_code() -> str:
    """125 random bits, in five blocks."""
    return _in_blocks("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def normalize(text: str) -> str:
    """The code as people type it, made one: capitals in five blocks. The text itself stays out of the message."""
    code = "".join(text.split()).replace("-", "").upper()
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        raise BadInput(f"a ticket code has {LENGTH} letters and digits")
    return _in_blocks(code)


def hash_code(text: str) -> bytes:
    """What a ticket is found by."""
    return hashlib.sha256(normalize(text).encode()).digest()


def mask(text: str) -> str:
    """Enough to tell two tickets apart, too little to redeem one."""
    return "*****-" * (LENGTH // _BLOCK - 1) + normalize(text)[-_BLOCK:]


def _in_blocks(code: str) -> str:
    return "-".join(code[start : start + _BLOCK] for start in range(0, LENGTH, _BLOCK))

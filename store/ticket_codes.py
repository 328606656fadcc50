"""Ticket codes: generating, normalizing, hashing and masking them."""

import hashlib
import secrets

from store.errors import BadInput

LENGTH = 25
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without characters that are easily confused
_BLOCK = 5


def new_code() -> str:
    """A random code of 125 bits, in five blocks."""
    return _in_blocks("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def normalize(text: str) -> str:
    """The code in capitals and five blocks; raises BadInput, whose message never contains the text."""
    code = "".join(text.split()).replace("-", "").upper()
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        raise BadInput(f"a ticket code must have {LENGTH} letters and digits")
    return _in_blocks(code)


def hash_code(text: str) -> bytes:
    """The hash by which a ticket is found."""
    return hashlib.sha256(normalize(text).encode()).digest()


def mask(text: str) -> str:
    """The code with only its last block readable: enough to distinguish tickets, too little to redeem one."""
    return "*****-" * (LENGTH // _BLOCK - 1) + normalize(text)[-_BLOCK:]


def _in_blocks(code: str) -> str:
    return "-".join(code[start : start + _BLOCK] for start in range(0, LENGTH, _BLOCK))

"""Ticket codes under seal: their owners can read them again, and nobody who has only the database can."""

import os
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from store.errors import Refusal

_NAME = "tickets.key"
_PRIVATE_FOLDER = 0o700


class CodeNotKept(Refusal):
    """The ticket was made elsewhere, or its seal is of another key: the code cannot be read again."""

    code = "CODE_NOT_KEPT"


class CodeSeal:
    """Closes and opens ticket codes with a key that stands in a file of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        file = folder / _NAME
        if not file.exists():
            _create(file)
        self._fernet = Fernet(file.read_bytes().strip())

    def seal(self, code: str) -> bytes:
        return self._fernet.encrypt(code.encode())

    def unseal(self, sealed: bytes | None) -> str:
        """Raises CodeNotKept where there is nothing to open, or not with this key."""
        try:
            return self._fernet.decrypt(sealed or b"").decode()
        except InvalidToken as problem:
            raise CodeNotKept("the code of this ticket is not kept here") from problem


def _create(file: Path) -> None:
    """Complete or not at all; where another process was faster, its key is used."""
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".new-") as fresh:  # readable by its owner only
        fresh.write(Fernet.generate_key())
        fresh.flush()
        os.fsync(fresh.fileno())
        try:
            os.link(fresh.name, file)
        except FileExistsError:
            return
    entry = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(entry)  # a sealed code must not outlive its key
    finally:
        os.close(entry)

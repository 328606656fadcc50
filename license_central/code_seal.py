"""Encryption of stored ticket codes: their owners can read them again, but the database alone does not reveal them."""

import os
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from store.errors import Refusal

_NAME = "tickets.key"
_PRIVATE_FOLDER = 0o700


class CodeNotKept(Refusal):
    """The code of the ticket is not stored, or was encrypted with another key."""

    code = "CODE_NOT_KEPT"


class CodeSeal:
    """Encrypts and decrypts ticket codes with a key from a file."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        file = folder / _NAME
        if not file.exists():
            _create(file)
        self._fernet = Fernet(file.read_bytes().strip())

    def seal(self, code: str) -> bytes:
        return self._fernet.encrypt(code.encode())

    def unseal(self, sealed: bytes | None) -> str:
        """Decrypt a code; raises CodeNotKept without a code, or with another key."""
        try:
            return self._fernet.decrypt(sealed or b"").decode()
        except InvalidToken as problem:
            raise CodeNotKept("the code of this ticket is not stored; it cannot be shown") from problem


def _create(file: Path) -> None:
    """Create the file atomically; if another process was faster, its key is used."""
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".new-") as key_file:  # readable only by its owner
        key_file.write(Fernet.generate_key())
        key_file.flush()
        os.fsync(key_file.fileno())
        try:
            os.link(key_file.name, file)
        except FileExistsError:
            return
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # a stored code must not survive a crash without its key
    finally:
        os.close(folder)

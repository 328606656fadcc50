"""The keys that sign license files, stored in a folder."""

import os
import tempfile
from functools import lru_cache
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

_PRIVATE_FOLDER = 0o700


class UnusableKey(Exception):
    """A key file that cannot be used; the message names the file, and nothing of its content."""


class KeyFolder:
    """A folder of numbered PEM files, readable only by their owner, one for each key.

    The newest key signs; older ones, of which the public part is enough, still verify. To replace the key, add a file with
    the next number: the folder is read each time, so that all processes use it at once.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        if not self._files():
            self._create_first()

    def all(self) -> tuple[OKPKey, ...]:
        """The keys, oldest first."""
        return tuple(_of_file(file) for file in self._files())

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("[0-9]*.pem"), key=lambda file: int(file.stem))

    def _create_first(self) -> None:
        """Create a key file atomically; if another process was faster, its key is used."""
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix=".new-") as file:  # readable only by its owner
            file.write(OKPKey.generate_key("Ed25519").as_pem(private=True))
            file.flush()
            os.fsync(file.fileno())
            try:
                os.link(file.name, self._folder / "0001.pem")
            except FileExistsError:
                return
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)  # a signed file must not survive a crash without its key
        finally:
            os.close(folder)


@lru_cache(maxsize=256)
def _of_file(file: Path) -> OKPKey:
    return _read(file.read_text(), str(file))  # a key file never changes


def _read(pem: str, name: str) -> OKPKey:
    try:
        key = OKPKey.import_key(pem)
    except (JoseError, ValueError, TypeError) as problem:
        raise UnusableKey(f"{name} is not an Ed25519 key in PEM") from problem
    if key.curve_name != "Ed25519":
        raise UnusableKey(f"{name} is not an Ed25519 key in PEM")
    key.ensure_kid()  # the thumbprint (RFC 7638): the same key has the same id everywhere
    return key

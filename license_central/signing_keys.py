"""The keys that sign license files: kept in a folder, or handed in by whoever runs the portal."""

import os
import tempfile
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

_PRIVATE_FOLDER = 0o700


class UnusableKey(Exception):
    """A key that cannot do its work; the message says which, and nothing of what is in it."""


class KeySource(Protocol):
    """The keys from the oldest to the newest. The newest signs; the others still vouch for what they signed."""

    def all(self) -> tuple[OKPKey, ...]: ...


class StaticKeys:
    """Keys in PEM, the oldest first: the last one private, the ones before it as they are still at hand."""

    def __init__(self, pems: Iterable[str]) -> None:
        self._keys = tuple(_read(pem, f"key {number}") for number, pem in enumerate(pems, start=1))
        if not self._keys or not self._keys[-1].is_private:
            raise UnusableKey("the last key signs, and has to be a private one")

    def all(self) -> tuple[OKPKey, ...]:
        return self._keys


class KeyFolder:
    """One PEM file for each key, numbered; only its owner may read it.

    The folder is looked through each time, so that a new key is used and published by every process at once.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        if not self._files():
            self._add(1)

    def all(self) -> tuple[OKPKey, ...]:
        return tuple(_of_file(file) for file in self._files())

    def rotate(self) -> OKPKey:
        """Sign with a new key from now on."""
        self._add(int(self._files()[-1].stem) + 1)
        return self.all()[-1]

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("[0-9]*.pem"), key=lambda file: int(file.stem))

    def _add(self, number: int) -> None:
        """Create a key file, complete or not at all; where another process was faster, its key is as good."""
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix=".new-") as file:  # readable by its owner only
            file.write(OKPKey.generate_key("Ed25519").as_pem(private=True))
            file.flush()
            os.fsync(file.fileno())
            try:
                os.link(file.name, self._folder / f"{number:04}.pem")
            except FileExistsError:
                return
        entry = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(entry)  # a file that was signed must not outlive its key
        finally:
            os.close(entry)


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
    key.ensure_kid()  # its thumbprint (RFC 7638): the same key has the same name everywhere
    return key

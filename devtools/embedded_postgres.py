"""A PostgreSQL of the portal's own, in one folder: `with running(folder) as server:` and it is there."""

import fcntl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from devtools import postgres_supervisor
from devtools.postgres_supervisor import CLUSTER, DUTY, ENVIRONMENT, LOG, PORT, ROLE, SUPERUSER, USERS, claim, program

VERSION = "18"
_LOG_LIMIT = 16 << 20
_LAST_WORDS = 15


class EmbeddedServerFailed(Exception):
    """The embedded PostgreSQL did not start; the message ends with what it said."""


@dataclass(frozen=True)
class Server:
    """A running server, reached through a socket that only its owner can open."""

    socket_folder: Path

    def url(self, database: str = ROLE) -> str:
        """The address of one of its databases, as SQLAlchemy and asyncpg read it."""
        return f"postgresql+asyncpg://{ROLE}@/{database}?host={quote(str(self.socket_folder))}&port={PORT}"

    def execute(self, statement: str, *, database: str = "postgres") -> str:
        """Run one statement as the superuser, outside any transaction, and return what it printed."""
        connection = ["-h", str(self.socket_folder), "-p", str(PORT), "-U", SUPERUSER, "-d", database]
        answer = subprocess.run(
            [program("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *connection, "-c", statement],
            check=False,
            capture_output=True,
            text=True,
            env=ENVIRONMENT,
        )
        if answer.returncode != 0:
            raise EmbeddedServerFailed(answer.stderr.strip())
        return answer.stdout.strip()


@contextmanager
def running(folder: Path, *, durable: bool = True) -> Iterator[Server]:
    """Use the server of this folder: made, started or joined as needed, stopped when its last user is gone."""
    folder = folder.resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _refuse_another_version(folder)
    with (folder / USERS).open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)  # waits while a keeper is stopping the server
        try:
            yield Server(_start(folder, durable=durable))
        finally:
            _leave(users.fileno(), folder)


def _refuse_another_version(folder: Path) -> None:
    try:
        found = (folder / CLUSTER / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        return
    except PermissionError:
        message = f"{folder / CLUSTER} belongs to another account; start the portal as that account"
        raise EmbeddedServerFailed(message) from None
    if found != VERSION:
        message = f"{folder / CLUSTER} was made by PostgreSQL {found}, this portal brings {VERSION}"
        raise EmbeddedServerFailed(message)


def _start(folder: Path, *, durable: bool) -> Path:
    log = folder / LOG
    begin_anew = log.exists() and log.stat().st_size > _LOG_LIMIT
    with log.open("wb" if begin_anew else "ab") as output:
        start = output.tell()
        # -I: neither PYTHONPATH nor the current folder decides what the keeper imports.
        started = subprocess.run(
            [sys.executable, "-I", postgres_supervisor.__file__, str(folder), "durable" if durable else "fleeting"],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=ENVIRONMENT,
        )
    place = postgres_supervisor.socket_folder(folder / CLUSTER)
    if started.returncode != 0 or place is None:
        said = log.read_bytes()[start:].decode(errors="replace").splitlines()[-_LAST_WORDS:]
        raise EmbeddedServerFailed("\n".join([f"PostgreSQL did not start in {folder}:", *said]))
    return place


def _leave(users: int, folder: Path) -> None:
    """Let go, and wait for the server's end if nobody else uses it: the folder is quiet when this returns."""
    with (folder / DUTY).open("a") as duty:
        fcntl.flock(users, fcntl.LOCK_UN)
        while not claim(duty.fileno(), fcntl.LOCK_SH):
            nobody = claim(users, fcntl.LOCK_EX)  # the keeper has not woken yet
            if not nobody and claim(users, fcntl.LOCK_SH):
                return  # others are in
            fcntl.flock(users, fcntl.LOCK_UN)
            time.sleep(0.01)

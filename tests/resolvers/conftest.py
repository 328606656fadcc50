"""The demo world behind the gate, and a way to act in it as one of the cast."""

from datetime import UTC, datetime, timedelta

import pytest

from authz.access import Access, Portal
from authz.listing import Listing
from authz.loading import load_policy
from central.embedded import EmbeddedCentral
from central.keys import KeyFolder
from central.sealing import CodeSeal
from store import tokens
from store.clock import SetClock
from store.database import Database
from store.users import User

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Told:
    """Keeps what was announced."""

    def __init__(self):
        self.numbers = []

    async def announce(self, numbers):
        self.numbers += numbers


@pytest.fixture(scope="session")
def listing():
    return Listing(load_policy())


@pytest.fixture
async def database(new_demo):
    database = Database(new_demo())
    yield database
    await database.close()


@pytest.fixture
def clock():
    return SetClock(NOW)


@pytest.fixture
def told():
    return Told()


@pytest.fixture
def portal(database, listing, clock, told, central, tmp_path):
    return Portal(database, listing, clock, told, central, CodeSeal(tmp_path / "keys"))


@pytest.fixture
def central(tmp_path):
    return EmbeddedCentral(KeyFolder(tmp_path / "keys"), issuer="tests")


@pytest.fixture
async def acting(portal):
    """`await acting(ANN)` is one request of Ann's."""
    opened = []

    async def open_access(account):
        async with portal.database.transaction() as session:
            user = await session.get_one(User, account.id)
            token = await tokens.issue(session, user, name="test", lifetime=timedelta(days=1), now=NOW)
        opened.append(Access(portal, token, "test"))
        return opened[-1]

    yield open_access
    for each in opened:
        await each.close()


@pytest.fixture
def row(database):
    """`await row(License, id)` reads a row as it stands in the table."""

    async def read(cls, id_):
        async with database.transaction() as session:
            return await session.get_one(cls, id_)

    return read

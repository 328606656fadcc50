"""The store's own fixtures: a database, and one with the demo world in it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from seeds import demo
from store.db.database import Database

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url, pool_size=16)
    yield opened
    await opened.close()


@pytest.fixture(scope="module")
async def demo_database(new_database) -> AsyncIterator[Database]:
    """A database with the demo world in it."""
    opened = Database(new_database())
    async with opened.transaction() as session:
        await demo.load(session, now=NOW)
    yield opened
    await opened.close()

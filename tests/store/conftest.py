"""Databases for the tests of one module: an empty one, and one with the demo data."""

import pytest

from store.db.database import Database


@pytest.fixture(scope="module")
async def database(database_url):
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture(scope="module")
async def demo_database(new_demo):
    database = Database(new_demo())
    yield database
    await database.close()

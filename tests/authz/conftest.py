"""Fixtures for the tests of the policy: Oso with the same policy, and an empty database for random worlds."""

import pytest

from authz.backends.oso import Reference
from store.db.database import Database
from store.db.registry import RESOURCES


@pytest.fixture(scope="session")
def reference(policy):
    return Reference(policy.compiled.text, RESOURCES)


@pytest.fixture
async def database(database_url):
    database = Database(database_url, pool_size=1)
    yield database
    await database.close()

"""A served portal with the demo data for the tests of one module, and tokens of its cast."""

from functools import partial

import pytest

from store.db.database import Database
from tests.end_to_end.server import issue_token, load_demo, serving


@pytest.fixture(scope="module")
async def database(new_database):
    database = Database(new_database(), pool_size=4)
    await load_demo(database)
    yield database
    await database.close()


@pytest.fixture(scope="module")
async def server(database, tmp_path_factory):
    async with serving(database, tmp_path_factory.mktemp("served")) as server:
        yield server


@pytest.fixture
def token_of(database):
    """`await token_of(ANN)` is a new token of Ann's."""
    return partial(issue_token, database)

"""A furnished portal for the tests of one module, and log-ins for its cast."""

import pytest

from store.db.database import Database
from tests.end_to_end.server import furnish, opened, token_of


@pytest.fixture(scope="module")
async def database(new_database):
    database = Database(new_database(), pool_size=4)
    await furnish(database)
    yield database
    await database.close()


@pytest.fixture(scope="module")
async def door(database, tmp_path_factory):
    url = database.engine.url.render_as_string(hide_password=False)
    # What falls due meanwhile would be counted among what the clients do.
    with opened(url, tmp_path_factory.mktemp("journey"), worker=False) as door:
        yield door
        await door.client.aclose()


@pytest.fixture
def token(database):
    """`await token(ANN)` logs somebody in."""
    return lambda account, **more: token_of(database, account, **more)

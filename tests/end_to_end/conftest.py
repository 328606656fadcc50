"""A furnished portal for the tests of one module, and log-ins for its cast."""

import pytest

from store.db.database import Database
from tests.end_to_end import server as portal_server
from tests.end_to_end.server import furnish, opened


@pytest.fixture(scope="module")
async def database(new_database):
    database = Database(new_database(), pool_size=4)
    await furnish(database)
    yield database
    await database.close()


@pytest.fixture(scope="module")
async def server(database, tmp_path_factory):
    url = database.engine.url.render_as_string(hide_password=False)
    # What falls due meanwhile would be counted among what the clients do.
    with opened(url, tmp_path_factory.mktemp("journey"), worker=False) as server:
        yield server
        await server.client.aclose()


@pytest.fixture
def token_of(database):
    """`await token_of(ANN)` logs somebody in."""
    return lambda account, **more: portal_server.token_of(database, account, **more)

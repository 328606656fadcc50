"""Operations on the schema as one of the cast."""

import asyncio
from dataclasses import replace

import pytest

from store.db.database import Database
from tests.portal import SchemaClient


@pytest.fixture
def execute(portal, schema, token_of):
    """`await execute(ANN, "{ viewer { user { name } } }")` is the answer to Ann; `by_token` uses a token that she has already."""
    client = SchemaClient(portal, schema)

    async def run(account, document, *, by_token=None, **variables):
        token = by_token or (await token_of(account) if account else None)
        return await client.execute(token, document, **variables)

    return run


@pytest.fixture
async def execute_concurrently(portal, schema, token_of):
    """`await execute_concurrently(ANN, documents)` runs documents with their variables at once, over two connections only."""
    url = portal.database.engine.url.render_as_string(hide_password=False)
    narrow = replace(portal, database=Database(url, pool_size=1))
    client = SchemaClient(narrow, schema)

    async def run(account, documents):
        token = await token_of(account)
        async with asyncio.timeout(20):
            return await asyncio.gather(
                *(client.execute(token, document, **variables) for document, variables in documents)
            )

    yield run
    await narrow.database.close()

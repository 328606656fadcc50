"""Operations on the schema as one of the cast."""

import asyncio
import itertools
from dataclasses import replace

import pytest
import sqlalchemy as sa

from store.audit import AuditEntry, Outcome
from store.db.database import Database
from tests.portal import REQUEST_ID, SchemaClient

WITHOUT_KEY = {"accountRegister", "accountConfirm", "invitationAcceptByToken", "login"}
ERRORS = """errors {
    code message path action reason state quantity limit content days bound cell deadline capability requiredEdition retryAfter
    codes { number maskedCode problem } mistakes { path message }
}"""


@pytest.fixture
def execute(portal, schema, token_of):
    """`await execute(ANN, "{ viewer { user { name } } }")` is the answer to Ann; `by_token` uses a token that she has already."""
    client = SchemaClient(portal, schema)

    async def run(account, document, *, by_token=None, **variables):
        token = by_token or (await token_of(account) if account else None)
        return await client.execute(token, document, **variables)

    return run


@pytest.fixture
def mutate(execute):
    """`await mutate(ANN, "groupRename", "group { name }", groupId=ACME, name="A")` is the payload of a mutation."""
    keys = itertools.count(1)

    async def run(account, name, payload="changes { action before after }", /, *, by_token=None, **arguments):
        if name not in WITHOUT_KEY:
            arguments = {"idempotencyKey": f"key {next(keys)}"} | arguments
        kind = name[0].upper() + name[1:]
        document = f"mutation($input: {kind}Input!) {{ {name}(input: $input) {{ {payload} {ERRORS} }} }}"
        response = await execute(account, document, by_token=by_token, input=arguments)
        assert response.errors == []
        return response.data[name]

    return run


@pytest.fixture
def change_count(database):
    """`await change_count()` is the number of changes that the test has made with mutations."""
    of_test = AuditEntry.request_id.startswith(REQUEST_ID)
    changes = sa.select(sa.func.count()).where(of_test, AuditEntry.outcome == Outcome.DONE)

    async def count():
        async with database.transaction() as session:
            return await session.scalar(changes)

    return count


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

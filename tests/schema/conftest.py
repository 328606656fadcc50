"""The schema over the demo world, and a way to ask it as one of the cast."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from authz.gate.access import Access
from authz.gate.services import Services
from authz.lists.builder import QueryBuilder
from authz.load_policy import load_policy
from license_central.code_seal import CodeSeal
from license_central.embedded import EmbeddedCentral
from license_central.signing_keys import KeyFolder
from schema.context import Context
from schema.fields.build import build_schema
from store.db import tokens
from store.db.clock import ManualClock
from store.db.database import Database
from store.users import User

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Silence:
    """Nobody listens here."""

    async def announce(self, numbers):
        pass


@pytest.fixture(scope="session")
def policy():
    return load_policy()


@pytest.fixture(scope="session")
def schema(policy):
    return build_schema(policy)


@pytest.fixture(scope="session")
def queries(policy):
    return QueryBuilder(policy)


@pytest.fixture
async def database(demo_url):
    database = Database(demo_url)
    yield database
    await database.close()


@pytest.fixture
def portal(database, queries, tmp_path):
    central = EmbeddedCentral(KeyFolder(tmp_path / "keys"), issuer="tests")
    return Services(database, queries, ManualClock(NOW), Silence(), central, CodeSeal(tmp_path / "keys"))


@pytest.fixture
def token_of(portal):
    """`await token_of(ANN)` logs somebody in."""

    async def issue(account):
        async with portal.database.transaction() as session:
            user = await session.get_one(User, account.id)
            return await tokens.issue(session, user, name="test", lifetime=timedelta(days=1), now=NOW)

    return issue


@pytest.fixture
def execute(portal, schema, token_of):
    """`await execute(ANN, "{ viewer { user { name } } }")` gives an answer; with `by_token` it is asked with that token.

    The answer has `data`, `codes` (of its errors) and `statements` (what the reading took, the log-in included).
    """

    async def asked(account, document, *, by_token=None, **variables):
        credentials = by_token or (await token_of(account) if account else None)
        access = Access(portal, credentials, "test")
        try:
            result = await schema.execute(document, variable_values=variables, context_value=Context(access))
            return Answer(result, access.view.statements)
        finally:
            await access.close()

    return asked


@pytest.fixture
def execute_concurrently(portal, schema, token_of):
    """`await execute_concurrently(ANN, documents)` runs them at once, over two connections only."""

    async def sent(account, documents):
        credentials = await token_of(account)
        url = portal.database.engine.url.render_as_string(hide_password=False)
        narrow = replace(portal, database=Database(url, pool_size=1))

        async def one(document, variables):
            access = Access(narrow, credentials, "test")
            try:
                context = Context(access)
                await context.authenticate()
                result = await schema.execute(document, variable_values=variables, context_value=context)
                return Answer(result, access.view.statements)
            finally:
                await access.close()

        try:
            async with asyncio.timeout(20):
                return await asyncio.gather(*(one(*each) for each in documents))
        finally:
            await narrow.database.close()

    return sent


class Answer:
    """What came back."""

    def __init__(self, result, statements):
        self.data = result.data
        self.errors = result.errors or []
        self.statements = statements

    @property
    def codes(self):
        return [getattr(each.original_error, "code", each.message) for each in self.errors]

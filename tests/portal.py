"""The portal over the demo data: functions, and fixtures that the tests of every folder can use.

A folder overrides a fixture to change one part: the tests of subscriptions put another `announcer` into the same `portal`.
"""

import asyncio
import itertools
import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from authz.gate.access import Access
from authz.gate.services import Services
from authz.lists.builder import QueryBuilder
from authz.load_policy import load_policy
from jobs.jobs import JOBS, run_batch
from license_central.code_seal import CodeSeal
from license_central.embedded import EmbeddedCentral
from license_central.signing_keys import KeyFolder
from schema.context import Context
from schema.fields.build import build_schema
from schema.subscription import Subscription
from seeds import demo
from store.db import tokens
from store.db.database import Database
from store.users import User
from transport.errors import RequestError
from transport.execution import Engine, GraphQLRequest
from transport.formatting import json_bytes
from transport.settings import TransportSettings

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
"""When the demo data was loaded, and what the clock of a test says first."""
REQUEST_ID = "test"
"""What the IDs of the requests begin with; the audit entries of the demo data have none."""


class ManualClock:
    """A clock that changes only when it is set."""

    def __init__(self, at):
        self.at = at

    def now(self):
        return self.at

    def advance(self, by):
        self.at += by


class RecordingAnnouncer:
    """Keeps the numbers of the audit entries that it was given to announce."""

    def __init__(self):
        self.numbers = []

    async def announce(self, numbers):
        self.numbers += numbers


def services(database, queries, clock, announcer, keys):
    central = EmbeddedCentral(KeyFolder(keys), issuer="tests")
    return Services(database, queries, clock, announcer, central, CodeSeal(keys))


async def load_demo(database, now=NOW):
    async with database.transaction() as session:
        await demo.load(session, now=now)


async def run_all_jobs(context):
    """Run each job until nothing is due, and return the number of actions."""
    actions = 0
    for job in JOBS:
        while count := await run_batch(context, job):
            actions += count
    return actions


async def issue_token(database, account, *, now=NOW, lifetime=timedelta(days=40)):
    async with database.transaction() as session:
        user = await session.get_one(User, account.id)
        return await tokens.issue(session, user, name="test", lifetime=lifetime, now=now)


@pytest.fixture(scope="session")
def policy():
    return load_policy()


@pytest.fixture(scope="session")
def queries(policy):
    return QueryBuilder(policy)


@pytest.fixture(scope="session")
def schema(policy):
    return build_schema(policy, Subscription)


@pytest.fixture(scope="session")
def new_demo(new_database):
    """`new_demo()` is the address of a new database with the demo data as of `NOW`."""
    template = new_database.copy("demo")
    asyncio.run(_load_template(template.url))
    return template


async def _load_template(url):
    database = Database(url, pool_size=1)
    await load_demo(database)
    await database.close()


@pytest.fixture
def demo_url(new_demo):
    url = new_demo()
    yield url
    new_demo.drop(url)


@pytest.fixture
async def database(demo_url):
    database = Database(demo_url)
    yield database
    await database.close()


@pytest.fixture
def clock():
    return ManualClock(NOW)


@pytest.fixture
def announcer():
    return RecordingAnnouncer()


@pytest.fixture
def portal(database, queries, clock, announcer, tmp_path):
    return services(database, queries, clock, announcer, tmp_path / "keys")


@pytest.fixture
def central(portal):
    return portal.external.central


@pytest.fixture
def token_of(database):
    """`await token_of(ANN)` is a new token of Ann's."""
    return partial(issue_token, database)


@pytest.fixture
async def access_of(portal, token_of):
    """`await access_of(ANN)` is one request of Ann's, `await access_of(None)` one without a token."""
    opened = []

    async def open_access(account):
        opened.append(Access(portal, await token_of(account) if account else None, REQUEST_ID))
        return opened[-1]

    yield open_access
    for access in opened:
        await access.close()


@pytest.fixture
async def with_token(portal):
    """`with_token(secret)` is one request with this token; its snapshot ends with the test, before the event loop does."""
    opened = []

    def open_access(token):
        opened.append(Access(portal, token, REQUEST_ID))
        return opened[-1]

    yield open_access
    for access in opened:
        await access.close()


class SchemaClient:
    """Executes operations on the engine of the transport, with its limits and masked errors, but without a network."""

    def __init__(self, portal, schema, feed=None):
        self._portal, self._feed = portal, feed
        self._statements = {}
        self._numbers = itertools.count(1)
        settings = TransportSettings(clock=portal.clock, anonymous_introspection=False)
        self._engine = Engine(schema, self._open_context, settings)

    @asynccontextmanager
    async def _open_context(self, token, request_id):
        access = Access(self._portal, token, request_id)
        try:
            yield Context(access, self._feed)
        finally:
            self._statements[request_id] = access.view.statements
            await access.close()

    async def execute(self, token, document, **variables):
        """The response to a query or a mutation."""
        request, request_id = _request(document, variables), f"{REQUEST_ID} {next(self._numbers)}"
        try:
            operation = await self._engine.prepare(request, token, request_id)
            response = await self._engine.execute(operation, request, token, request_id)
        except RequestError as error:
            response = {"errors": error.formatted()}
        return Response(response, self._statements.get(request_id))

    async def subscribe(self, token, document, **variables):
        """The responses of a subscription as they come; the last one has the errors that ended it."""
        request, request_id = _request(document, variables), f"{REQUEST_ID} {next(self._numbers)}"
        try:
            operation = await self._engine.prepare(request, token, request_id)
            self._engine.check_subscription(operation, request)
            async for response in self._engine.subscribe(operation, request, token, request_id):
                yield Response(response)
        except RequestError as error:
            yield Response({"errors": error.formatted()})


def _request(document, variables):
    return GraphQLRequest(document, variables=json.loads(json.dumps(variables)))


class Response:
    """A response as a client reads it; `statements` counts the SQL statements of the reads, the one for the token included."""

    def __init__(self, response, statements=None):
        response = json.loads(json_bytes(response))
        self.data = response.get("data")
        self.errors = response.get("errors", [])
        self.statements = statements

    @property
    def codes(self):
        return [error["extensions"]["code"] for error in self.errors]


def codes(payload):
    """The codes of the errors in the payload of a mutation."""
    return [error["code"] for error in payload["errors"]]


def codes_and_paths(payload):
    return [(error["code"], error["path"]) for error in payload["errors"]]

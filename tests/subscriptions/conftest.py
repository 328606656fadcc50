"""A database with somebody who acts, and a way to record acts as the gate does."""

import asyncio
import itertools
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

import pytest

from authz.compiler.compile import compile_policy
from authz.gate.access import Access
from authz.gate.actor import PortalContext
from authz.gate.services import Services
from authz.lists.builder import QueryBuilder
from authz.policy import Policy
from seeds import demo
from seeds.cast import IDA
from settings import CHECKOUT
from store import audit
from store.audit import AuditEntry
from store.db import tokens
from store.db.clock import ManualClock
from store.db.database import Database
from store.db.registry import RESOURCES
from store.services import notification_fanout
from store.users import User
from subscriptions.announcer import LocalAnnouncer
from subscriptions.feed import Feed

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
async def database(new_database):
    database = Database(new_database(), pool_size=4)
    async with database.transaction() as session:
        await demo.load(session, now=NOW)
    yield database
    await database.close()


@pytest.fixture
def record(database):
    """`await record("license.assigned", ...)` records one act of Ida's, commits it, and returns its entry."""
    acts = itertools.count(1)

    async def record(action="license.changed", **values):
        at = NOW + timedelta(milliseconds=next(acts))
        entry = AuditEntry(**{"action": action, "at": at, "actor_id": IDA.id} | values)
        async with database.transaction() as session:
            await notification_fanout.notify(session, [entry])
            await audit.append(session, [entry])
        return entry

    return record


@pytest.fixture
def take():
    """`await take(stream, 3)` takes three from a stream and closes it; it fails when they do not come."""

    async def take(stream, count, *, patience=10):
        found = []
        async with asyncio.timeout(patience), aclosing(stream):
            while len(found) < count:
                found.append(await anext(stream))
        return found

    return take


@pytest.fixture(scope="session")
def queries():
    policy = (CHECKOUT / "policies.polar").read_text()
    return QueryBuilder(
        Policy(compile_policy(policy, classes=RESOURCES, actor=User, context={"portal": PortalContext}))
    )


@pytest.fixture
async def feed(database):
    """A feed that only looks when it is woken."""
    feed = Feed(database, poll=3600)
    async with feed.running():
        yield feed


@pytest.fixture
def clock():
    return ManualClock(NOW)


@pytest.fixture
async def access_of(database, queries, clock, feed):
    """`await access_of(TOM)` is a request of his, `await access_of(None)` one of a stranger."""
    portal = Services(database, queries, clock, LocalAnnouncer(feed))
    opened = []

    async def open_(account):
        token = None
        if account is not None:
            async with database.transaction() as session:
                user = await session.get_one(User, account.id)
                token = await tokens.issue(session, user, name="test", lifetime=timedelta(hours=1), now=NOW)
        opened.append(Access(portal, token, "request"))
        return opened[-1]

    yield open_
    for each in opened:
        await each.close()


@pytest.fixture
async def listen():
    """`await listen(stream)` begins to listen; what is heard comes from the queue that it returns."""
    tasks = []

    async def listen(stream):
        heard = asyncio.Queue()

        async def hear():
            async with aclosing(stream):
                try:
                    async for each in stream:
                        heard.put_nowait(each)
                except Exception as problem:  # noqa: BLE001 - a test looks at it
                    heard.put_nowait(problem)

        tasks.append(asyncio.create_task(hear()))
        await asyncio.sleep(0.2)
        return heard

    yield listen
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

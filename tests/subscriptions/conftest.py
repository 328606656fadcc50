"""A database with the demo data, and helpers that record actions and collect events."""

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
    """`await record("license.assigned", ...)` commits an audit entry of an action by Ida and returns it."""
    milliseconds = itertools.count(1)

    async def record(action="license.changed", **values):
        at = NOW + timedelta(milliseconds=next(milliseconds))
        entry = AuditEntry(**{"action": action, "at": at, "actor_id": IDA.id} | values)
        async with database.transaction() as session:
            await notification_fanout.notify(session, [entry])
            await audit.append(session, [entry])
        return entry

    return record


@pytest.fixture
def take():
    """`await take(stream, 3)` returns three events and closes the stream; it fails after a timeout."""

    async def take(stream, count, *, seconds=10):
        events = []
        async with asyncio.timeout(seconds), aclosing(stream):
            while len(events) < count:
                events.append(await anext(stream))
        return events

    return take


@pytest.fixture(scope="session")
def queries():
    policy = (CHECKOUT / "policies.polar").read_text()
    return QueryBuilder(
        Policy(compile_policy(policy, classes=RESOURCES, actor=User, context={"portal": PortalContext}))
    )


@pytest.fixture
async def feed(database):
    """A feed that reads new entries only when it is woken."""
    feed = Feed(database, poll=3600)
    async with feed.running():
        yield feed


@pytest.fixture
def clock():
    return ManualClock(NOW)


@pytest.fixture
async def access_of(database, queries, clock, feed):
    """`await access_of(TOM)` is a request by Tom, `await access_of(None)` an anonymous one."""
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
    """`await listen(stream)` starts a subscriber and returns the queue of its events; an exception is put there too."""
    tasks = []

    async def listen(stream):
        queue = asyncio.Queue()

        async def receive():
            async with aclosing(stream):
                try:
                    async for each in stream:
                        queue.put_nowait(each)
                except Exception as problem:  # noqa: BLE001 - the test checks it
                    queue.put_nowait(problem)

        tasks.append(asyncio.create_task(receive()))
        await asyncio.sleep(0.2)
        return queue

    yield listen
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

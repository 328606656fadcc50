"""A feed of the audit entries that a test records, and consumers of its streams."""

import asyncio
import itertools
from contextlib import aclosing
from datetime import timedelta

import pytest

from seeds.cast import IDA
from store import audit
from store.audit import AuditEntry
from store.services import notification_fanout
from subscriptions.announcer import LocalAnnouncer
from subscriptions.feed import Feed
from tests.portal import NOW


@pytest.fixture
def record(database):
    """`await record("license.assigned", ...)` commits an audit entry of Ida's with its notifications, and returns it."""
    entries = itertools.count(1)

    async def commit(action="license.changed", **values):
        at = NOW + timedelta(milliseconds=next(entries))
        entry = AuditEntry(**{"action": action, "at": at, "actor_id": IDA.id} | values)
        async with database.transaction() as session:
            await notification_fanout.notify(session, [entry])
            await audit.append(session, [entry])
        return entry

    return commit


@pytest.fixture
def take():
    """`await take(stream, 3)` returns the next three items and closes the stream; it fails when they do not arrive in time."""

    async def read(stream, count, *, seconds=10):
        items = []
        async with asyncio.timeout(seconds), aclosing(stream):
            while len(items) < count:
                items.append(await anext(stream))
        return items

    return read


@pytest.fixture
async def feed(database):
    """A feed that reads only when it is woken."""
    feed = Feed(database, poll=3600)
    async with feed.running():
        yield feed


@pytest.fixture
def announcer(feed):
    return LocalAnnouncer(feed)


@pytest.fixture
async def listen():
    """`await listen(stream)` consumes a stream in the background; it returns a queue with its items, or with its error."""
    tasks = []

    async def start(stream):
        queue = asyncio.Queue()

        async def consume():
            async with aclosing(stream):
                try:
                    async for item in stream:
                        queue.put_nowait(item)
                except Exception as error:  # noqa: BLE001 - for the test to assert
                    queue.put_nowait(error)

        tasks.append(asyncio.create_task(consume()))
        await asyncio.sleep(0.2)
        return queue

    yield start
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

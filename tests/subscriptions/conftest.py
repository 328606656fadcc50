"""A database with somebody who acts, and a way to record acts as the gate does."""

import asyncio
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

import pytest

from store import audit, notices
from store.audit import AuditEntry
from store.database import Database
from worlds import demo
from worlds.cast import IDA

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
async def database(new_database):
    database = Database(new_database(), pool_size=4)
    async with database.transaction() as session:
        await demo.load(session, now=NOW)
    yield database
    await database.close()


@pytest.fixture
def act(database):
    """`await act("license.assigned", ...)` records one act of Ida's, commits it, and returns its entry."""
    acts = iter(range(1, 1_000_000))

    async def record(action="license.changed", **values):
        at = NOW + timedelta(milliseconds=next(acts))
        entry = AuditEntry(**{"action": action, "at": at, "actor_id": IDA.id} | values)
        async with database.transaction() as session:
            await notices.notify(session, [entry])
            await audit.append(session, [entry])
        return entry

    return record


@pytest.fixture
def heard():
    """`await heard(stream, 3)` takes three from a stream and closes it; it fails when they do not come."""

    async def take(stream, count, *, patience=10):
        found = []
        async with asyncio.timeout(patience), aclosing(stream):
            while len(found) < count:
                found.append(await anext(stream))
        return found

    return take

"""The trail of what happened: chained, and any later change is found."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from store import audit
from store.audit import AuditEntry, Outcome
from store.db.database import Database
from tests.portal import NOW


@pytest.fixture
async def written(new_database):
    """A trail of five entries in a database of its own."""
    database = Database(new_database())
    async with database.transaction() as session:
        await audit.append(session, [act(number) for number in range(5)])
    yield database
    await database.close()


def act(number, **rest):
    return AuditEntry(action="license.assigned", at=NOW + timedelta(seconds=number), after={"seat": number}, **rest)


async def verified(database):
    async with database.transaction() as session:
        return await audit.verify(session)


async def forge(database, statement):
    """What only somebody with the owner's rights can do: lift the guard, change, put it back."""
    async with database.engine.begin() as connection:
        for each in (
            "ALTER TABLE audit_entries DISABLE TRIGGER append_only",
            statement,
            "ALTER TABLE audit_entries ENABLE TRIGGER append_only",
        ):
            await connection.exec_driver_sql(each)


async def test_an_untouched_trail_is_whole(written):
    assert await verified(written) == (5, None)


async def test_an_empty_trail_is_whole(database):
    assert await verified(database) == (0, None)


@pytest.mark.parametrize(
    "change",
    [
        "action = 'license.unassigned'",
        "at = at + interval '1 microsecond'",
        "after = '{\"seat\": 3}'",
        "before = '{}'",
        "outcome = 'REFUSED', code = 'FORBIDDEN'",
        "request_id = 'x'",
        "hash = sha256('x')",
    ],
)
async def test_a_changed_entry_is_found(written, change):
    await forge(written, f"UPDATE audit_entries SET {change} WHERE number = 3")

    assert (await verified(written))[1] == 3


async def test_a_removed_entry_is_found(written):
    await forge(written, "DELETE FROM audit_entries WHERE number = 3")

    assert (await verified(written))[1] == 4


async def test_an_entry_that_was_sealed_again_breaks_the_next_one(written):
    async with written.transaction() as session:
        entry = await session.scalar(sa.select(AuditEntry).where(AuditEntry.number == 3))
        session.expunge(entry)
    entry.action = "license.unassigned"
    await forge(
        written,
        f"UPDATE audit_entries SET action = 'license.unassigned', hash = '\\x{entry.compute_hash().hex()}' WHERE number = 3",
    )

    assert (await verified(written))[1] == 4


@pytest.mark.feature("F50")
async def test_a_refused_act_keeps_its_code(written):
    async with written.transaction() as session:
        await audit.append(session, [act(5, outcome=Outcome.REFUSED, code="FORBIDDEN")])

    assert await verified(written) == (6, None)


async def test_many_who_write_at_the_same_time_make_one_chain(written):
    async def write(number):
        async with written.transaction() as session:
            await audit.append(session, [act(number), act(number)])

    await asyncio.gather(*(write(number) for number in range(40)))

    assert await verified(written) == (85, None)


async def test_what_is_rolled_back_leaves_no_gap(written):
    async with written.engine.connect() as connection, AsyncSession(connection, autoflush=False) as session:
        await audit.append(session, [act(5)])
        await session.rollback()
    async with written.transaction() as session:
        await audit.append(session, [act(6)])

    assert await verified(written) == (6, None)

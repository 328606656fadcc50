"""The chain of the audit log, by which every later change is detected."""

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
async def audit_log(new_database):
    """A database of its own whose audit log has five entries."""
    database = Database(new_database())
    async with database.transaction() as session:
        await audit.append(session, [new_entry(number) for number in range(5)])
    yield database
    await database.close()


def new_entry(number, **rest):
    return AuditEntry(action="license.assigned", at=NOW + timedelta(seconds=number), after={"seat": number}, **rest)


async def verify(database):
    async with database.transaction() as session:
        return await audit.verify(session)


async def tamper(database, statement):
    """Change the log with the rights of its owner: without the trigger that protects it."""
    async with database.engine.begin() as connection:
        for each in (
            "ALTER TABLE audit_entries DISABLE TRIGGER append_only",
            statement,
            "ALTER TABLE audit_entries ENABLE TRIGGER append_only",
        ):
            await connection.exec_driver_sql(each)


async def test_an_unchanged_audit_log_is_valid(audit_log):
    assert await verify(audit_log) == (5, None)


async def test_an_empty_audit_log_is_valid(database):
    assert await verify(database) == (0, None)


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
async def test_a_changed_entry_is_detected(audit_log, change):
    await tamper(audit_log, f"UPDATE audit_entries SET {change} WHERE number = 3")

    assert (await verify(audit_log))[1] == 3


async def test_a_removed_entry_is_detected(audit_log):
    await tamper(audit_log, "DELETE FROM audit_entries WHERE number = 3")

    assert (await verify(audit_log))[1] == 4


async def test_a_changed_entry_with_a_new_hash_breaks_the_next_one(audit_log):
    async with audit_log.transaction() as session:
        entry = await session.scalar(sa.select(AuditEntry).where(AuditEntry.number == 3))
        session.expunge(entry)
    entry.action = "license.unassigned"
    await tamper(
        audit_log,
        f"UPDATE audit_entries SET action = 'license.unassigned', hash = '\\x{entry.compute_hash().hex()}' WHERE number = 3",
    )

    assert (await verify(audit_log))[1] == 4


@pytest.mark.feature("F50")
async def test_a_refused_action_has_its_code(audit_log):
    async with audit_log.transaction() as session:
        await audit.append(session, [new_entry(5, outcome=Outcome.REFUSED, code="FORBIDDEN")])

    assert await verify(audit_log) == (6, None)


async def test_concurrent_writers_make_one_chain(audit_log):
    async def write(number):
        async with audit_log.transaction() as session:
            await audit.append(session, [new_entry(number), new_entry(number)])

    await asyncio.gather(*(write(number) for number in range(40)))

    assert await verify(audit_log) == (85, None)


async def test_a_rollback_leaves_no_gap(audit_log):
    async with audit_log.engine.connect() as connection, AsyncSession(connection, autoflush=False) as session:
        await audit.append(session, [new_entry(5)])
        await session.rollback()
    async with audit_log.transaction() as session:
        await audit.append(session, [new_entry(6)])

    assert await verify(audit_log) == (6, None)

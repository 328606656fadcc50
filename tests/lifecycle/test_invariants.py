"""The watch over the machine sees what it is there to see: each fact, broken on purpose behind the back of the constraints."""

import pytest
import sqlalchemy as sa

from tests.lifecycle.invariants import BROKEN, EVERYTHING

WAYS = {
    "more seats are taken than there are": (
        "ALTER TABLE licenses DISABLE TRIGGER USER",
        "ALTER TABLE activations DISABLE TRIGGER USER",
        "ALTER TABLE activations DROP CONSTRAINT ck_activations_counting_holds_seat",
        "DROP INDEX uq_activations_seat",
        """UPDATE activations SET state = 'ACTIVE', license_id =
           (SELECT id FROM licenses WHERE quantity = 1 ORDER BY id LIMIT 1)""",
    ),
    "two operations are open in one container": (
        "ALTER TABLE activations DISABLE TRIGGER USER",
        "DROP INDEX uq_activations_open_operation",
        """UPDATE activations SET state = 'RETURNING', container_id = (SELECT id FROM containers ORDER BY id LIMIT 1)
           WHERE state = 'ACTIVE'""",
    ),
    "a license has not exactly one owner": (
        "ALTER TABLE licenses DISABLE TRIGGER USER",
        "ALTER TABLE licenses DROP CONSTRAINT ck_licenses_one_owner",
        "UPDATE licenses SET owner_group_id = NULL WHERE owner_group_id IS NOT NULL",
    ),
    "a license has more than one assignee": (
        "ALTER TABLE licenses DISABLE TRIGGER USER",
        "ALTER TABLE licenses DROP CONSTRAINT ck_licenses_one_assignee",
        "UPDATE licenses SET assigned_user_id = (SELECT id FROM users LIMIT 1) WHERE assigned_group_id IS NOT NULL",
    ),
    "a pool of days is negative": (
        "ALTER TABLE time_contingents DROP CONSTRAINT ck_time_contingents_days_never_negative",
        "UPDATE time_contingents SET days = -1",
    ),
    "something is in a container that is no more": ("UPDATE containers SET state = 'DELETED'",),
    "a seat is lent twice": (
        "ALTER TABLE activations DISABLE TRIGGER USER",
        """UPDATE activations SET state = 'BORROWED', seat = NULL, borrowed_until = now(), update_number = NULL,
           parent_id = (SELECT id FROM activations ORDER BY id LIMIT 1)""",
    ),
    "something hangs on a group that is no more": ("UPDATE groups SET deleted_at = now()",),
    "a project has not kept what it published": (
        "ALTER TABLE project_revisions DISABLE TRIGGER USER",
        "DELETE FROM project_revisions",
    ),
    "something has been pulled that was never published": ("UPDATE virtual_containers SET bound_revision = 99",),
    "the closure is not that of the tree": ("DELETE FROM group_closure WHERE depth = 2",),
}


def test_each_fact_can_be_broken():
    assert set(WAYS) == set(BROKEN)


@pytest.mark.parametrize("fact", BROKEN)
async def test_what_is_broken_is_found(database, fact):
    async with database.transaction() as session:
        assert (await session.execute(sa.text(EVERYTHING))).all() == []
        for statement in WAYS[fact]:
            await session.execute(sa.text(statement))
        found = (await session.execute(sa.text(EVERYTHING))).all()
        await session.rollback()
    assert fact in {each.fact for each in found}

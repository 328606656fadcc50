"""The query of each invariant finds a violation, made here after disabling the constraints that prevent it."""

import pytest
import sqlalchemy as sa

from tests.lifecycle.invariants import ALL_VIOLATIONS, VIOLATIONS

STATEMENTS = {
    "a license has more counting activations than seats": (
        "ALTER TABLE licenses DISABLE TRIGGER USER",
        "ALTER TABLE activations DISABLE TRIGGER USER",
        "ALTER TABLE activations DROP CONSTRAINT ck_activations_counting_holds_seat",
        "DROP INDEX uq_activations_seat",
        """UPDATE activations SET state = 'ACTIVE', license_id =
           (SELECT id FROM licenses WHERE quantity = 1 ORDER BY id LIMIT 1)""",
    ),
    "a container has two open operations": (
        "ALTER TABLE activations DISABLE TRIGGER USER",
        "DROP INDEX uq_activations_open_operation",
        """UPDATE activations SET state = 'RETURNING', container_id = (SELECT id FROM containers ORDER BY id LIMIT 1)
           WHERE state = 'ACTIVE'""",
    ),
    "a license does not have exactly one owner": (
        "ALTER TABLE licenses DISABLE TRIGGER USER",
        "ALTER TABLE licenses DROP CONSTRAINT ck_licenses_one_owner",
        "UPDATE licenses SET owner_group_id = NULL WHERE owner_group_id IS NOT NULL",
    ),
    "a license has more than one assignee": (
        "ALTER TABLE licenses DISABLE TRIGGER USER",
        "ALTER TABLE licenses DROP CONSTRAINT ck_licenses_one_assignee",
        "UPDATE licenses SET assigned_user_id = (SELECT id FROM users LIMIT 1) WHERE assigned_group_id IS NOT NULL",
    ),
    "a time contingent is negative": (
        "ALTER TABLE time_contingents DROP CONSTRAINT ck_time_contingents_days_are_not_negative",
        "UPDATE time_contingents SET days = -1",
    ),
    "a deleted container holds an activation": ("UPDATE containers SET state = 'DELETED'",),
    "a seat is borrowed twice": (
        "ALTER TABLE activations DISABLE TRIGGER USER",
        """UPDATE activations SET state = 'BORROWED', seat = NULL, borrowed_until = now(), update_number = NULL,
           parent_id = (SELECT id FROM activations ORDER BY id LIMIT 1)""",
    ),
    "a deleted group still has content": ("UPDATE groups SET deleted_at = now()",),
    "a project lacks a published revision": (
        "ALTER TABLE project_revisions DISABLE TRIGGER USER",
        "DELETE FROM project_revisions",
    ),
    "a virtual container is bound to an unpublished revision": ("UPDATE virtual_containers SET bound_revision = 99",),
    "the group closure differs from the tree": ("DELETE FROM group_closure WHERE depth = 2",),
}


def test_each_invariant_has_a_violation():
    assert set(STATEMENTS) == set(VIOLATIONS)


@pytest.mark.parametrize("violation", VIOLATIONS)
async def test_a_violation_is_found(database, violation):
    async with database.transaction() as session:
        assert (await session.execute(sa.text(ALL_VIOLATIONS))).all() == []
        for statement in STATEMENTS[violation]:
            await session.execute(sa.text(statement))
        violations = (await session.execute(sa.text(ALL_VIOLATIONS))).all()
        await session.rollback()
    assert violation in {row.violation for row in violations}

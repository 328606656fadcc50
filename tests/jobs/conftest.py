"""The context of jobs in the demo world, and what they have to handle."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from jobs.jobs import JobContext
from seeds.cast import ANN, Groups
from store.audit import AuditEntry
from store.db.tokens import hash_token
from store.invitations import Invitation
from store.memberships import MemberRole
from tests.portal import NOW


@pytest.fixture
def job_context(database, clock, announcer):
    return JobContext(database, clock, announcer)


@pytest.fixture
def audited_ids(database):
    """Return the ids of the resources of an action, in order: `await audited_ids("license.expired")`."""

    async def read(action):
        async with database.transaction() as session:
            ids = await session.scalars(
                sa.select(AuditEntry.resource_id).where(AuditEntry.action == action).order_by(AuditEntry.number)
            )
            return list(ids)

    return read


@pytest.fixture
def expired_invitations(database):
    """Add expired invitations and return their ids: `await expired_invitations(25)`."""

    async def add(count):
        invitations = [
            Invitation(
                email=f"guest{number}@elsewhere.example",
                group_id=Groups.ACME,
                role=MemberRole.MEMBER,
                token_hash=hash_token(f"guest {number}"),
                invited_by_id=ANN.id,
                expires_at=NOW - timedelta(days=3, minutes=number),
            )
            for number in range(count)
        ]
        async with database.transaction() as session:
            session.add_all(invitations)
            await session.flush()
            return {invitation.id for invitation in invitations}

    return add

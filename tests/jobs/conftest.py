"""The demo world, and a place to work at it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from jobs.jobs import JobContext
from seeds.cast import ANN, Groups
from store.audit import AuditEntry
from store.db.tokens import hash_token
from store.groups import Invitation, MemberRole
from tests.portal import NOW


@pytest.fixture
def job_context(database, clock, announcer):
    return JobContext(database, clock, announcer)


@pytest.fixture
def audited_ids(database):
    """`await audited_ids("license.expired")`: whom it has happened to, in order."""

    async def of(action):
        async with database.transaction() as session:
            found = await session.scalars(
                sa.select(AuditEntry.resource_id).where(AuditEntry.action == action).order_by(AuditEntry.number),
            )
            return list(found)

    return of


@pytest.fixture
def expired_invitations(database):
    """`await expired_invitations(25)`: that many invitations whose time is over; the ids of all that are."""

    async def invited(count):
        made = [
            Invitation(
                email=f"guest{number}@elsewhere.example", group_id=Groups.ACME, role=MemberRole.MEMBER,
                token_hash=hash_token(f"guest {number}"), invited_by_id=ANN.id,
                expires_at=NOW - timedelta(days=3, minutes=number),
            )
            for number in range(count)
        ]  # fmt: skip
        async with database.transaction() as session:
            session.add_all(made)
            await session.flush()
            return {each.id for each in made}

    return invited

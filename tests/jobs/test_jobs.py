"""Jobs do everything once, however many workers run them and however late."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from jobs.jobs import JOBS, run_batch
from seeds.cast import ANN, TOM, Licenses
from store import audit
from store.activations import Activation, ActivationState
from store.audit import AuditEntry
from store.db import jobs
from store.db.idempotency import IdempotencyKey
from store.invitations import Invitation, InvitationState
from tests.portal import run_all_jobs

EXPIRE_INVITATIONS = next(job for job in JOBS if job.name == "expire_invitations")


async def test_a_job_handles_what_is_due_with_audit_entries_and_announcements(
    job_context, expired_invitations, audited_ids, announcer, database
):
    due = await expired_invitations(3)

    await run_all_jobs(job_context)

    assert due <= set(await audited_ids("invitation.expired"))
    async with database.transaction() as session:
        states = await session.scalars(sa.select(Invitation.state).where(Invitation.id.in_(due)))
        assert set(states) == {InvitationState.EXPIRED}
        last = (await session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1))).one()
        assert (last.actor_id, announcer.numbers[-1]) == (None, last.number)
        assert (await audit.verify(session))[1] is None


async def test_a_job_does_not_repeat_what_it_did(job_context, expired_invitations, audited_ids):
    await expired_invitations(3)
    assert await run_all_jobs(job_context) >= 3
    before = await audited_ids("invitation.expired")

    assert await run_all_jobs(job_context) == 0

    assert await audited_ids("invitation.expired") == before


async def test_concurrent_workers_do_everything_once(job_context, expired_invitations, audited_ids):
    due = await expired_invitations(120)

    await asyncio.gather(*(run_all_jobs(job_context) for _ in range(6)))
    await run_all_jobs(job_context)

    expired = await audited_ids("invitation.expired")
    assert len(expired) == len(set(expired))
    assert due <= set(expired)


async def test_a_job_that_was_stopped_for_days_finds_what_became_due(job_context, clock, audited_ids, database):
    await run_all_jobs(job_context)
    async with database.transaction() as session:
        pending = await session.scalars(sa.select(Invitation.id).where(Invitation.state == InvitationState.PENDING))
        pending = set(pending)
    assert pending

    clock.advance(timedelta(days=400))
    await run_all_jobs(job_context)

    expired = await audited_ids("invitation.expired")
    assert pending <= set(expired)
    assert len(expired) == len(set(expired))


async def test_a_seat_without_a_receipt_becomes_free_again(job_context, clock, pending_activation, audited_ids):
    await run_all_jobs(job_context)
    assert (await pending_activation()).state is ActivationState.PENDING

    clock.advance(timedelta(days=60))
    await run_all_jobs(job_context)

    pending = await pending_activation()
    assert (pending.state, pending.seat) == (ActivationState.ABORTED, None)
    assert (await audited_ids("activation.aborted")).count(pending.id) == 1


async def test_stored_answers_are_deleted_after_a_week(job_context, clock, database):
    def key(name, days):
        return IdempotencyKey(
            actor_id=ANN.id, key=name, operation="x", fingerprint=b"", created_at=clock.now() - timedelta(days=days)
        )

    async with database.transaction() as session:
        session.add_all([key("old", 7), key("new", 6)])

    await run_all_jobs(job_context)

    async with database.transaction() as session:
        assert set(await session.scalars(sa.select(IdempotencyKey.key))) == {"new"}


async def test_a_job_that_fails_changes_nothing(job_context, expired_invitations, audited_ids, database):
    due = await expired_invitations(2)

    async def fail(_session):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await run_batch(job_context, EXPIRE_INVITATIONS, enqueue_next=fail)

    assert due.isdisjoint(await audited_ids("invitation.expired"))
    async with database.transaction() as session:
        states = await session.scalars(sa.select(Invitation.state).where(Invitation.id.in_(due)))
        assert set(states) == {InvitationState.PENDING}


async def test_a_job_is_enqueued_only_if_its_transaction_is_committed(database):
    async def enqueued():
        async with database.transaction() as session:
            return list(await session.scalars(sa.text("SELECT task_name FROM procrastinate_jobs")))

    async def enqueue_and_fail():
        async with database.transaction() as session:
            await jobs.enqueue(session, "abort_stale_activations", timestamp=0)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await enqueue_and_fail()
    assert await enqueued() == []

    async with database.transaction() as session:
        await jobs.enqueue(session, "abort_stale_activations", timestamp=0)
    assert await enqueued() == ["abort_stale_activations"]


@pytest.fixture
def pending_activation(database):
    """Read Tom's activation that waits for a receipt."""

    async def read():
        async with database.transaction() as session:
            found = sa.select(Activation).where(
                Activation.license_id == Licenses.TOM_RENDER, Activation.requested_by_id == TOM.id
            )
            return (await session.scalars(found)).one()

    return read

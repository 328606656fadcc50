"""What falls due is done once, in order, with its trail, however many look after it and however late."""

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
from store.groups import Invitation, InvitationState
from tests.portal import run_all_jobs

INVITATIONS = next(each for each in JOBS if each.name == "expire_invitations")


async def test_what_is_due_is_done_with_its_trail_and_told(
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


async def test_what_was_done_is_not_done_again(job_context, expired_invitations, audited_ids):
    await expired_invitations(3)
    assert await run_all_jobs(job_context) >= 3
    before = await audited_ids("invitation.expired")

    assert await run_all_jobs(job_context) == 0

    assert await audited_ids("invitation.expired") == before


async def test_several_who_look_at_once_do_each_thing_once(job_context, expired_invitations, audited_ids):
    due = await expired_invitations(120)

    await asyncio.gather(*(run_all_jobs(job_context) for _ in range(6)))
    await run_all_jobs(job_context)

    done = await audited_ids("invitation.expired")
    assert len(done) == len(set(done))
    assert due <= set(done)


async def test_whoever_was_away_for_days_finds_what_fell_due_since(job_context, clock, audited_ids, database):
    await run_all_jobs(job_context)
    async with database.transaction() as session:
        waiting = await session.scalars(sa.select(Invitation.id).where(Invitation.state == InvitationState.PENDING))
        waiting = set(waiting)
    assert waiting

    clock.advance(timedelta(days=400))
    await run_all_jobs(job_context)

    done = await audited_ids("invitation.expired")
    assert waiting <= set(done)
    assert len(done) == len(set(done))


async def test_a_seat_that_nobody_confirms_is_free_again(job_context, clock, row_of, audited_ids):
    await run_all_jobs(job_context)
    assert (await row_of()).state is ActivationState.PENDING

    clock.advance(timedelta(days=60))
    await run_all_jobs(job_context)

    waiting = await row_of()
    assert (waiting.state, waiting.seat) == (ActivationState.ABORTED, None)
    assert (await audited_ids("activation.aborted")).count(waiting.id) == 1


async def test_answers_are_kept_for_a_week(job_context, clock, database):
    def key(name, days):
        return IdempotencyKey(
            actor_id=ANN.id,
            key=name,
            operation="x",
            fingerprint=b"",
            created_at=clock.now() - timedelta(days=days),
        )

    async with database.transaction() as session:
        session.add_all([key("old", 7), key("new", 6)])

    await run_all_jobs(job_context)

    async with database.transaction() as session:
        assert set(await session.scalars(sa.select(IdempotencyKey.key))) == {"new"}


async def test_a_duty_that_fails_leaves_nothing_behind(job_context, expired_invitations, audited_ids, database):
    due = await expired_invitations(2)

    async def breaks(_session):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await run_batch(job_context, INVITATIONS, enqueue_next=breaks)

    assert due.isdisjoint(await audited_ids("invitation.expired"))
    async with database.transaction() as session:
        states = await session.scalars(sa.select(Invitation.state).where(Invitation.id.in_(due)))
        assert set(states) == {InvitationState.PENDING}


async def test_a_job_is_on_the_list_if_and_only_if_its_transaction_stands(database):
    async def listed():
        async with database.transaction() as session:
            return list(await session.scalars(sa.text("SELECT task_name FROM procrastinate_jobs")))

    async def put_on_the_list_and_fail():
        async with database.transaction() as session:
            await jobs.enqueue(session, "abort_stale_activations", timestamp=0)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await put_on_the_list_and_fail()
    assert await listed() == []

    async with database.transaction() as session:
        await jobs.enqueue(session, "abort_stale_activations", timestamp=0)
    assert await listed() == ["abort_stale_activations"]


@pytest.fixture
def row_of(database):
    """Tom's activation that waits for a receipt."""

    async def read():
        async with database.transaction() as session:
            found = sa.select(Activation).where(
                Activation.license_id == Licenses.TOM_RENDER,
                Activation.requested_by_id == TOM.id,
            )
            return (await session.scalars(found)).one()

    return read

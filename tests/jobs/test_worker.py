"""A fleet of workers on one database: each job is done by one of them, and what a killed one began by another."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from contextlib import AsyncExitStack, contextmanager

import pytest
import sqlalchemy as sa

from jobs import worker
from jobs.jobs import JOBS, JobContext
from settings import CHECKOUT
from store.audit import AuditEntry
from store.db import jobs
from store.db.clock import SystemClock


@pytest.fixture
def job_context(database, announcer):
    return JobContext(database, SystemClock(), announcer)


async def until(true, *, patience=30):
    deadline = time.monotonic() + patience
    while not await true():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.1)


@contextmanager
def process(url, tmp_path):
    environment = {"PATH": os.defpath, "PORTAL_DATABASE_URL": url, "PORTAL_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "cli", "worker"]
    with subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            started.kill()


async def test_a_fleet_does_each_job_once_and_goes_on_to_the_end(
    job_context, demo_url, database, expired_invitations, audited_ids
):
    due = await expired_invitations(250)

    async with AsyncExitStack() as fleet:
        for _ in range(3):
            await fleet.enter_async_context(worker.running(job_context, demo_url))
        async with database.transaction() as session:
            for _ in range(5):
                await jobs.enqueue(session, "expire_invitations", timestamp=0)

        async def done():
            return due <= set(await audited_ids("invitation.expired"))

        await until(done)

    found = await audited_ids("invitation.expired")
    assert len(found) == len(set(found))


async def test_what_a_killed_worker_began_is_done_by_another(
    demo_url, database, expired_invitations, audited_ids, tmp_path
):
    due = await expired_invitations(5)
    async with database.transaction() as holding:
        # Whoever seals the trail waits here: the worker is in the middle of its transaction.
        await holding.execute(sa.select(sa.func.pg_advisory_xact_lock(0x6C_70_61_75)))
        with process(demo_url, tmp_path) as first:
            async with database.transaction() as session:
                await jobs.enqueue(session, "expire_invitations", timestamp=0)

            async def in_the_middle():
                async with database.transaction() as session:
                    waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                    return await session.scalar(sa.text(waits)) > 0

            await until(in_the_middle)
            first.send_signal(signal.SIGKILL)
            first.wait()

    assert due.isdisjoint(await audited_ids("invitation.expired"))
    with process(demo_url, tmp_path) as second:
        async with database.transaction() as session:  # or the next minute would bring it
            await jobs.enqueue(session, "expire_invitations", timestamp=0)

        async def done():
            return due <= set(await audited_ids("invitation.expired"))

        await until(done, patience=60)
        second.terminate()
        assert second.wait(timeout=20) == 0
    async with database.transaction() as session:
        counted = sa.select(sa.func.count()).where(
            AuditEntry.action == "invitation.expired",
            AuditEntry.resource_id.in_(due),
        )
        assert await session.scalar(counted) == len(due)


async def test_a_job_of_a_worker_without_a_heartbeat_is_on_the_list_again(job_context, demo_url, database):
    """And one of a worker that is alive stays with him."""

    async def begun(ago):
        async with database.transaction() as session:
            await jobs.enqueue(session, "abort_stale_activations", timestamp=0)
            beat = sa.text(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => :ago))"
                " RETURNING id",
            )
            hand = await session.scalar(beat, {"ago": ago})
            begin = sa.text(
                "UPDATE procrastinate_jobs SET status = 'doing', worker_id = :hand WHERE status = 'todo' RETURNING id",
            )
            return await session.scalar(begin, {"hand": hand})

    lost, held = await begun(60), await begun(1)
    app = worker.create_job_app(job_context, demo_url)
    async with app.open_async():
        await app.tasks["tidy"](timestamp=0)

    async with database.transaction() as session:
        found = await session.execute(sa.text("SELECT id, status::text FROM procrastinate_jobs"))
        assert dict(tuple(each) for each in found) == {lost: "todo", held: "doing"}


async def test_every_duty_is_a_job_of_its_own_each_minute(job_context, demo_url):
    app = worker.create_job_app(job_context, demo_url)
    periodic = {name: task.cron for (name, _), task in app.periodic_registry.periodic_tasks.items()}
    assert periodic == {each.name: worker.EVERY_MINUTE for each in JOBS} | {"tidy": worker.EVERY_MINUTE}
    assert len({each.name for each in JOBS}) == len(JOBS)

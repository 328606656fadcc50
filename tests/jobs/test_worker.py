"""Several workers on one database: each job runs in one of them, and the jobs of a killed one in another."""

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


async def wait_until(condition, *, seconds=30):
    deadline = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < deadline, "timed out"
        await asyncio.sleep(0.1)


@contextmanager
def process(url, tmp_path):
    environment = {"PATH": os.defpath, "PORTAL_DATABASE_URL": url, "PORTAL_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "cli", "worker"]
    with subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, text=True) as worker_process:
        try:
            yield worker_process
        finally:
            worker_process.kill()


async def test_several_workers_run_a_job_once_until_nothing_is_due(
    job_context, demo_url, database, expired_invitations, audited_ids
):
    due = await expired_invitations(250)

    async with AsyncExitStack() as fleet:
        for _ in range(3):
            await fleet.enter_async_context(worker.running(job_context, demo_url))
        async with database.transaction() as session:
            for _ in range(5):
                await jobs.enqueue(session, "expire_invitations", timestamp=0)

        async def all_expired():
            return due <= set(await audited_ids("invitation.expired"))

        await wait_until(all_expired)

    expired = await audited_ids("invitation.expired")
    assert len(expired) == len(set(expired))


async def test_the_job_of_a_killed_worker_is_run_by_another_one(
    demo_url, database, expired_invitations, audited_ids, tmp_path
):
    due = await expired_invitations(5)
    async with database.transaction() as blocker:
        # Appending to the audit log needs this lock: the worker waits in the middle of its transaction.
        await blocker.execute(sa.select(sa.func.pg_advisory_xact_lock(0x6C_70_61_75)))
        with process(demo_url, tmp_path) as first:
            async with database.transaction() as session:
                await jobs.enqueue(session, "expire_invitations", timestamp=0)

            async def is_waiting():
                async with database.transaction() as session:
                    waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                    return await session.scalar(sa.text(waits)) > 0

            await wait_until(is_waiting)
            first.send_signal(signal.SIGKILL)
            first.wait()

    assert due.isdisjoint(await audited_ids("invitation.expired"))
    with process(demo_url, tmp_path) as second:
        async with database.transaction() as session:  # instead of waiting for the next minute
            await jobs.enqueue(session, "expire_invitations", timestamp=0)

        async def all_expired():
            return due <= set(await audited_ids("invitation.expired"))

        await wait_until(all_expired, seconds=60)
        second.terminate()
        assert second.wait(timeout=20) == 0
    async with database.transaction() as session:
        counted = sa.select(sa.func.count()).where(
            AuditEntry.action == "invitation.expired", AuditEntry.resource_id.in_(due)
        )
        assert await session.scalar(counted) == len(due)


async def test_the_job_of_a_worker_without_a_heartbeat_is_retried(job_context, demo_url, database):
    async def start_job(ago):
        async with database.transaction() as session:
            await jobs.enqueue(session, "abort_stale_activations", timestamp=0)
            heartbeat = sa.text(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => :ago))"
                " RETURNING id"
            )
            worker_id = await session.scalar(heartbeat, {"ago": ago})
            claim = sa.text(
                "UPDATE procrastinate_jobs SET status = 'doing', worker_id = :hand WHERE status = 'todo' RETURNING id"
            )
            return await session.scalar(claim, {"hand": worker_id})

    dead, alive = await start_job(60), await start_job(1)
    app = worker.create_job_app(job_context, demo_url)
    async with app.open_async():
        await app.tasks["tidy"](timestamp=0)

    async with database.transaction() as session:
        expired = await session.execute(sa.text("SELECT id, status::text FROM procrastinate_jobs"))
        assert dict(tuple(each) for each in expired) == {dead: "todo", alive: "doing"}


async def test_every_job_is_started_once_a_minute(job_context, demo_url):
    app = worker.create_job_app(job_context, demo_url)
    periodic = {name: task.cron for (name, _), task in app.periodic_registry.periodic_tasks.items()}
    assert periodic == {each.name: worker.EVERY_MINUTE for each in JOBS} | {"tidy": worker.EVERY_MINUTE}
    assert len({each.name for each in JOBS}) == len(JOBS)

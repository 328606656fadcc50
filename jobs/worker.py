"""The worker: procrastinate, on the portal's own database, lets one of several workers run each job every minute."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import procrastinate
import psycopg
import sqlalchemy as sa
from procrastinate import exceptions
from procrastinate.jobs import DeleteJobCondition
from psycopg.conninfo import make_conninfo

from jobs.jobs import JOBS, Job, JobContext, run_batch
from store.db.database import async_url
from store.db.jobs import QUEUE, enqueue

_log = logging.getLogger(__name__)

EVERY_MINUTE = "* * * * *"
_CONCURRENCY = 2  # each running job takes a connection of the portal's pool
_HEARTBEAT, _STALLED_AFTER = 5.0, 20.0  # seconds; a worker without a heartbeat for that long is considered dead
_SHUTDOWN_TIMEOUT = 5  # seconds for running jobs to end when the worker is stopped
_RECONNECT_DELAY = 5.0  # seconds
_RETENTION_HOURS = 7 * 24
_RETRY = procrastinate.RetryStrategy(max_attempts=3, wait=5)  # the next minute starts another job anyway


def create_job_app(context: JobContext, url: str) -> procrastinate.App:
    """The job library's app, with all jobs as periodic tasks."""
    connector = procrastinate.PsycopgConnector(
        conninfo=_conninfo(url), min_size=1, max_size=_CONCURRENCY + 2, timeout=_RECONNECT_DELAY
    )
    app = procrastinate.App(connector=connector)
    for job in JOBS:
        _register(app, context, job)

    @app.periodic(cron=EVERY_MINUTE)
    @app.task(name="tidy", queue=QUEUE)
    async def tidy(timestamp: int) -> None:  # noqa: ARG001 - passed to every periodic task
        """Retry the jobs of workers that died, and delete old failed jobs."""
        for stalled in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_AFTER):
            await app.job_manager.retry_job(stalled)
        await app.job_manager.delete_old_jobs(nb_hours=_RETENTION_HOURS, include_failed=True)

    return app


def _register(app: procrastinate.App, context: JobContext, job: Job) -> None:
    # No queueing lock is needed: a worker skips a job that another one is running.
    @app.periodic(cron=EVERY_MINUTE)
    @app.task(name=job.name, queue=QUEUE, retry=_RETRY)
    async def task(timestamp: int) -> None:
        await run_batch(context, job, enqueue_next=lambda session: enqueue(session, job.name, timestamp=timestamp))


async def run(context: JobContext, url: str) -> None:
    """Run jobs until canceled, and reconnect when the database is unavailable."""
    while True:
        try:
            app = create_job_app(context, url)
            async with _open(app):
                await app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=_CONCURRENCY,
                    install_signal_handlers=False,
                    delete_jobs=DeleteJobCondition.SUCCESSFUL.value,
                    update_heartbeat_interval=_HEARTBEAT,
                    stalled_worker_timeout=_STALLED_AFTER,
                    shutdown_graceful_timeout=_SHUTDOWN_TIMEOUT,
                )
        except (OSError, psycopg.Error, exceptions.ConnectorException) as problem:
            _log.warning("the worker lost the connection to its database and reconnects: %s", problem)
        await asyncio.sleep(_RECONNECT_DELAY)


@asynccontextmanager
async def _open(app: procrastinate.App) -> AsyncIterator[None]:
    """Open the library's connections. A cancellation waits until they are open, because closing them hangs otherwise."""
    opening = asyncio.ensure_future(app.open_async())
    try:
        await asyncio.shield(opening)
        yield
    finally:
        with suppress(OSError, psycopg.Error, exceptions.ConnectorException):
            await opening
            await app.close_async()


@asynccontextmanager
async def running(context: JobContext, url: str) -> AsyncIterator[None]:
    """Run jobs in the background until the block ends."""
    task = asyncio.create_task(run(context, url))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _conninfo(url: str) -> str:
    """The connection string of the same database for psycopg."""
    parts = sa.make_url(async_url(url))
    query = {("sslmode" if name == "ssl" else name): value for name, value in parts.query.items()}
    parameters = {"host": parts.host, "port": parts.port, "user": parts.username, "password": parts.password}
    arguments: dict[str, Any] = {
        name: value for name, value in {**parameters, "dbname": parts.database, **query}.items() if value is not None
    }
    return make_conninfo("", application_name="portal worker", **arguments)

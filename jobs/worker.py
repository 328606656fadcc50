"""The worker: a job library on the portal's own database has every duty done, each minute, by one of a fleet."""

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
_HANDS = 2  # jobs at once; each takes a connection of the portal's pool while it works
_HEARTBEAT, _LOST = 5.0, 20.0  # seconds: a worker is taken for dead when it was silent for that long
_PATIENCE = 5  # seconds that running jobs get when the worker is told to stop
_PAUSE = 5.0  # seconds until a worker that lost its database tries again
_KEPT_HOURS = 7 * 24
_RETRY = procrastinate.RetryStrategy(max_attempts=3, wait=5)  # the next minute brings another job anyway


def create_job_app(place: JobContext, url: str) -> procrastinate.App:
    """The list of what can be done, over the database at this address."""
    connector = procrastinate.PsycopgConnector(conninfo=_conninfo(url), min_size=1, max_size=_HANDS + 2, timeout=_PAUSE)
    app = procrastinate.App(connector=connector)
    for duty in JOBS:
        _register(app, place, duty)

    @app.periodic(cron=EVERY_MINUTE)
    @app.task(name="tidy", queue=QUEUE)
    async def tidy(timestamp: int) -> None:  # noqa: ARG001 - every periodic job is told for when it is
        """What a worker was doing when it was killed is done by another, and what failed long ago is forgotten."""
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_LOST):
            await app.job_manager.retry_job(job)
        await app.job_manager.delete_old_jobs(nb_hours=_KEPT_HOURS, include_failed=True)

    return app


def _register(app: procrastinate.App, place: JobContext, duty: Job) -> None:
    # A second of the same kind waits for nothing: who finds another at a duty leaves it to him.
    @app.periodic(cron=EVERY_MINUTE)
    @app.task(name=duty.name, queue=QUEUE, retry=_RETRY)
    async def task(timestamp: int) -> None:
        await run_batch(place, duty, go_on=lambda session: enqueue(session, duty.name, timestamp=timestamp))


async def run(place: JobContext, url: str) -> None:
    """Work until cancelled; a database that is away for a while is waited for."""
    while True:
        try:
            app = create_job_app(place, url)
            async with _open(app):
                await app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=_HANDS,
                    install_signal_handlers=False,
                    delete_jobs=DeleteJobCondition.SUCCESSFUL.value,
                    update_heartbeat_interval=_HEARTBEAT,
                    stalled_worker_timeout=_LOST,
                    shutdown_graceful_timeout=_PATIENCE,
                )
        except (OSError, psycopg.Error, exceptions.ConnectorException) as problem:
            _log.warning("the worker lost its database and tries again: %s", problem)
        await asyncio.sleep(_PAUSE)


@asynccontextmanager
async def _open(app: procrastinate.App) -> AsyncIterator[None]:
    """The library's connections; who is cancelled while they are made waits for them, or they would never end."""
    opening = asyncio.ensure_future(app.open_async())
    try:
        await asyncio.shield(opening)
        yield
    finally:
        with suppress(OSError, psycopg.Error, exceptions.ConnectorException):
            await opening
            await app.close_async()


@asynccontextmanager
async def running(place: JobContext, url: str) -> AsyncIterator[None]:
    """Work beside whatever happens in the block, until it ends."""
    task = asyncio.create_task(run(place, url))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _conninfo(url: str) -> str:
    """The address as psycopg reads it: the same one under another name."""
    parts = sa.make_url(async_url(url))
    query = {("sslmode" if name == "ssl" else name): value for name, value in parts.query.items()}
    named = {"host": parts.host, "port": parts.port, "user": parts.username, "password": parts.password}
    given: dict[str, Any] = {
        name: value for name, value in {**named, "dbname": parts.database, **query}.items() if value is not None
    }
    return make_conninfo("", application_name="portal worker", **given)

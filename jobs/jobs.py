"""Scheduled jobs: each finds what is due by its rows, whenever it runs.

A job works in the transaction that it is given, handles one batch of what is due, and returns the audit entries of its
actions; when it returns none, nothing is due. Since the rows show what was done, a worker that was stopped for days
catches up without skipping or repeating anything.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from authz.gate.services import Announcer
from resolvers.activations import abort_stale
from resolvers.borrows import lapse_due
from resolvers.invitations import expire_invitations
from resolvers.registrations import delete_old_mail
from resolvers.scheduled.expiry_notices import warn_expiring
from resolvers.scheduled.idempotency_cleanup import forget_answers
from resolvers.scheduled.term_jobs import begin_due, expire_due, renew_due
from store import audit
from store.audit import AuditEntry
from store.db.clock import Clock
from store.db.database import Database
from store.services import notification_fanout

JobFunction = Callable[[AsyncSession, datetime], Awaitable[Sequence[AuditEntry]]]


@dataclass(frozen=True, slots=True)
class JobContext:
    """What jobs need of the process; there is no policy, because no user is acting."""

    database: Database
    clock: Clock
    announcer: Announcer


@dataclass(frozen=True, slots=True)
class Job:
    """A scheduled job. Keep its name: jobs that wait in the database refer to it."""

    name: str
    run: JobFunction


# In this order where one worker runs them all: a license that renews must not be treated as expired first.
JOBS: tuple[Job, ...] = (
    Job("start_licenses", begin_due),
    Job("renew_licenses", renew_due),
    Job("send_expiry_notices", warn_expiring),
    Job("expire_licenses", expire_due),
    Job("end_loans", lapse_due),
    Job("abort_stale_activations", abort_stale),
    Job("expire_invitations", expire_invitations),
    Job("delete_old_answers", forget_answers),
    Job("delete_old_mail", delete_old_mail),
)


async def run_batch(
    context: JobContext, job: Job, *, enqueue_next: Callable[[AsyncSession], Awaitable[None]] | None = None
) -> int:
    """Run one batch of a job in a transaction with its audit entries and notifications; return the number of actions.

    While one worker runs a job, the others skip it. `enqueue_next` is called in the same transaction if there may be more
    to do.
    """
    async with context.database.transaction() as session:
        is_locked = sa.func.pg_try_advisory_xact_lock(sa.func.hashtextextended(f"job {job.name}", 0))
        if not await session.scalar(sa.select(is_locked)):
            return 0
        entries = await job.run(session, context.clock.now())
        if entries and enqueue_next is not None:
            await enqueue_next(session)
        await session.flush()
        new_entries = [entry for entry in entries if "number" not in entry.__dict__]  # some jobs append them themselves
        await notification_fanout.notify(session, new_entries)
        await audit.append(session, new_entries)
    if entries:
        await context.announcer.announce([entry.number for entry in entries])
    return len(entries)

"""What falls due with time: each duty finds by itself what is due, however long nobody has looked.

A duty works in a transaction that it is given, takes a handful of what is due, and returns the audit entries of what it
did; when it returns none, nothing is left. It tells by the rows what has been done, and so a worker that was stopped
for days catches up without skipping or doubling anything.
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
    """What the work needs of a process: nobody asks anything here, so there is no policy."""

    database: Database
    clock: Clock
    announcer: Announcer


@dataclass(frozen=True, slots=True)
class Job:
    """Something that falls due; `name` is for good, because jobs that wait in the database bear it."""

    name: str
    run: JobFunction


JOBS: tuple[Job, ...] = (
    Job("begin_licenses", begin_due),
    Job("renew_licenses", renew_due),
    Job("warn_of_ends", warn_expiring),
    Job("end_licenses", expire_due),
    Job("end_loans", lapse_due),
    Job("abort_stale", abort_stale),
    Job("expire_invitations", expire_invitations),
    Job("forget_answers", forget_answers),
    Job("forget_letters", delete_old_mail),
)
"""In the order in which they are done where one worker does them all: what goes on is not first taken for ended."""


async def run_batch(
    place: JobContext,
    duty: Job,
    *,
    go_on: Callable[[AsyncSession], Awaitable[None]] | None = None,
) -> int:
    """Do a handful of a duty, in one transaction with its trail and its messages, and say how many acts it was.

    While one worker is at a duty, the others leave it to him. `go_on` is called in the same transaction where there may
    be more to do.
    """
    async with place.database.transaction() as session:
        mine = sa.func.pg_try_advisory_xact_lock(sa.func.hashtextextended(f"duty {duty.name}", 0))
        if not await session.scalar(sa.select(mine)):
            return 0
        entries = await duty.run(session, place.clock.now())
        if entries and go_on is not None:
            await go_on(session)
        await session.flush()
        unsealed = [each for each in entries if "number" not in each.__dict__]  # some seal what they did themselves
        await notification_fanout.notify(session, unsealed)
        await audit.append(session, unsealed)
    if entries:
        await place.announcer.announce([each.number for each in entries])
    return len(entries)


async def catch_up(place: JobContext) -> int:
    """Do everything that is due, duty by duty, and say how many acts it was."""
    done = 0
    for duty in JOBS:
        while acts := await run_batch(place, duty):
            done += acts
    return done

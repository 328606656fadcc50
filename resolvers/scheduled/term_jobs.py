"""What becomes of licenses when nobody does anything: they begin, renew and end by the clock.

`begin_due`, `renew_due` and `expire_due` are done in this order. Each does a batch in the transaction of the caller, writes
messages and audit rows itself, and gives the entries: the caller commits, announces their numbers, and calls again until
nothing comes back. They ask the rows and no calendar of their own, so a worker that stood still for days does each step
once; and they skip what another worker holds. A renewal that is late by three terms is three entries.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from authz.gate.audit_entries import changes_of, entry_for
from store import audit
from store.audit import AuditEntry, Outcome
from store.errors import Conflict, Refusal
from store.licenses import License, Lifecycle
from store.queries.activations import seats_in_use
from store.services import notification_fanout

BATCH = 500


async def begin_due(session: AsyncSession, now: datetime) -> Sequence[AuditEntry]:
    """SCHEDULED -> VALID at the start."""
    due = (_is(Lifecycle.SCHEDULED), License.starts_at <= now)
    return await _each(session, now, "license.started", _settle(now), *due, order=License.starts_at)


async def expire_due(session: AsyncSession, now: datetime) -> Sequence[AuditEntry]:
    """VALID -> EXPIRED at the end, which is exclusive; what renews by itself is left to `renew_due`."""
    due = (_is(Lifecycle.VALID), License.expires_at <= now, License.renews_at.is_(None))
    return await _each(session, now, "license.expired", _settle(now), *due, order=License.expires_at)


async def renew_due(session: AsyncSession, now: datetime) -> Sequence[AuditEntry]:
    """From the last moment to cancel at, the next term of a subscription is settled; one entry for each term.

    A license that cannot renew stops no other: its refusal is on record, and it does not renew by itself any more. So it
    is not tried again, and ends with its term.
    """
    due = (_is(Lifecycle.VALID), License.renews_at <= now)
    entries: list[AuditEntry] = []
    for license in await _held(session, *due, order=License.renews_at):
        taken = len(await seats_in_use(session, license.id))
        while license.is_renewal_due(now):
            try:
                entries.append(await _renewed(session, license, now, taken))
            except Refusal as refusal:
                entries += await _stopped(session, license, now, refusal)
    return await _sealed(session, entries)


async def _renewed(session: AsyncSession, license: License, now: datetime, taken: int) -> AuditEntry:
    """Settle one term, or leave everything as it is."""
    try:
        async with session.begin_nested():
            license.renew(at=now, taken=taken, automatic=True)
            entry = _entry("license.renewed", license, now)
            await session.flush()
    except sa.exc.IntegrityError as problem:
        raise Conflict("the database does not take the next term of this license") from problem
    return entry


async def _stopped(session: AsyncSession, license: License, now: datetime, refusal: Refusal) -> Sequence[AuditEntry]:
    """It renews no more; people are told like of any other license that its end comes."""
    await session.refresh(license)  # what was taken back is not known any more
    refused = entry_for(license, action="licenseRenew", at=now, actor_id=None, request_id=None)
    refused.outcome, refused.code = Outcome.REFUSED, refusal.code
    license.auto_renew = False
    stopped = _entry("license.modified", license, now)
    await session.flush()
    return refused, stopped


def _is(state: Lifecycle) -> sa.ColumnElement[bool]:
    """Written out and not bound: only so does PostgreSQL know that an index of these rows alone will do."""
    return License.lifecycle == sa.literal_column(f"'{state}'")


def _settle(now: datetime) -> Callable[[License], object]:
    return lambda license: license.update_lifecycle(at=now)


async def _each(
    session: AsyncSession,
    now: datetime,
    action: str,
    step: Callable[[License], object],
    *due: sa.ColumnElement[bool],
    order: sa.SQLColumnExpression[datetime | None],
) -> Sequence[AuditEntry]:
    entries = []
    for license in await _held(session, *due, order=order):
        step(license)
        entries.append(_entry(action, license, now))
    return await _sealed(session, entries)


async def _held(
    session: AsyncSession,
    *due: sa.ColumnElement[bool],
    order: sa.SQLColumnExpression[datetime | None],
) -> Sequence[License]:
    """The next that are due, the most urgent first, without those that another worker holds."""
    asked = sa.select(License).where(*due).order_by(order, License.id).limit(BATCH)
    return (await session.scalars(asked.with_for_update(skip_locked=True, key_share=True, of=License))).all()


def _entry(action: str, license: License, now: datetime) -> AuditEntry:
    entry = entry_for(license, action=action, at=now, actor_id=None, request_id=None)
    entry.before, entry.after = changes_of(license)
    return entry


async def _sealed(session: AsyncSession, entries: list[AuditEntry]) -> Sequence[AuditEntry]:
    await session.flush()
    await notification_fanout.notify(session, entries)
    await audit.append(session, entries)
    return entries

"""Scheduled changes of licenses: they begin, renew and expire by the clock.

`begin_due`, `renew_due` and `expire_due` run in this order. Each handles one batch in the transaction of the caller, writes
its messages and audit entries, and returns the entries; the caller commits, announces their numbers, and calls again until
nothing is returned. What is due is read from the rows, so that a worker that was down for days does every step once; rows
that another worker has locked are skipped. A renewal that is three terms late makes three entries.
"""

from collections.abc import Sequence
from datetime import datetime

from authz.gate.audit_entries import changes_of, entry_for
from store import audit
from store.audit import AuditEntry, Outcome
from store.db.database import Session
from store.errors import Refusal
from store.licenses import License
from store.queries import activations, license_terms
from store.services import notification_fanout


async def begin_due(session: Session, now: datetime) -> Sequence[AuditEntry]:
    """SCHEDULED -> VALID at the start."""
    return await _follow_clock(session, await license_terms.lock_to_begin(session, now), "license.started", now)


async def expire_due(session: Session, now: datetime) -> Sequence[AuditEntry]:
    """VALID -> EXPIRED at the end, which is exclusive."""
    return await _follow_clock(session, await license_terms.lock_to_expire(session, now), "license.expired", now)


async def renew_due(session: Session, now: datetime) -> Sequence[AuditEntry]:
    """Renew subscriptions from the last moment at which they could be canceled; one entry for each term.

    A license that cannot be renewed does not stop the others: its refusal is recorded and its automatic renewal is switched
    off, so that it is not tried again and expires with its term.
    """
    entries: list[AuditEntry] = []
    for license in await license_terms.lock_to_renew(session, now):
        taken = len(await activations.seats_in_use(session, license.id))
        while license.is_renewal_due(now):
            try:
                entries.append(await _renew(session, license, now, taken))
            except Refusal as refusal:
                entries += await _stop_renewing(session, license, now, refusal)
    return await _append(session, entries)


async def _renew(session: Session, license: License, now: datetime, taken: int) -> AuditEntry:
    def renewal() -> AuditEntry:
        license.renew(at=now, taken=taken, automatic=True)
        return _entry("license.renewed", license, now)  # before the flush, while the changes are known

    return await license_terms.renew(session, renewal)


async def _stop_renewing(session: Session, license: License, now: datetime, refusal: Refusal) -> Sequence[AuditEntry]:
    await session.refresh(license)  # the savepoint was rolled back
    refused = entry_for(license, action="licenseRenew", at=now, actor_id=None, request_id=None)
    refused.outcome, refused.code = Outcome.REFUSED, refusal.code
    license.auto_renew = False
    stopped = _entry("license.modified", license, now)
    await session.flush()
    return refused, stopped


async def _follow_clock(
    session: Session, licenses: Sequence[License], action: str, now: datetime
) -> Sequence[AuditEntry]:
    entries = []
    for license in licenses:
        license.update_lifecycle(at=now)
        entries.append(_entry(action, license, now))
    return await _append(session, entries)


def _entry(action: str, license: License, now: datetime) -> AuditEntry:
    entry = entry_for(license, action=action, at=now, actor_id=None, request_id=None)
    entry.before, entry.after = changes_of(license)
    return entry


async def _append(session: Session, entries: list[AuditEntry]) -> Sequence[AuditEntry]:
    await session.flush()
    await notification_fanout.notify(session, entries)
    await audit.append(session, entries)
    return entries

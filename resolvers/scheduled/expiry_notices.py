"""Notices of licenses that are about to expire: once at each offset of the rules, and again for the next end."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from authz.gate.audit_entries import entry_for
from store.audit import AuditEntry
from store.db.database import Session
from store.licenses import License
from store.queries import license_terms

_DAY = timedelta(days=1)


async def warn_expiring(session: Session, now: datetime) -> Sequence[AuditEntry]:
    """A batch of notices that are due, as audit entries; the caller appends them and sends the messages."""
    return [_entry(license, offset, now) for license, offset in await license_terms.expiring(session, now)]


def _entry(license: License, offset: int, now: datetime) -> AuditEntry:
    assert license.expires_at is not None
    entry = entry_for(license, action=license_terms.EXPIRING, at=now, actor_id=None, request_id=None)
    days = -((now - license.expires_at) // _DAY)
    entry.after = {"days": days, "offset": offset, "expires_at": license.expires_at.isoformat()}
    return entry

"""Reads audit entries as events, in batches by number, with the notifications that they caused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from store.audit import AuditEntry, Outcome
from store.db.database import Database
from store.notifications import Notification

_BATCH_SIZE = 200
_NOTIFYING_ACTIONS = ("invitation.created",)
"""Actions that may cause notifications without being about a license."""


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """A successful action. It names the rows to read again and contains nothing of them."""

    number: int
    id: UUID
    action: str
    at: datetime
    license_id: UUID | None
    project_id: UUID | None
    notifications: Mapping[UUID, UUID] = field(default_factory=dict)
    """The notifications that it caused: from the recipient's ID to that of the notification."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive events, and the number of the last audit entry that was read (refused actions included)."""

    events: tuple[AuditEvent, ...]
    up_to: int


_AFTER = (
    sa.select(
        AuditEntry.number,
        AuditEntry.id,
        AuditEntry.action,
        AuditEntry.at,
        AuditEntry.license_id,
        AuditEntry.project_id,
        AuditEntry.outcome,
    )
    .where(AuditEntry.number > sa.bindparam("number"))
    .order_by(AuditEntry.number)
    .limit(_BATCH_SIZE)
)
_NOTIFICATIONS = sa.select(Notification.id, Notification.recipient_id, Notification.dedupe_key).where(
    Notification.created_at == sa.any_(sa.bindparam("instants", type_=ARRAY(sa.DateTime(timezone=True))))
)
_LAST = sa.select(sa.func.coalesce(sa.func.max(AuditEntry.number), 0))


async def last_number(database: Database) -> int:
    """The number of the latest audit entry; 0 if there is none."""
    async with database.snapshot() as connection:
        return int((await connection.execute(_LAST)).scalar_one())


async def number_of(database: Database, entry_id: UUID) -> int | None:
    """The number of an audit entry; None if there is no such entry."""
    async with database.snapshot() as connection:
        return await connection.scalar(sa.select(AuditEntry.number).where(AuditEntry.id == entry_id))


async def read_batch(database: Database, after: int) -> Batch:
    """The next events. Numbers follow commits (`store.audit.append`), so no entry can appear before one already read."""
    async with database.snapshot() as connection:
        entries = (await connection.execute(_AFTER, {"number": after})).all()
        successful = [entry for entry in entries if entry.outcome is Outcome.DONE]
        notifying = (each for each in successful if each.license_id is not None or each.action in _NOTIFYING_ACTIONS)
        notifications = await _notifications(connection, {str(each.id): each.at for each in notifying})
    events = tuple(
        AuditEvent(
            entry.number,
            entry.id,
            entry.action,
            entry.at,
            entry.license_id,
            entry.project_id,
            notifications.get(str(entry.id), {}),
        )
        for entry in successful
    )
    return Batch(events, entries[-1].number if entries else after)


async def _notifications(connection: AsyncConnection, entries: Mapping[str, datetime]) -> dict[str, dict[UUID, UUID]]:
    """By audit entry: a notification has the instant of its entry, and its dedupe key begins with the entry's ID."""
    notifications: dict[str, dict[UUID, UUID]] = {}
    if entries:
        for row in await connection.execute(_NOTIFICATIONS, {"instants": sorted(set(entries.values()))}):
            entry_id = row.dedupe_key.partition(":")[0]
            if entry_id in entries:
                notifications.setdefault(entry_id, {})[row.recipient_id] = row.id
    return notifications

"""The audit trail as events, read in pages by number: what was done, and who got a message about it."""

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

_PAGE = 200
_TELLING = ("invitation.created",)
"""Acts that somebody may have a message about though they are about no license."""


@dataclass(frozen=True, slots=True)
class Event:
    """One act that was done. It says which row to look at again, and nothing of what is in it."""

    number: int
    id: UUID
    action: str
    at: datetime
    license_id: UUID | None
    project_id: UUID | None
    told: Mapping[UUID, UUID] = field(default_factory=dict)
    """Who got a message about it, and which."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A part of the trail: its events, and the number up to which it reaches."""

    events: tuple[Event, ...]
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
    .limit(_PAGE)
)
_TOLD = sa.select(Notification.id, Notification.recipient_id, Notification.dedupe_key).where(
    Notification.created_at == sa.any_(sa.bindparam("instants", type_=ARRAY(sa.DateTime(timezone=True)))),
)
_LAST = sa.select(sa.func.coalesce(sa.func.max(AuditEntry.number), 0))


async def end(database: Database) -> int:
    """The number of the last act so far."""
    async with database.snapshot() as connection:
        return int((await connection.execute(_LAST)).scalar_one())


async def number_of(database: Database, entry_id: UUID) -> int | None:
    """Where in the trail an act stands."""
    async with database.snapshot() as connection:
        return await connection.scalar(sa.select(AuditEntry.number).where(AuditEntry.id == entry_id))


async def read_batch(database: Database, after: int) -> Batch:
    """The next acts. Numbers follow the commits (`store.audit.append`), so nothing can appear before what was read."""
    async with database.snapshot() as connection:
        entries = (await connection.execute(_AFTER, {"number": after})).all()
        done = [entry for entry in entries if entry.outcome is Outcome.DONE]
        telling = (each for each in done if each.license_id is not None or each.action in _TELLING)
        told = await _told(connection, {str(each.id): each.at for each in telling})
    events = tuple(
        Event(each.number, each.id, each.action, each.at, each.license_id, each.project_id, told.get(str(each.id), {}))
        for each in done
    )
    return Batch(events, entries[-1].number if entries else after)


async def _told(connection: AsyncConnection, acts: Mapping[str, datetime]) -> dict[str, dict[UUID, UUID]]:
    """The messages about these acts: a message bears the instant of its act, and its key names the act."""
    told: dict[str, dict[UUID, UUID]] = {}
    if acts:
        for message in await connection.execute(_TOLD, {"instants": sorted(set(acts.values()))}):
            act = message.dedupe_key.partition(":")[0]
            if act in acts:
                told.setdefault(act, {})[message.recipient_id] = message.id
    return told

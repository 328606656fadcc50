"""Changes of licenses, for viewers who may read them, and their disappearance, for viewers who could."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from authz.gate.access import Access
from authz.lists.queries import Projection, Row
from store.errors import BadInput
from store.licenses import License
from subscriptions.audit_events import AuditEvent
from subscriptions.cursors import encode_cursor
from subscriptions.feed import Feed
from subscriptions.subscriber import Renew, Subscriber

STREAM = "licenseChanged"
MAX_WATCHED = 2000


class ChangeKind(StrEnum):
    """What happened to a license."""

    ASSIGNED = "ASSIGNED"
    UNASSIGNED = "UNASSIGNED"
    VISIBILITY_CHANGED = "VISIBILITY_CHANGED"
    ACTIVATED = "ACTIVATED"
    DEACTIVATED = "DEACTIVATED"
    CHANGED = "CHANGED"
    """Any other change."""
    GONE = "GONE"
    """The viewer could read the license and no longer can; the reason is not revealed."""


@dataclass(frozen=True, slots=True)
class LicenseChange:
    """One event of the stream; `license` is None for the kind GONE."""

    cursor: str
    kind: ChangeKind
    at: datetime
    license_id: UUID
    license: Row | None


async def license_changes(
    access: Access,
    feed: Feed,
    *,
    watched: Sequence[UUID] = (),
    after: str | None = None,
    projection: Projection | None = None,
    renew: Renew | None = None,
) -> AsyncGenerator[LicenseChange, None]:
    """Changes of every license that the viewer may read when the event is delivered.

    `watched` are the licenses that the client displays. The viewer gets GONE for each of them that was readable at the
    start, and for each license reported before, once it is no longer readable. A client that resumes at `after` gets
    GONE first for each watched license that is not readable now; a license that never existed is treated alike.
    """
    if len(watched) > MAX_WATCHED:
        raise BadInput(f"at most {MAX_WATCHED} licenses can be watched, got {len(watched)}")
    projection = projection or Projection()
    subscriber = Subscriber(access, feed, stream=STREAM, renew=renew)
    try:
        start = await subscriber.start_number(after)
        readable = await subscriber.readable(License, watched, Projection()) if watched else {}
        known = dict.fromkeys(each for each in watched if each in readable)
        await subscriber.release()
        if after is not None:
            now = access.services.clock.now()
            for license_id in dict.fromkeys(each for each in watched if each not in readable):
                yield LicenseChange(after, ChangeKind.GONE, now, license_id, None)
        async with aclosing(feed.events(start)) as events:
            async for event in events:
                if event.license_id is None or not event.action.startswith("license."):
                    continue
                rows = await subscriber.readable(License, [event.license_id], projection)
                change = _change(event, event.license_id, rows.get(event.license_id), known)
                if change is not None:
                    yield change
                await subscriber.release()
    finally:
        await subscriber.release()


def _change(event: AuditEvent, license_id: UUID, row: Row | None, known: dict[UUID, None]) -> LicenseChange | None:
    """What to report; None for a license that the viewer cannot read and does not know of."""
    was_known = license_id in known
    known.pop(license_id, None)
    cursor = encode_cursor(STREAM, event.id)
    if row is None:
        return LicenseChange(cursor, ChangeKind.GONE, event.at, license_id, None) if was_known else None
    known[license_id] = None  # added last: the license reported least recently is forgotten first
    if len(known) > MAX_WATCHED:
        del known[next(iter(known))]
    return LicenseChange(cursor, _kind(event.action), event.at, license_id, row)


def _kind(action: str) -> ChangeKind:
    name = action.removeprefix("license.").upper()
    return ChangeKind(name) if name in list(ChangeKind) else ChangeKind.CHANGED

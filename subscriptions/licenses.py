"""What happens to licenses, told to those who may read them, and that one is gone to those who could."""

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
from subscriptions.audit_events import Event
from subscriptions.cursors import cursor
from subscriptions.feed import Feed
from subscriptions.subscriber import Renew, Subscriber

STREAM = "licenseChanged"
MOST_SHOWN = 2000


class ChangeKind(StrEnum):
    """What happened to a license."""

    ASSIGNED = "ASSIGNED"
    UNASSIGNED = "UNASSIGNED"
    VISIBILITY_CHANGED = "VISIBILITY_CHANGED"
    ACTIVATED = "ACTIVATED"
    DEACTIVATED = "DEACTIVATED"
    CHANGED = "CHANGED"
    """Something else."""
    GONE = "GONE"
    """The viewer could read the license and no longer can; what happened is not for him."""


@dataclass(frozen=True, slots=True)
class LicenseChange:
    """One piece of news; `license` is None when it is gone."""

    cursor: str
    kind: ChangeKind
    at: datetime
    license_id: UUID
    license: Row | None


async def license_changes(
    access: Access,
    feed: Feed,
    *,
    shown: Sequence[UUID] = (),
    after: str | None = None,
    projection: Projection | None = None,
    renew: Renew | None = None,
) -> AsyncGenerator[LicenseChange, None]:
    """News of every license that the viewer may read at the moment he hears of it.

    `shown` are the licenses on his screen. Of each of them that he can read now, and of each that he was told about, he
    also hears once that it is gone. When he resumes at `after`, he hears that first of all that he cannot read any
    more; it is the same for a license that never was.
    """
    if len(shown) > MOST_SHOWN:
        raise BadInput(f"at most {MOST_SHOWN} licenses can be watched for their end")
    projection = projection or Projection()
    listening = Subscriber(access, feed, stream=STREAM, renew=renew)
    try:
        beginning = await listening.beginning(after)
        found = await listening.readable(License, shown, Projection()) if shown else {}
        known = dict.fromkeys(each for each in shown if each in found)
        await listening.rest()
        if after is not None:
            now = access.services.clock.now()
            for each in dict.fromkeys(each for each in shown if each not in found):
                yield LicenseChange(after, ChangeKind.GONE, now, each, None)
        async with aclosing(feed.events(beginning)) as events:
            async for event in events:
                if event.license_id is None or not event.action.startswith("license."):
                    continue
                rows = await listening.readable(License, [event.license_id], projection)
                change = _change(event, event.license_id, rows.get(event.license_id), known)
                if change is not None:
                    yield change
                await listening.rest()
    finally:
        await listening.rest()


def _change(event: Event, license_id: UUID, row: Row | None, known: dict[UUID, None]) -> LicenseChange | None:
    """What the viewer hears; nothing, when he cannot read the license and does not know it."""
    was_known = license_id in known
    known.pop(license_id, None)
    here = cursor(STREAM, event.id)
    if row is None:
        return LicenseChange(here, ChangeKind.GONE, event.at, license_id, None) if was_known else None
    known[license_id] = None  # as the last one: what was not heard of for longest is forgotten first
    if len(known) > MOST_SHOWN:
        del known[next(iter(known))]
    return LicenseChange(here, _kind(event.action), event.at, license_id, row)


def _kind(action: str) -> ChangeKind:
    name = action.removeprefix("license.").upper()
    return ChangeKind(name) if name in list(ChangeKind) else ChangeKind.CHANGED

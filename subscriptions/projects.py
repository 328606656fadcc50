"""Changes of projects, for their administrators and the colleagues on site."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from authz.gate.access import Access
from authz.lists.queries import Projection, Row
from store.projects import Project
from subscriptions.cursors import encode_cursor
from subscriptions.feed import Feed
from subscriptions.subscriber import Renew, Subscriber

STREAM = "projectChanged"


class ProjectStep(StrEnum):
    """What happened to a project; changes of its virtual containers are reported only when it is published."""

    PUBLISHED = "PUBLISHED"
    REOPENED = "REOPENED"
    PULLED = "PULLED"
    ARCHIVED = "ARCHIVED"
    CHANGED = "CHANGED"


@dataclass(frozen=True, slots=True)
class ProjectChange:
    """One event of the stream, with the project as it is at delivery."""

    cursor: str
    step: ProjectStep
    at: datetime
    project_id: UUID
    project: Row


async def project_changes(
    access: Access,
    feed: Feed,
    *,
    after: str | None = None,
    projection: Projection | None = None,
    renew: Renew | None = None,
) -> AsyncGenerator[ProjectChange, None]:
    """Changes of every project that the viewer may read when the event is delivered."""
    subscriber = Subscriber(access, feed, stream=STREAM, renew=renew)
    try:
        start = await subscriber.start_number(after)
        async with aclosing(feed.events(start)) as events:
            async for event in events:
                if event.project_id is None or not event.action.startswith("project."):
                    continue
                rows = await subscriber.readable(Project, [event.project_id], projection or Projection())
                if event.project_id in rows:
                    cursor = encode_cursor(STREAM, event.id)
                    step = _step(event.action)
                    yield ProjectChange(cursor, step, event.at, event.project_id, rows[event.project_id])
                await subscriber.release()
    finally:
        await subscriber.release()


def _step(action: str) -> ProjectStep:
    name = action.removeprefix("project.").upper()
    return ProjectStep(name) if name in list(ProjectStep) else ProjectStep.CHANGED

"""What becomes of projects, told to those who prepare them and to those who wait for them on site."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from authz.gate.access import Access
from authz.lists.queries import Projection, Row
from store.projects import Project
from subscriptions.cursors import cursor
from subscriptions.feed import Feed
from subscriptions.subscriber import Renew, Subscriber

STREAM = "projectChanged"


class ProjectStep(StrEnum):
    """What happened to a project. What is planned in it meanwhile is no news until it is published."""

    PUBLISHED = "PUBLISHED"
    REOPENED = "REOPENED"
    PULLED = "PULLED"
    ARCHIVED = "ARCHIVED"
    CHANGED = "CHANGED"


@dataclass(frozen=True, slots=True)
class ProjectChange:
    """One piece of news, with the project as it is when the viewer hears of it."""

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
    """News of every project that the viewer may read at the moment he hears of it; nobody else hears anything."""
    listening = Subscriber(access, feed, stream=STREAM, renew=renew)
    try:
        beginning = await listening.beginning(after)
        async with aclosing(feed.events(beginning)) as events:
            async for event in events:
                if event.project_id is None or not event.action.startswith("project."):
                    continue
                rows = await listening.readable(Project, [event.project_id], projection or Projection())
                if event.project_id in rows:
                    here = cursor(STREAM, event.id)
                    step = _step(event.action)
                    yield ProjectChange(here, step, event.at, event.project_id, rows[event.project_id])
                await listening.rest()
    finally:
        await listening.rest()


def _step(action: str) -> ProjectStep:
    name = action.removeprefix("project.").upper()
    return ProjectStep(name) if name in list(ProjectStep) else ProjectStep.CHANGED

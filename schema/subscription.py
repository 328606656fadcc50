"""What clients can listen to. Each event is read in a snapshot of its own, and who may not see it hears nothing."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from typing import Annotated, Any

import strawberry

from authz.lists.queries import Projection
from schema.context import OperationInfo
from schema.fields.declare import TypeRef
from schema.fields.entities import ENTITIES
from schema.fields.ids import decode_as, encode
from schema.fields.scalars import Cursor
from schema.fields.selection import projection_of, selected_fields
from subscriptions.licenses import MAX_WATCHED, ChangeKind, license_changes
from subscriptions.notifications import notifications_received
from subscriptions.projects import ProjectStep, project_changes

strawberry.enum(ChangeKind, description="What happened to a license.")
for _value, _description in zip(
    ChangeKind.__strawberry_definition__.values,  # type: ignore[attr-defined]
    (
        "It was given to a person, a group or a project.",
        "It went back to the pool of its group.",
        "It is shown to all members now, or to administrators only.",
        "A seat of it was put into a container.",
        "A seat of it was given back.",
        "Something else about it is new.",
        "The viewer could see it and no longer can.",
    ),
    strict=True,
):
    _value.description = _description


@strawberry.type(description="News of a license.")
class LicenseChange:
    """The row is as the viewer may see it when he hears of it."""

    cursor: Cursor = strawberry.field(description="The place behind this piece of news: `after` goes on from here.")
    kind: ChangeKind = strawberry.field(description="What happened.")
    at: datetime = strawberry.field(description="When it happened.")
    license_id: strawberry.ID = strawberry.field(description="Which license.")
    license: Any = strawberry.field(
        graphql_type=TypeRef("License") | None,
        description="The license as it is now; null when it is gone.",
    )


strawberry.enum(ProjectStep, description="What happened to a project.")
for _value, _description in zip(
    ProjectStep.__strawberry_definition__.values,  # type: ignore[attr-defined]
    (
        "A new revision can be pulled.",
        "It is in edit mode: what is on site stays, and nothing new arrives.",
        "A virtual container of it became a real one, or took over a revision.",
        "It has ended.",
        "Something else about it is new.",
    ),
    strict=True,
):
    _value.description = _description


@strawberry.type(description="News of a project.")
class ProjectChange:
    """The row is as the viewer may see it when he hears of it."""

    cursor: Cursor = strawberry.field(description="The place behind this piece of news: `after` goes on from here.")
    step: ProjectStep = strawberry.field(description="What happened.")
    at: datetime = strawberry.field(description="When it happened.")
    project: Any = strawberry.field(graphql_type=TypeRef("Project"), description="The project as it is now.")


@strawberry.type(description="A message that has just arrived.")
class NotificationReceived:
    """It is for the viewer, and for nobody else."""

    cursor: Cursor = strawberry.field(description="The place behind this message: `after` goes on from here.")
    notification: Any = strawberry.field(graphql_type=TypeRef("Notification"), description="The message.")


_Shown = Annotated[
    list[strawberry.ID] | None,
    strawberry.argument(
        description=f"The licenses on the screen, {MAX_WATCHED} at most: of those that the viewer can see, and of "
        "those that he was told about, he also hears when they are gone.",
    ),
]
_After = Annotated[
    Cursor | None,
    strawberry.argument(description="Also what happened since this place, as far as the viewer may see it now."),
]


@strawberry.type(description="What clients can listen to.")
class Subscription:
    """A stream goes on until the client ends it, or until the viewer's token opens nothing any more."""

    @strawberry.subscription(  # type: ignore[untyped-decorator]
        description="News of every license that the viewer may see, as it happens.",
    )
    async def license_changed(
        self,
        info: OperationInfo,
        ids: _Shown = None,
        after: _After = None,
    ) -> AsyncGenerator[LicenseChange, None]:
        context = info.context
        changes = license_changes(
            context.access,
            context.feed,
            watched=[decode_as(each, ENTITIES["License"])[1] for each in ids or ()],
            after=after,
            projection=_projection(info, "LicenseChange", "license", "License"),
            renew=context.renew,
        )
        async with aclosing(changes):
            async for each in changes:
                id_ = strawberry.ID(encode("License", each.license_id))
                yield LicenseChange(
                    cursor=Cursor(each.cursor),
                    kind=each.kind,
                    at=each.at,
                    license_id=id_,
                    license=each.license,
                )

    @strawberry.subscription(description="The viewer's messages, as they arrive.")  # type: ignore[untyped-decorator]
    async def notification_received(
        self,
        info: OperationInfo,
        after: _After = None,
    ) -> AsyncGenerator[NotificationReceived, None]:
        context = info.context
        projection = _projection(info, "NotificationReceived", "notification", "Notification")
        messages = notifications_received(
            context.access, context.feed, after=after, projection=projection, renew=context.renew
        )
        async with aclosing(messages):
            async for each in messages:
                yield NotificationReceived(cursor=Cursor(each.cursor), notification=each.notification)

    @strawberry.subscription(  # type: ignore[untyped-decorator]
        description="News of every project that the viewer may see: what was published waits for whoever is on site.",
    )
    async def project_changed(self, info: OperationInfo, after: _After = None) -> AsyncGenerator[ProjectChange, None]:
        context = info.context
        projection = _projection(info, "ProjectChange", "project", "Project")
        changes = project_changes(context.access, context.feed, after=after, projection=projection, renew=context.renew)
        async with aclosing(changes):
            async for each in changes:
                yield ProjectChange(cursor=Cursor(each.cursor), step=each.step, at=each.at, project=each.project)


def _projection(info: OperationInfo, payload: str, field: str, entity: str) -> Projection:
    """What a client has selected of the row in the payload: it is fetched with the question whether he may see it."""
    raw = info._raw_info  # noqa: SLF001 - strawberry has no public name for it
    places = selected_fields(raw, raw.field_nodes, payload).get(field, ())
    return projection_of(raw, places, ENTITIES[entity], info.context.access.view.policy)

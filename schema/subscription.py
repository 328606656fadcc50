"""The root type of subscriptions. Each event is read in a snapshot of its own, as far as the viewer may read it."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import strawberry

from authz.lists.queries import Projection
from schema.context import OperationInfo, raw_info
from schema.fields.declare import TypeRef
from schema.fields.entities import ENTITIES
from schema.fields.ids import expect_global_id, to_global_id
from schema.fields.scalars import Cursor
from schema.fields.selection import projection_of, selected_fields
from subscriptions.licenses import MAX_WATCHED, ChangeKind, license_changes
from subscriptions.notifications import notifications_received
from subscriptions.projects import ProjectStep, project_changes


def _describe(enum_type: type[StrEnum], description: str, *values: str) -> None:
    """Declare an enum as a GraphQL enum; the descriptions of its values are in their order."""
    strawberry.enum(enum_type, description=description)
    declared = enum_type.__strawberry_definition__.values  # type: ignore[attr-defined]
    for value, value_description in zip(declared, values, strict=True):
        value.description = value_description


_describe(
    ChangeKind,
    "What happened to a license.",
    "The license was assigned to a user, a group or a project.",
    "The license was returned to the pool of its owner group.",
    "The license is now visible to all members, or to administrators only.",
    "A seat of the license was activated.",
    "An activation of the license was deactivated.",
    "The license was changed in another way.",
    "The viewer could read the license before, and no longer can.",
)


@strawberry.type(description="A change of a license.")
class LicenseChange:
    """The license is read when the event is delivered."""

    cursor: Cursor = strawberry.field(description="The position after this event: pass it as `after` to resume.")
    kind: ChangeKind = strawberry.field(description="What happened to the license.")
    at: datetime = strawberry.field(description="When the change happened.")
    license_id: strawberry.ID = strawberry.field(description="The global ID of the license.")
    license: Any = strawberry.field(
        graphql_type=TypeRef("License") | None, description="The license as it is now. Null if the kind is GONE."
    )


_describe(
    ProjectStep,
    "What happened to a project.",
    "A new revision was published and can be pulled.",
    "The project is being edited again; containers on site keep their revision.",
    "A virtual container of the project was pulled into a real container.",
    "The project was archived.",
    "The project was changed in another way.",
)


@strawberry.type(description="A change of a project.")
class ProjectChange:
    """The project is read when the event is delivered."""

    cursor: Cursor = strawberry.field(description="The position after this event: pass it as `after` to resume.")
    step: ProjectStep = strawberry.field(description="What happened to the project.")
    at: datetime = strawberry.field(description="When the change happened.")
    project: Any = strawberry.field(graphql_type=TypeRef("Project"), description="The project as it is now.")


@strawberry.type(description="A new notification for the viewer.")
class NotificationReceived:
    """A notification that was just created."""

    cursor: Cursor = strawberry.field(description="The position after this event: pass it as `after` to resume.")
    notification: Any = strawberry.field(graphql_type=TypeRef("Notification"), description="The new notification.")


_Watched = Annotated[
    list[strawberry.ID] | None,
    strawberry.argument(
        description=f"The global IDs of licenses that the client displays, at most {MAX_WATCHED}. If the viewer can no longer "
        "read one of them, or one that was reported before, a change of the kind GONE is reported."
    ),
]
_After = Annotated[
    Cursor | None,
    strawberry.argument(
        description="Resume after this event, as far as the viewer may still read what has changed. Null: only new events."
    ),
]


@strawberry.type(
    description="The subscriptions. A stream ends when the client ends it, or when the access token expires or is revoked."
)
class Subscription:
    """Streams of events over WebSocket or server-sent events."""

    @strawberry.subscription(  # type: ignore[untyped-decorator]
        description="Changes of all licenses that the viewer may read."
    )
    async def license_changed(
        self, info: OperationInfo, ids: _Watched = None, after: _After = None
    ) -> AsyncGenerator[LicenseChange, None]:
        context = info.context
        changes = license_changes(
            context.access,
            context.feed,
            watched=[expect_global_id(each, ENTITIES["License"])[1] for each in ids or ()],
            after=after,
            projection=_projection(info, "LicenseChange", "license", "License"),
            renew=context.renew,
        )
        async with aclosing(changes):
            async for each in changes:
                id_ = strawberry.ID(to_global_id("License", each.license_id))
                yield LicenseChange(
                    cursor=Cursor(each.cursor), kind=each.kind, at=each.at, license_id=id_, license=each.license
                )

    @strawberry.subscription(description="New notifications for the viewer.")  # type: ignore[untyped-decorator]
    async def notification_received(
        self, info: OperationInfo, after: _After = None
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
        description="Changes of all projects that the viewer may read, such as a new revision to pull."
    )
    async def project_changed(self, info: OperationInfo, after: _After = None) -> AsyncGenerator[ProjectChange, None]:
        context = info.context
        projection = _projection(info, "ProjectChange", "project", "Project")
        changes = project_changes(context.access, context.feed, after=after, projection=projection, renew=context.renew)
        async with aclosing(changes):
            async for each in changes:
                yield ProjectChange(cursor=Cursor(each.cursor), step=each.step, at=each.at, project=each.project)


def _projection(info: OperationInfo, payload: str, field: str, entity: str) -> Projection:
    """What the client selects of the object in the event: it is read together with the permission to read it."""
    raw = raw_info(info)
    nodes = selected_fields(raw, raw.field_nodes, payload).get(field, ())
    return projection_of(raw, nodes, ENTITIES[entity], info.context.access.view.policy)

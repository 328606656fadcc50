"""The root type of queries."""

from typing import Annotated, Any
from uuid import UUID

import strawberry

from authz.lists.queries import PAGE_LIMIT, Projection
from schema.actions import Action
from schema.context import OperationInfo, raw_info
from schema.explanation import PolicyExplanation, explain
from schema.fields.declare import TypeRef
from schema.fields.entities import ENTITIES, Entity
from schema.fields.ids import expect_global_id, from_global_id
from schema.fields.public import branding_row, portal_row
from schema.fields.resolvers import row_loader
from schema.fields.scalars import valid_text
from schema.fields.selection import projection_of
from schema.nodes import Node
from schema.pending_updates import with_pending_update
from schema.viewer import Viewer
from store.errors import BadInput

_NodeId = Annotated[strawberry.ID, strawberry.argument(description="The global ID of the object.")]
_NodeIds = Annotated[
    list[strawberry.ID], strawberry.argument(description=f"The global IDs of the objects, at most {PAGE_LIMIT}.")
]
_Host = Annotated[
    str | None,
    strawberry.argument(
        description="The host name of the portal, such as `portal.reseller.example`. Null: the branding of the vendor."
    ),
]
_Action = Annotated[Any, strawberry.argument(graphql_type=Action, description="The action to explain.")]
_ObjectId = Annotated[strawberry.ID, strawberry.argument(description="The global ID of the object of the action.")]
_ContainerId = Annotated[strawberry.ID, strawberry.argument(description="The global ID of the container.")]


async def viewer(info: OperationInfo) -> Any:
    return await info.context.access.view.actor()


async def node(info: OperationInfo, id: _NodeId) -> Any:
    return await _load(info, id)


async def nodes(info: OperationInfo, ids: _NodeIds) -> Any:
    if len(ids) > PAGE_LIMIT:
        raise BadInput(f"at most {PAGE_LIMIT} IDs can be looked up at once, got {len(ids)}")
    loading = [_load(info, each) for each in ids]  # before the first is awaited, so that they are loaded in one batch
    return [await each for each in loading]


async def portal(info: OperationInfo) -> Any:
    return await portal_row(info.context, _projection(info, "Portal"))


async def branding(info: OperationInfo, host: _Host = None) -> Any:
    return await branding_row(info.context, _projection(info, "Branding"), None if host is None else valid_text(host))


async def explain_action(info: OperationInfo, action: _Action, id: _ObjectId) -> PolicyExplanation | None:
    entity, id_ = _decode(id)
    return await explain(info.context, entity.cls, id_, action.value)


async def updates(info: OperationInfo, container: _ContainerId) -> Any:
    _, container_id = expect_global_id(container, ENTITIES["Container"])
    id_ = await with_pending_update(info.context, container_id)
    return None if id_ is None else await row_loader(raw_info(info), ENTITIES["VirtualContainer"]).load(id_)


def _decode(text: str) -> tuple[Entity, UUID]:
    type_name, id_ = from_global_id(text)
    if type_name not in ENTITIES:
        raise BadInput("malformed ID")
    return ENTITIES[type_name], id_


def _load(info: OperationInfo, text: str) -> Any:
    entity, id_ = _decode(text)
    return row_loader(raw_info(info), entity, with_type_name=True).load(id_)


def _projection(info: OperationInfo, name: str) -> Projection:
    raw = raw_info(info)
    return projection_of(raw, raw.field_nodes, ENTITIES[name], info.context.access.view.policy)


@strawberry.type(description="The queries. All fields of an operation are read from one snapshot of the database.")
class Query:
    """One operation reads one snapshot."""

    viewer = strawberry.field(
        viewer,
        graphql_type=Viewer | None,
        description="The authenticated user, and everything that they may read. Null for anonymous callers.",
    )
    node = strawberry.field(
        node,
        graphql_type=Node | None,
        description="The object with a global ID. Null if it does not exist or the viewer may not read it.",
    )
    nodes = strawberry.field(
        nodes,
        graphql_type=list[Node | None],
        description="The objects with these global IDs, in the same order. Null for each that does not exist or that the viewer "
        "may not read.",
    )
    portal = strawberry.field(
        portal,
        graphql_type=TypeRef("Portal") | None,
        description="The portal, also for anonymous callers. Null before it is set up.",
    )
    branding = strawberry.field(
        branding,
        graphql_type=TypeRef("Branding") | None,
        description="The branding of the portal at a host, also for anonymous callers. Null if there is none.",
    )
    updates = strawberry.field(
        updates,
        graphql_type=TypeRef("VirtualContainer") | None,
        description="The virtual container of which a newer revision can be pulled into a container. Null if the container is up "
        "to date or belongs to no project.",
    )
    explain = strawberry.field(
        explain_action,
        description="Why the viewer may or may not perform an action on an object, by the rules of the access policy. Null if the "
        "object does not exist or the viewer may not read it.",
    )

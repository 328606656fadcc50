"""Where reading begins."""

from typing import Annotated, Any
from uuid import UUID

import strawberry

from authz.lists.queries import PAGE_LIMIT, Projection
from schema.actions import Action
from schema.context import OperationInfo, raw_info
from schema.explanation import PolicyExplanation, explain
from schema.fields.declare import TypeRef
from schema.fields.entities import ENTITIES, Entity
from schema.fields.ids import decode, decode_as
from schema.fields.public import branding_row, portal_row
from schema.fields.resolvers import row_loader
from schema.fields.scalars import valid_text
from schema.fields.selection import projection_of
from schema.nodes import Node
from schema.pending_updates import waiting_for
from schema.viewer import Viewer
from store.errors import BadInput

_Id = Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
_Ids = Annotated[list[strawberry.ID], strawberry.argument(description=f"Their ids; {PAGE_LIMIT} at most.")]
_Host = Annotated[str | None, strawberry.argument(description="The host of the page; null: the vendor's own look.")]
_Wish = Annotated[Any, strawberry.argument(graphql_type=Action, description="What somebody would like to do.")]
_Container = Annotated[strawberry.ID, strawberry.argument(description="The real container.")]
_Thing = Annotated[strawberry.ID, strawberry.argument(description="With what.")]


async def whoever_asks(info: OperationInfo) -> Any:
    return await info.context.access.view.actor()


async def thing(info: OperationInfo, id: _Id) -> Any:
    return await _load(info, id)


async def things(info: OperationInfo, ids: _Ids) -> Any:
    if len(ids) > PAGE_LIMIT:
        raise BadInput(f"at most {PAGE_LIMIT} ids can be looked up at once")
    loading = [_load(info, each) for each in ids]  # all of them, before the first is awaited: they are fetched together
    return [await each for each in loading]


async def the_portal(info: OperationInfo) -> Any:
    return await portal_row(info.context, _projection(info, "Portal"))


async def look(info: OperationInfo, host: _Host = None) -> Any:
    return await branding_row(info.context, _projection(info, "Branding"), None if host is None else valid_text(host))


async def why(info: OperationInfo, action: _Wish, id: _Thing) -> PolicyExplanation | None:
    entity, id_ = _named(id)
    return await explain(info.context, entity.cls, id_, action.value)


async def news_on_site(info: OperationInfo, container: _Container) -> Any:
    _, id_ = decode_as(container, ENTITIES["Container"])
    found = await waiting_for(info.context, id_)
    return None if found is None else await row_loader(raw_info(info), ENTITIES["VirtualContainer"]).load(found)


def _named(text: str) -> tuple[Entity, UUID]:
    kind, id_ = decode(text)
    if kind not in ENTITIES:
        raise BadInput("this is no id")
    return ENTITIES[kind], id_


def _load(info: OperationInfo, text: str) -> Any:
    entity, id_ = _named(text)
    return row_loader(raw_info(info), entity, with_type_name=True).load(id_)


def _projection(info: OperationInfo, name: str) -> Projection:
    raw = raw_info(info)
    return projection_of(raw, raw.field_nodes, ENTITIES[name], info.context.access.view.policy)


@strawberry.type(description="Where reading begins.")
class Query:
    """Everything is read in one snapshot: one query sees one instant."""

    viewer = strawberry.field(
        whoever_asks,
        graphql_type=Viewer | None,
        description="Whoever asks; null without a token.",
    )
    node = strawberry.field(
        thing,
        graphql_type=Node | None,
        description="The thing with an id; null where there is none that the viewer may know of.",
    )
    nodes = strawberry.field(
        things,
        graphql_type=list[Node | None],
        description="The things with these ids, in this order; null for each that the viewer may not know of.",
    )
    portal = strawberry.field(
        the_portal,
        graphql_type=TypeRef("Portal") | None,
        description="The portal; for everybody, also before the log-in.",
    )
    branding = strawberry.field(
        look,
        graphql_type=TypeRef("Branding") | None,
        description="How the portal looks under a host; for everybody, also before the log-in.",
    )
    updates = strawberry.field(
        news_on_site,
        graphql_type=TypeRef("VirtualContainer") | None,
        description="The virtual container that a real one has become, if a newer revision of it waits to be pulled.",
    )
    explain = strawberry.field(
        why,
        description="Why the viewer may do something, or may not, and who may; null for what he may not know of.",
    )

"""Where reading begins."""

from typing import Annotated, Any

import strawberry
from strawberry.types.info import Info

from authz.asking import PAGE_LIMIT
from schema.actions import Action
from schema.context import Context
from schema.entities import ENTITIES
from schema.everybody import branding_row, portal_row
from schema.explanation import Explanation, explain
from schema.fields import Named
from schema.ids import decode
from schema.nodes import Node
from schema.reading import one
from schema.scalars import clean
from schema.selection import want_of
from schema.viewer import Viewer
from store.errors import BadInput

Asks = Info[Context, None]
_Id = Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
_Ids = Annotated[list[strawberry.ID], strawberry.argument(description=f"Their ids; {PAGE_LIMIT} at most.")]
_Host = Annotated[str | None, strawberry.argument(description="The host of the page; null: the vendor's own look.")]
_Wish = Annotated[Action, strawberry.argument(description="What somebody would like to do.")]  # type: ignore[valid-type]
_Thing = Annotated[strawberry.ID, strawberry.argument(description="With what.")]


@strawberry.type(description="Where reading begins.")
class Query:
    """Everything is read in one snapshot: one query sees one instant."""

    @strawberry.field(description="Whoever asks; null without a token.", graphql_type=Viewer | None)
    async def viewer(self, info: Asks) -> Any:
        return await info.context.access.view.actor()

    @strawberry.field(description="The thing with an id; null where there is none that the viewer may know of.")
    async def node(self, info: Asks, id: _Id) -> Node | None:
        return await _node(info, id)  # type: ignore[no-any-return]

    @strawberry.field(description="The things with these ids, in this order; null for each that the viewer may not know of.")
    async def nodes(self, info: Asks, ids: _Ids) -> list[Node | None]:
        if len(ids) > PAGE_LIMIT:
            raise BadInput(f"at most {PAGE_LIMIT} ids can be looked up at once")
        awaited = [_node(info, each) for each in ids]
        return [await each for each in awaited]

    @strawberry.field(description="The portal; for everybody, also before the log-in.", graphql_type=Named("Portal") | None)
    async def portal(self, info: Asks) -> Any:
        return await portal_row(info.context, _want(info, "Portal"))

    @strawberry.field(
        description="How the portal looks under a host; for everybody, also before the log-in.", graphql_type=Named("Branding") | None
    )
    async def branding(self, info: Asks, host: _Host = None) -> Any:
        return await branding_row(info.context, _want(info, "Branding"), None if host is None else clean(host))

    @strawberry.field(
        description="Why the viewer may do something, or may not, and who may; null for what he may not know of, and for what there is not."
    )
    async def explain(self, info: Asks, action: _Wish, id: _Thing) -> Explanation | None:
        entity, id_ = _named(id)
        return await explain(info.context, entity.cls, id_, action.value)  # type: ignore[attr-defined]


def _named(id_: str) -> Any:
    kind, found = decode(id_)
    if kind not in ENTITIES:
        raise BadInput("this is no id")
    return ENTITIES[kind], found


def _node(info: Asks, id_: str) -> Any:
    entity, found = _named(id_)
    return one(info._raw_info, entity, named=True).load(found)  # noqa: SLF001 - strawberry has no public name for it


def _want(info: Asks, name: str) -> Any:
    raw = info._raw_info  # noqa: SLF001 - strawberry has no public name for it
    return want_of(raw, raw.field_nodes, ENTITIES[name], info.context.access.view.policy)

"""Lists read page by page: forward, behind a cursor that stays right when rows come and go."""

import enum
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.types.info import Info

from authz.lists.queries import COUNT_LIMIT, Page, Row
from schema.context import Context
from schema.fields.cursors import cursor
from schema.fields.declare import Named
from schema.fields.loaders import Listed
from schema.fields.scalars import Cursor
from store.errors import BadInput


@strawberry.enum(description="Which end of an order comes first.")
class OrderDirection(enum.Enum):
    """The direction of a list."""

    ASC = strawberry.enum_value("ASC", description="The smallest, oldest or alphabetically first.")
    DESC = strawberry.enum_value("DESC", description="The largest, newest or alphabetically last.")


class Edge:
    """A row at its place in a list."""

    __slots__ = ("_listed", "node")

    def __init__(self, listed: Listed, node: Row) -> None:
        self._listed = listed
        self.node = node

    @property
    def cursor(self) -> str:
        return cursor(self._listed.cls, self._listed.query.order, self.node)


class Connection:
    """One page of a list; `page` is None where a client asks for the number of rows only."""

    __slots__ = ("listed", "page", "parent")

    def __init__(self, listed: Listed, parent: UUID | None, page: Page | None) -> None:
        self.listed = listed
        self.parent = parent
        self.page = page

    @property
    def nodes(self) -> Sequence[Row]:
        return self.page.rows if self.page else ()

    @property
    def edges(self) -> list[Edge]:
        return [Edge(self.listed, row) for row in self.nodes]

    @property
    def page_info(self) -> "PageInfo":
        ends = [Edge(self.listed, row).cursor for row in (*self.nodes[:1], *self.nodes[-1:])]
        return PageInfo(
            has_next_page=self.page is not None and self.page.has_next,
            has_previous_page=self.listed.query.after is not None,
            start_cursor=Cursor(ends[0]) if ends else None,
            end_cursor=Cursor(ends[-1]) if ends else None,
        )


@strawberry.type(description="Where a page lies in its list.")
class PageInfo:
    """What Relay asks of a page."""

    has_next_page: bool = strawberry.field(description="Whether there is more behind this page.")
    has_previous_page: bool = strawberry.field(description="Whether this page was asked for behind a cursor.")
    start_cursor: Cursor | None = strawberry.field(description="The place of the first row; null on an empty page.")
    end_cursor: Cursor | None = strawberry.field(
        description="The place of the last row: `after` this comes the next page.",
    )


_UpTo = Annotated[int, strawberry.argument(description=f"Where to stop counting; 1 to {COUNT_LIMIT}.")]


async def total_count(
    root: strawberry.Parent[Any],
    info: Info[Context, None],
    up_to: _UpTo = COUNT_LIMIT,
) -> int | None:
    """How many rows there are; None where there are more than were counted."""
    if not 1 <= up_to <= COUNT_LIMIT:
        raise BadInput(f"upTo is a number from 1 to {COUNT_LIMIT}")
    listed, parent = root.listed.whole, root.parent
    if parent is not None:
        counted = await info.context.loaders.count(listed, up_to).load(parent)
    else:
        counted = await info.context.access.view.count(listed.cls, listed.query, up_to=up_to)
    return counted if counted <= up_to else None


def edge_type(name: str) -> type:
    body = {
        "__annotations__": {"cursor": Cursor, "node": Named(name)},
        "__module__": __name__,
        "cursor": strawberry.field(description="Its place in the list."),
        "node": strawberry.field(description="What stands there."),
    }
    return strawberry.type(type(f"{name}Edge", (), body), description=f"A {name} at its place in a list.")


def connection_type(name: str) -> type:
    node, edge = Named(name), Named(f"{name}Edge")
    body = {
        "__annotations__": {"edges": list[edge], "nodes": list[node], "page_info": PageInfo},  # type: ignore[valid-type]
        "__module__": __name__,
        "edges": strawberry.field(description="What is on the page, each with its place."),
        "nodes": strawberry.field(description="What is on the page."),
        "page_info": strawberry.field(description="Where the page lies."),
        "total_count": strawberry.field(
            total_count,
            description="How many there are in the whole list that the viewer may see; null: more than `upTo`. Where it "
            "is selected it costs a statement of its own, which reads up to that many rows.",
        ),
    }
    return strawberry.type(type(f"{name}Connection", (), body), description=f"A page of a list of {name}.")

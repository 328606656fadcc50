"""Connections as in the Relay specification, forward only; cursors stay valid when rows are added or removed."""

import enum
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import strawberry

from authz.lists.queries import COUNT_LIMIT, Page, Row
from schema.context import OperationInfo
from schema.fields.cursors import encode_cursor
from schema.fields.declare import TypeRef
from schema.fields.loaders import ListQuery
from schema.fields.scalars import Cursor
from store.errors import BadInput


@strawberry.enum(description="The direction in which a list is ordered.")
class OrderDirection(enum.Enum):
    """The direction in which a list is ordered."""

    ASC = strawberry.enum_value(
        "ASC", description="Ascending: the smallest, oldest or alphabetically first comes first."
    )
    DESC = strawberry.enum_value(
        "DESC", description="Descending: the largest, newest or alphabetically last comes first."
    )


class Edge:
    """A row with its cursor."""

    __slots__ = ("_list_query", "node")

    def __init__(self, list_query: ListQuery, node: Row) -> None:
        self._list_query = list_query
        self.node = node

    @property
    def cursor(self) -> str:
        return encode_cursor(self._list_query.cls, self._list_query.query.order, self.node)


class Connection:
    """One page of a list; `page` is None if only the number of rows is selected."""

    __slots__ = ("list_query", "page", "parent")

    def __init__(self, list_query: ListQuery, parent: UUID | None, page: Page | None) -> None:
        self.list_query = list_query
        self.parent = parent
        self.page = page

    @property
    def nodes(self) -> Sequence[Row]:
        return self.page.rows if self.page else ()

    @property
    def edges(self) -> list[Edge]:
        return [Edge(self.list_query, row) for row in self.nodes]

    @property
    def page_info(self) -> "PageInfo":
        cursors = [Edge(self.list_query, row).cursor for row in (*self.nodes[:1], *self.nodes[-1:])]
        return PageInfo(
            has_next_page=self.page is not None and self.page.has_next,
            has_previous_page=self.list_query.query.after is not None,
            start_cursor=Cursor(cursors[0]) if cursors else None,
            end_cursor=Cursor(cursors[-1]) if cursors else None,
        )


@strawberry.type(description="The position of a page in its list.")
class PageInfo:
    """As in the Relay specification."""

    has_next_page: bool = strawberry.field(description="Whether there are more objects after this page.")
    has_previous_page: bool = strawberry.field(
        description="Whether there may be objects before this page: true if `after` was given."
    )
    start_cursor: Cursor | None = strawberry.field(
        description="The cursor of the first object on this page. Null if the page is empty."
    )
    end_cursor: Cursor | None = strawberry.field(
        description="The cursor of the last object on this page: pass it as `after` to get the next page. Null if the "
        "page is empty."
    )


_UpTo = Annotated[
    int,
    strawberry.argument(
        description=f"The number at which to stop counting, from 1 to {COUNT_LIMIT}. If there are more objects, the result "
        "is null."
    ),
]


async def total_count(root: strawberry.Parent[Any], info: OperationInfo, up_to: _UpTo = COUNT_LIMIT) -> int | None:
    """The number of rows; None if there are more than `up_to`."""
    if not 1 <= up_to <= COUNT_LIMIT:
        raise BadInput(f"upTo must be between 1 and {COUNT_LIMIT}, got {up_to}")
    list_query, parent = root.list_query.from_start, root.parent
    if parent is not None:
        count = await info.context.loaders.count(list_query, up_to).load(parent)
    else:
        count = await info.context.access.view.count(list_query.cls, list_query.query, up_to=up_to)
    return count if count <= up_to else None


def edge_type(name: str, label: str) -> type:
    article = "An" if label[0] in "aeio" else "A"
    body = {
        "__annotations__": {"cursor": Cursor, "node": TypeRef(name)},
        "__module__": __name__,
        "cursor": strawberry.field(
            description="The position of this object in the list: pass it as `after` to get the objects that follow."
        ),
        "node": strawberry.field(description=f"The {label} at this position."),
    }
    description = f"{article} {label} in a list, with its cursor."
    return strawberry.type(type(f"{name}Edge", (), body), description=description)


def connection_type(name: str, plural: str) -> type:
    node, edge = TypeRef(name), TypeRef(f"{name}Edge")
    body = {
        "__annotations__": {"edges": list[edge], "nodes": list[node], "page_info": PageInfo},  # type: ignore[valid-type]
        "__module__": __name__,
        "edges": strawberry.field(description=f"The {plural} on this page, each with its cursor."),
        "nodes": strawberry.field(description=f"The {plural} on this page, without cursors."),
        "page_info": strawberry.field(description="The position of this page in the list, for getting the next one."),
        "total_count": strawberry.field(
            total_count,
            description=f"The number of {plural} in the whole list that the viewer may read. Null if there are more than "
            "`upTo`. Selecting this field costs an additional query that reads up to that many rows.",
        ),
    }
    return strawberry.type(type(f"{name}Connection", (), body), description=f"A page of a list of {plural}.")

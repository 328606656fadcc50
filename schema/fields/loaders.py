"""Data loaders: queries of many fields in the same turn of the event loop become one query to the view."""

from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID

from aiodataloader import DataLoader

from authz.gate.view import View
from authz.lists.queries import Page, PageQuery, ParentLink, Projection, Row
from store.db.base import Base


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A page of the related rows of a parent; with `link` None, of all rows that the viewer may read."""

    cls: type[Base]
    link: ParentLink | None
    query: PageQuery

    @property
    def from_start(self) -> "ListQuery":
        """The same list without a cursor: the key under which all its pages are counted."""
        return replace(self, query=replace(self.query, first=1, after=None))


class Loaders:
    """The loaders of one snapshot; each caches what it has loaded."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._loaders: dict[Hashable, DataLoader[Any, Any]] = {}

    def one(self, cls: type[Base], projection: Projection) -> DataLoader[UUID, Row | None]:
        """Rows by ID; None for those that the viewer may not read."""

        async def load(ids: list[UUID]) -> list[Row | None]:
            rows = await self._view.many(cls, ids, projection)
            return [rows.get(each) for each in ids]

        return self._loader((cls, projection), load)

    def page(self, list_query: ListQuery, projection: Projection) -> DataLoader[UUID, Page]:
        """Pages of related rows, by the parent's ID."""
        link = cast("ParentLink", list_query.link)

        async def load(parents: list[UUID]) -> list[Page]:
            pages = await self._view.pages(list_query.cls, link, parents, list_query.query, projection)
            return [pages[each] for each in parents]

        return self._loader((list_query, projection), load)

    def count(self, list_query: ListQuery, up_to: int) -> DataLoader[UUID, int]:
        """The number of related rows, by the parent's ID; at most `up_to` + 1."""
        link = cast("ParentLink", list_query.link)

        async def load(parents: list[UUID]) -> list[int]:
            counts = await self._view.counts(list_query.cls, link, parents, list_query.query, up_to=up_to)
            return [counts[each] for each in parents]

        return self._loader((list_query, up_to), load)

    def _loader(
        self, key: Hashable, load: Callable[[list[Any]], Coroutine[Any, Any, list[Any]]]
    ) -> DataLoader[Any, Any]:
        if key not in self._loaders:
            self._loaders[key] = DataLoader(load)
        return self._loaders[key]

"""Questions of many fields made one: a loader gathers what is asked in one turn of the loop and asks the view once."""

from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID

from aiodataloader import DataLoader

from authz.gate.view import View
from authz.lists.queries import Page, PageQuery, ParentLink, Projection, Row
from store.db.base import Base


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of rows below some parent, or with `through` None of all rows that the viewer may see."""

    cls: type[Base]
    link: ParentLink | None
    query: PageQuery

    @property
    def whole(self) -> "Listed":
        """The same list from its beginning."""
        return replace(self, query=replace(self.query, first=1, after=None))


class Loaders:
    """The loaders of one snapshot: what was fetched in it is not fetched again."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._kept: dict[Hashable, DataLoader[Any, Any]] = {}

    def one(self, cls: type[Base], projection: Projection) -> DataLoader[UUID, Row | None]:
        """Rows by id; None for what may not be known."""

        async def load(ids: list[UUID]) -> list[Row | None]:
            rows = await self._view.many(cls, ids, projection)
            return [rows.get(each) for each in ids]

        return self._once((cls, projection), load)

    def page(self, listed: Listed, projection: Projection) -> DataLoader[UUID, Page]:
        """A page below each parent."""
        link = cast("ParentLink", listed.link)

        async def load(parents: list[UUID]) -> list[Page]:
            pages = await self._view.pages(listed.cls, link, parents, listed.query, projection)
            return [pages[each] for each in parents]

        return self._once((listed, projection), load)

    def count(self, listed: Listed, up_to: int) -> DataLoader[UUID, int]:
        """How many rows below each parent, up to `up_to` + 1."""
        link = cast("ParentLink", listed.link)

        async def load(parents: list[UUID]) -> list[int]:
            counts = await self._view.counts(listed.cls, link, parents, listed.query, up_to=up_to)
            return [counts[each] for each in parents]

        return self._once((listed, up_to), load)

    def _once(self, key: Hashable, load: Callable[[list[Any]], Coroutine[Any, Any, list[Any]]]) -> DataLoader[Any, Any]:
        if key not in self._kept:
            self._kept[key] = DataLoader(load)
        return self._kept[key]

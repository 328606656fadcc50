"""Reading rows: only through a view, and only those that the viewer may know about."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from authz.gate.actor import ACTOR_QUERY, Actor, actor_of
from authz.lists.builder import QueryBuilder
from authz.lists.filters import values_of
from authz.lists.paging import PageReader
from authz.lists.queries import COUNT_LIMIT, ListRequest, Page, PageQuery, ParentLink, Projection, Row, Statement
from authz.lists.reporting import ReportScope
from store.db.base import Base
from store.db.clock import Clock
from store.db.database import Database
from store.db.tokens import hash_token
from store.errors import Unavailable

_CHUNK = 500


class View:
    """One snapshot of the database, restricted to what one viewer may see.

    It begins with the first query and ends with `renew`. All queries in between see the same instant: the viewer's roles,
    the rows and the counts. Loaders may query concurrently; the statements wait for the one connection.
    """

    def __init__(self, database: Database, queries: QueryBuilder, clock: Clock, credentials: str | None) -> None:
        self.policy = queries.policy
        self.statements = 0
        self._database = database
        self._queries = queries
        self._pages = PageReader(queries)
        self._clock = clock
        self._credentials = credentials
        self._lock = asyncio.Lock()
        self._open = AsyncExitStack()
        self._connection: AsyncConnection | None = None
        self._actor: Actor | None = None

    async def actor(self) -> Actor | None:
        """The viewer; None for an anonymous caller. Raises Unauthenticated for a token that is not valid."""
        if self._credentials is None:
            return None
        async with self._lock:
            return await self._authenticate()

    async def many(
        self, cls: type[Base], ids: Sequence[UUID], projection: Projection, *, to: str = "read"
    ) -> dict[UUID, Row]:
        """The rows with these ids that the viewer may see; the others are left out, whether they exist or not."""
        rows = await self._ask(
            lambda actor: self._queries.many(ListRequest(cls, to, actor, projection=projection)), ids=list(ids)
        )
        return {row.id: row for row in rows}

    async def page(self, cls: type[Base], query: PageQuery, projection: Projection, *, to: str = "read") -> Page:
        """A page of all rows that the viewer may see; without a log-in, of what is public."""
        async with self._lock:
            actor = await self._viewer()
            if actor is None:
                return await self._public_page(cls, query, projection)
            rows = await self._pages.read(self._execute, ListRequest(cls, to, actor, query, projection))
        return _page(rows, query.first)

    async def pages(
        self,
        cls: type[Base],
        link: ParentLink,
        parents: Sequence[UUID],
        query: PageQuery,
        projection: Projection,
        *,
        to: str = "read",
    ) -> dict[UUID, Page]:
        """A page below each of the parents, in one statement for all of them."""
        rows = await self._ask(
            lambda actor: self._queries.pages(ListRequest(cls, to, actor, query, projection, link)),
            parents=list(parents),
            limit=query.first + 1,
            **values_of(query),
        )
        found: dict[UUID, list[Row]] = {parent: [] for parent in parents}
        for row in rows:
            found[row.parent_].append(row)
        return {parent: _page(below, query.first) for parent, below in found.items()}

    async def count(self, cls: type[Base], query: PageQuery, *, to: str = "read", up_to: int = COUNT_LIMIT) -> int:
        """The number of rows that the viewer may see; counting stops at `up_to` + 1."""
        async with self._lock:
            actor = await self._viewer()
            if actor is None:
                return 0
            return await self._pages.count(self._execute, ListRequest(cls, to, actor, query), limit=up_to + 1)

    async def counts(
        self,
        cls: type[Base],
        link: ParentLink,
        parents: Sequence[UUID],
        query: PageQuery,
        *,
        to: str = "read",
        up_to: int = COUNT_LIMIT,
    ) -> dict[UUID, int]:
        """The number of rows below each parent that the viewer may see, in one statement; each count stops at `up_to` + 1."""
        rows = await self._ask(
            lambda actor: self._queries.counts(ListRequest(cls, to, actor, query, link=link)),
            parents=list(parents),
            limit=up_to + 1,
            **values_of(query),
        )
        return dict.fromkeys(parents, 0) | {row.parent_: row.total for row in rows}

    async def report(self, build: Callable[[ReportScope], Statement], **values: Any) -> Sequence[Row]:
        """Rows of a statement over what the viewer may report on."""
        return await self._ask(lambda actor: build(ReportScope(self._queries, actor)), **values)

    async def stream(self, build: Callable[[ReportScope], Statement], **values: Any) -> AsyncGenerator[Row, None]:
        """The same through a server-side cursor, which keeps a few rows in memory; close the generator when done."""
        async with self._lock:
            actor = await self._viewer()
            if actor is None:
                return
            statement = build(ReportScope(self._queries, actor))
            assert self._connection is not None
            self.statements += 1
            found = await self._connection.stream(
                statement, {**actor.values, **values}, execution_options={"yield_per": _CHUNK}
            )
            try:
                async for row in found:
                    yield row
            finally:
                await found.close()

    async def renew(self) -> None:
        """End the snapshot; the next query begins a new one, at a later instant."""
        async with self._lock:
            self._connection, self._actor = None, None
            await self._open.aclose()

    async def _ask(self, build: Any, **values: Any) -> Sequence[Row]:
        async with self._lock:
            actor = await self._viewer()
            if actor is None:
                return ()
            statement = build(actor)
            if statement is None:
                return ()
            return await self._execute(statement, {**actor.values, **values})

    async def _public_page(self, cls: type[Base], query: PageQuery, projection: Projection) -> Page:
        statement = self._queries.public_page(cls, query, projection)
        if statement is None:
            return Page((), has_next=False)
        return _page(await self._execute(statement, {"limit": query.first + 1, **values_of(query)}), query.first)

    async def _viewer(self) -> Actor | None:
        return None if self._credentials is None else await self._authenticate()

    async def _authenticate(self) -> Actor:
        if self._actor is None:
            assert self._credentials is not None
            rows = await self._execute(ACTOR_QUERY, {"token_hash": hash_token(self._credentials)})
            self._actor = actor_of(rows[0] if rows else None, at=self._clock.now())
        return self._actor

    async def _execute(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Row]:
        if self._connection is None:
            self._connection = await self._open.enter_async_context(self._database.snapshot())
        self.statements += 1
        try:
            rows: Sequence[Row] = (await self._connection.execute(statement, values)).all()
        except sa.exc.PendingRollbackError as problem:  # the snapshot has ended with its connection
            raise Unavailable from problem
        return rows


def _page(rows: Sequence[Row], first: int) -> Page:
    return Page(rows[:first], has_next=len(rows) > first)

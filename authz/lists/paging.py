"""Reading a page, or the count, of everything that a viewer may see by the plan that is cheapest for them."""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from authz.lists import plans
from authz.lists.builder import BuiltStatement, QueryBuilder
from authz.lists.filters import query_shape, values_of
from authz.lists.plans import Plan
from authz.lists.queries import ListRequest, PageQuery, Row, Statement

Execute = Callable[[Statement, Mapping[str, Any]], Awaitable[Sequence[Row]]]


class PageReader:
    """Chooses a plan for a viewer's first page of a list, and remembers the choice for the next ones.

    Only the choice of a plan is remembered, never an answer: every plan evaluates the policy again.
    """

    def __init__(self, queries: QueryBuilder) -> None:
        self._queries = queries

    async def read(self, execute: Execute, request: ListRequest) -> Sequence[Row]:
        """The rows of a page, and one more where another page follows."""
        allowed = self._queries.allowed(request)
        if allowed.nothing:
            return ()
        values = {**request.actor.values, "limit": request.query.first + 1, **values_of(request.query)}
        plan = Plan.WALK if allowed.everything else await self._plan(execute, request, values)
        build = lambda: plans.page(self._queries, request, plan)  # noqa: E731 - it is passed on once
        return await execute(self._once(("page", plan, request.projection), request, build), values)

    async def count(self, execute: Execute, request: ListRequest, *, limit: int) -> int:
        """The number of rows, counted up to `limit`."""
        statement = self._queries.count(request)
        if statement is None:
            return 0
        values = {**request.actor.values, "limit": limit, **values_of(request.query)}
        if not self._queries.allowed(request).everything and await self._plan(execute, request, values) is Plan.FAN:
            statement = self._once(("count", Plan.FAN), request, lambda: plans.count(self._queries, request))
        return int((await execute(statement, values))[0][0])

    async def _plan(self, execute: Execute, request: ListRequest, values: Mapping[str, Any]) -> Plan:
        # The cursor is left out: later pages are found by the plan of the first one. Of the filters' values only a hash is
        # kept, so that long texts do not stay in memory; a collision costs time only.
        query = request.query
        filters = hash(tuple((each.path, each.column, each.operator, repr(each.value)) for each in query.where))
        key = (request.actor.id, request.cls, request.to, filters, query.order)
        plan = self._queries.plan_choices.get(key)
        if plan is None:
            plan = await self._choose(execute, request, values)
            self._queries.plan_choices.put(key, plan)
        return Plan(plan)

    async def _choose(self, execute: Execute, request: ListRequest, values: Mapping[str, Any]) -> Plan:
        request = replace(request, query=replace(request.query, after=None))
        of_actor = replace(request, query=PageQuery())
        statement = self._once(("keys",), of_actor, lambda: plans.keys(self._queries, request))
        keys, hits = (await execute(statement, values))[0][0], 0
        if keys > plans.FEW:
            many = keys > plans.MANY
            statement = self._once(("hits", many), request, lambda: plans.hits(self._queries, request, many=many))
            hits = (await execute(statement, values))[0][0]
        return plans.choose(keys=keys, hits=hits, first=request.query.first)

    def _once(self, kind: tuple[Hashable, ...], request: ListRequest, build: Callable[[], BuiltStatement]) -> Statement:
        profile = self._queries.policy.actor_profile(request.actor)
        statement = self._queries.once((*kind, request.cls, request.to, query_shape(request.query), profile), build)
        assert statement is not None
        return statement

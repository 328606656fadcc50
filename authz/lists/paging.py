"""Reading one page of everything a viewer may see, by the plan that is cheapest for him."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from authz.gate.actor import Actor
from authz.lists import plans
from authz.lists.builder import BuiltStatement, QueryBuilder
from authz.lists.filters import query_shape, values_of
from authz.lists.plans import Plan
from authz.lists.queries import PageQuery, Projection, Row, Statement
from store.db.base import Base

Execute = Callable[[Statement, Mapping[str, Any]], Awaitable[Sequence[Row]]]

_REMEMBERED = 20_000
_USES = 500


class PageReader:
    """Chooses a plan at a viewer's first page of a list, and remembers the choice for his next ones.

    Only the choice of the plan is remembered, never an answer: whatever plan runs asks the policy anew.
    """

    _choices: ClassVar[OrderedDict[Hashable, tuple[Plan, int]]] = OrderedDict()

    def __init__(self, queries: QueryBuilder) -> None:
        self._queries = queries

    async def read(
        self,
        execute: Execute,
        cls: type[Base],
        to: str,
        actor: Actor,
        query: PageQuery,
        projection: Projection,
    ) -> Sequence[Row]:
        allowed = self._queries.policy.condition(cls, to, actor)
        if allowed.nothing:
            return ()
        values = {**actor.values, "limit": query.first + 1, **values_of(query)}
        plan = Plan.WALK if allowed.everything else await self._plan(execute, cls, to, actor, query, values)
        statement = self._once(
            ("page", plan, projection),
            cls,
            to,
            actor,
            query,
            lambda: self._build(plan, cls, to, actor, query, projection),
        )
        return await execute(statement, values)

    async def count(
        self,
        execute: Execute,
        cls: type[Base],
        to: str,
        actor: Actor,
        query: PageQuery,
        *,
        limit: int,
    ) -> int:
        """How many rows, up to `limit`."""
        allowed = self._queries.policy.condition(cls, to, actor)
        statement = self._queries.count(cls, to, actor, query)
        if statement is None:
            return 0
        values = {**actor.values, "limit": limit, **values_of(query)}
        if not allowed.everything and await self._plan(execute, cls, to, actor, query, values) is Plan.FAN:
            statement = self._once(
                ("count", Plan.FAN),
                cls,
                to,
                actor,
                query,
                lambda: plans.count(self._queries, cls, to, actor, query),
            )
        return int((await execute(statement, values))[0][0])

    async def _plan(
        self,
        execute: Execute,
        cls: type[Base],
        to: str,
        actor: Actor,
        query: PageQuery,
        values: Mapping[str, Any],
    ) -> Plan:
        # The cursor is left out: a later page is found the way the first one was.
        filters = tuple((each.path, each.column, each.compare, repr(each.value)) for each in query.where)
        key = (actor.id, cls, to, filters, query.order)
        plan, uses = self._choices.pop(key, (None, 0))
        if plan is None or uses >= _USES:
            plan, uses = await self._chosen(execute, cls, to, actor, query, values), 0
        self._choices[key] = (plan, uses + 1)
        if len(self._choices) > _REMEMBERED:
            self._choices.popitem(last=False)
        return plan

    async def _chosen(
        self,
        execute: Execute,
        cls: type[Base],
        to: str,
        actor: Actor,
        query: PageQuery,
        values: Mapping[str, Any],
    ) -> Plan:
        query = replace(query, after=None)
        statement = self._once(
            ("keys",), cls, to, actor, PageQuery(), lambda: plans.keys(self._queries, cls, to, actor)
        )
        keys, hits = (await execute(statement, values))[0][0], 0
        if keys > plans.FEW:
            many = keys > plans.MANY
            statement = self._once(
                ("hits", many),
                cls,
                to,
                actor,
                query,
                lambda: plans.hits(self._queries, cls, to, actor, query, many=many),
            )
            hits = (await execute(statement, values))[0][0]
        return plans.choose(keys=keys, hits=hits, first=query.first)

    def _build(
        self, plan: Plan, cls: type[Base], to: str, actor: Actor, query: PageQuery, projection: Projection
    ) -> Statement:
        if plan is Plan.FAN:
            return plans.fan(self._queries, cls, to, actor, query, projection)
        return plans.walk(self._queries, cls, to, actor, query, projection, hashed=plan is Plan.HASH)

    def _once(
        self,
        kind: tuple[Hashable, ...],
        cls: type[Base],
        to: str,
        actor: Actor,
        query: PageQuery,
        build: Callable[[], BuiltStatement],
    ) -> Statement:
        actor_profile = self._queries.policy.actor_profile(actor)
        statement = self._queries.once((*kind, cls, to, query_shape(query), actor_profile), build)
        assert statement is not None
        return statement

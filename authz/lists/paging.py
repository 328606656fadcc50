"""Reading one page of everything a viewer may see, by the plan that is cheapest for him."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from authz.gate.actor import Actor
from authz.lists import plans
from authz.lists.builder import Built, Listing
from authz.lists.filters import shape_of, values_of
from authz.lists.plans import Plan
from authz.lists.queries import PageOf, Row, Statement, Want
from store.db.base import Record

Execute = Callable[[Statement, Mapping[str, Any]], Awaitable[Sequence[Row]]]

_REMEMBERED = 20_000
_USES = 500


class Pages:
    """Chooses a plan at a viewer's first page of a list, and remembers the choice for his next ones.

    Only the choice of the plan is remembered, never an answer: whatever plan runs asks the policy anew.
    """

    _choices: ClassVar[OrderedDict[Hashable, tuple[Plan, int]]] = OrderedDict()

    def __init__(self, listing: Listing) -> None:
        self._listing = listing

    async def read(
        self,
        execute: Execute,
        cls: type[Record],
        to: str,
        actor: Actor,
        asked: PageOf,
        want: Want,
    ) -> Sequence[Row]:
        forms = self._listing.policy.forms(cls, to, actor)
        if forms.nothing:
            return ()
        values = {**actor.values, "limit": asked.first + 1, **values_of(asked)}
        plan = Plan.WALK if forms.everything else await self._plan(execute, cls, to, actor, asked, values)
        statement = self._once(
            ("page", plan, want),
            cls,
            to,
            actor,
            asked,
            lambda: self._build(plan, cls, to, actor, asked, want),
        )
        return await execute(statement, values)

    async def count(
        self,
        execute: Execute,
        cls: type[Record],
        to: str,
        actor: Actor,
        asked: PageOf,
        *,
        limit: int,
    ) -> int:
        """How many rows, up to `limit`."""
        forms = self._listing.policy.forms(cls, to, actor)
        statement = self._listing.count(cls, to, actor, asked)
        if statement is None:
            return 0
        values = {**actor.values, "limit": limit, **values_of(asked)}
        if not forms.everything and await self._plan(execute, cls, to, actor, asked, values) is Plan.FAN:
            statement = self._once(
                ("count", Plan.FAN),
                cls,
                to,
                actor,
                asked,
                lambda: plans.count(self._listing, cls, to, actor, asked),
            )
        return int((await execute(statement, values))[0][0])

    async def _plan(
        self,
        execute: Execute,
        cls: type[Record],
        to: str,
        actor: Actor,
        asked: PageOf,
        values: Mapping[str, Any],
    ) -> Plan:
        # The cursor is left out: a later page is found the way the first one was.
        filters = tuple((each.path, each.column, each.compare, repr(each.value)) for each in asked.where)
        key = (actor.id, cls, to, filters, asked.order)
        plan, uses = self._choices.pop(key, (None, 0))
        if plan is None or uses >= _USES:
            plan, uses = await self._chosen(execute, cls, to, actor, asked, values), 0
        self._choices[key] = (plan, uses + 1)
        if len(self._choices) > _REMEMBERED:
            self._choices.popitem(last=False)
        return plan

    async def _chosen(
        self,
        execute: Execute,
        cls: type[Record],
        to: str,
        actor: Actor,
        asked: PageOf,
        values: Mapping[str, Any],
    ) -> Plan:
        asked = replace(asked, after=None)
        statement = self._once(("keys",), cls, to, actor, PageOf(), lambda: plans.keys(self._listing, cls, to, actor))
        keys, hits = (await execute(statement, values))[0][0], 0
        if keys > plans.FEW:
            many = keys > plans.MANY
            statement = self._once(
                ("hits", many),
                cls,
                to,
                actor,
                asked,
                lambda: plans.hits(self._listing, cls, to, actor, asked, many=many),
            )
            hits = (await execute(statement, values))[0][0]
        return plans.choose(keys=keys, hits=hits, first=asked.first)

    def _build(self, plan: Plan, cls: type[Record], to: str, actor: Actor, asked: PageOf, want: Want) -> Statement:
        if plan is Plan.FAN:
            return plans.fan(self._listing, cls, to, actor, asked, want)
        return plans.walk(self._listing, cls, to, actor, asked, want, hashed=plan is Plan.HASH)

    def _once(
        self,
        kind: tuple[Hashable, ...],
        cls: type[Record],
        to: str,
        actor: Actor,
        asked: PageOf,
        build: Callable[[], Built],
    ) -> Statement:
        shade = self._listing.policy.shade(actor)
        statement = self._listing.once((*kind, cls, to, shape_of(asked), shade), build)
        assert statement is not None
        return statement

"""Three ways to find the first page of what a viewer may see, and how to choose.

No single statement is good for everybody (bench/results/authz.md): who may see half of all licenses wants to walk down the ordered
index and test each row; who may see forty of a million wants to start from his groups. The choice changes how rows are
found, never which: every way carries the whole criterion, and a stale choice costs time only.
"""

from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from authz.backends.key_sets import Keys, KeySets
from authz.backends.sql import Disjunct
from authz.gate.actor import Actor
from authz.lists.builder import QueryBuilder, identity
from authz.lists.filters import ordering
from authz.lists.queries import PageQuery, Projection, Statement
from store.db.base import Base

FEW, MANY = 8, 1000
SAMPLE, SMALL_SAMPLE = 1000, 60


class Plan(StrEnum):
    """WALK tests row by row, HASH tests against the viewer's groups gathered once, FAN reads a page of each of his groups."""

    WALK = "WALK"
    HASH = "HASH"
    FAN = "FAN"


def choose(*, keys: int, hits: int, first: int) -> Plan:
    """Find the cheapest plan by two small numbers.

    They are the viewer's keys (his groups and the like, up to MANY + 1), and how many of the newest SAMPLE rows are his; of
    SMALL_SAMPLE where the keys are many, and nobody looks where they are FEW.

    The weights are microseconds on PostgreSQL 18 with everything in memory (`./portal bench authz` shows where they hold):
    a key costs 1.2 for each row that is read from it and 1 to gather, a row 10 to test by itself and 0.5 against the gathered keys.
    """
    if keys <= FEW:
        return Plan.FAN
    tested = (first + 1) * (SAMPLE if keys <= MANY else SMALL_SAMPLE) / max(hits, 0.5)
    if keys > MANY:
        keys *= 3  # there are more than were counted
    costs = {
        Plan.FAN: 1.2 * keys * (first + 1),
        Plan.HASH: 1.0 * keys + 0.5 * tested,
        Plan.WALK: 10 * tested,
    }
    return min(costs, key=lambda plan: costs[plan])


def walk(
    queries: QueryBuilder,
    cls: type[Base],
    to: str,
    actor: Actor,
    query: PageQuery,
    projection: Projection,
    *,
    hashed: bool,
) -> Statement:
    """Down the ordered index, each row tested."""
    allowed = queries.policy.condition(cls, to, actor)
    criteria = [] if allowed.everything else [allowed.hashed(cls) if hashed else allowed.row_by_row(cls)]
    return (
        sa.select(*queries.columns(cls, cls, actor, projection, also=(query.order.column,)))
        .where(*criteria, *queries.filters(cls, cls, actor, query))
        .order_by(*ordering(cls, query.order))
        .limit(_LIMIT)
    )


def fan(
    queries: QueryBuilder, cls: type[Base], to: str, actor: Actor, query: PageQuery, projection: Projection
) -> Statement:
    """A page from each of the viewer's groups through its own ordered index, merged; the rest of a row is fetched last."""
    allowed = queries.policy.condition(cls, to, actor)
    filters = queries.filters(cls, cls, actor, query)
    pages = (_page_of_branch(cls, branch, allowed.sets, query, filters) for branch in allowed.branches)
    found = sa.union(*pages).subquery("found")
    top = sa.select(found).order_by(*ordering(found.c, query.order)).limit(_LIMIT).subquery("top")
    return (
        sa.select(*queries.columns(cls, cls, actor, projection, also=(query.order.column,)))
        .join(top, identity(cls) == top.c.id)
        .order_by(*ordering(cls, query.order))
    )


def count(queries: QueryBuilder, cls: type[Base], to: str, actor: Actor, query: PageQuery) -> Statement:
    """How many rows, up to `limit`, found from each of the viewer's groups: for who sees little."""
    allowed = queries.policy.condition(cls, to, actor)
    filters = queries.filters(cls, cls, actor, query)
    found = sa.union(*(_all_of_branch(cls, branch, allowed.sets, filters) for branch in allowed.branches)).subquery()
    return sa.select(sa.func.count()).select_from(sa.select(found).limit(_LIMIT).subquery())


def keys(queries: QueryBuilder, cls: type[Base], to: str, actor: Actor) -> Statement:
    """The first small number of `choose`."""
    allowed = queries.policy.condition(cls, to, actor)
    gathered = [each.select.with_only_columns(sa.literal(1)) for each in allowed.sets.first]
    every = sa.union_all(*gathered or [sa.select(sa.literal(1)).where(sa.false())]).limit(MANY + 1).subquery()
    return sa.select(sa.func.count()).select_from(every)


def hits(queries: QueryBuilder, cls: type[Base], to: str, actor: Actor, query: PageQuery, *, many: bool) -> Statement:
    """The second small number of `choose`. It is not asked for where the keys are FEW."""
    allowed = queries.policy.condition(cls, to, actor)
    newest = sa.select(cls).order_by(*ordering(cls, query.order)).limit(SMALL_SAMPLE if many else SAMPLE).subquery()
    sample = sa.orm.aliased(cls, newest)
    criterion = allowed.row_by_row(sample) if many else allowed.hashed(sample)
    found = sa.select(sa.func.count()).select_from(sample)
    return found.where(criterion, *queries.filters(cls, sample, actor, query))


_LIMIT = sa.bindparam("limit", type_=sa.Integer)


def _page_of_branch(
    cls: type[Base], branch: Disjunct, sets: KeySets, query: PageQuery, filters: list[Any]
) -> Statement:
    order = getattr(cls, query.order.column)
    columns = dict.fromkeys((identity(cls), order))
    if not isinstance(branch.keys, Keys):
        page = sa.select(*columns).where(branch.exists(cls), *filters)
        return sa.select(page.order_by(*ordering(cls, query.order)).limit(_LIMIT).subquery())
    keys = sets.of(branch.keys)
    below = sa.select(*columns).where(branch.link_of(cls) == keys.c[0], branch.local(cls), *filters)
    nearest = below.order_by(*ordering(cls, query.order)).limit(_LIMIT).correlate(keys).lateral("page")
    return sa.select(*nearest.c).select_from(keys).join(nearest, sa.true())


def _all_of_branch(cls: type[Base], branch: Disjunct, sets: KeySets, filters: list[Any]) -> Statement:
    if not isinstance(branch.keys, Keys):
        return sa.select(identity(cls)).where(branch.exists(cls), *filters)
    keys = sets.of(branch.keys)
    linked = branch.link_of(cls) == keys.c[0]
    return sa.select(identity(cls)).select_from(keys).join(cls, linked).where(branch.local(cls), *filters)

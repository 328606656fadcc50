"""Three plans for a page of everything that a viewer may see, and how to choose between them.

No single statement is fast for every viewer (bench/results/authz-1000000.md): for a viewer who sees half of all licenses it
is best to walk down the ordered index and test each row, for one who sees forty of a million to start from their groups.
The choice changes how rows are found, never which: every plan carries the whole condition, so that an outdated choice costs
time only.
"""

from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from authz.backends.key_sets import Keys, KeySets
from authz.backends.sql import Disjunct
from authz.lists.builder import QueryBuilder, identity
from authz.lists.filters import ordering
from authz.lists.queries import ListRequest, Statement

FEW, MANY = 8, 1000
SAMPLE, SMALL_SAMPLE = 1000, 60
_LIMIT = sa.bindparam("limit", type_=sa.Integer)


class Plan(StrEnum):
    """WALK tests row by row, HASH tests against the viewer's groups gathered once, FAN reads a page of each of the groups."""

    WALK = "WALK"
    HASH = "HASH"
    FAN = "FAN"


def choose(*, keys: int, hits: int, first: int) -> Plan:
    """The cheapest plan, by two small numbers.

    `keys` is the number of the viewer's keys (their groups and the like, counted up to MANY + 1); `hits` is how many of the
    newest SAMPLE rows they may see, of SMALL_SAMPLE rows where there are MANY keys, and ignored where there are FEW.

    The weights are microseconds on PostgreSQL 18 with everything in memory (`./portal bench authz` shows where they hold):
    a key costs 1.2 for each row that is read from it and 1 to gather, a row 10 to test alone and 0.5 against gathered keys.
    """
    if keys <= FEW:
        return Plan.FAN
    tested = (first + 1) * (SAMPLE if keys <= MANY else SMALL_SAMPLE) / max(hits, 0.5)
    if keys > MANY:
        keys *= 3  # there are more than were counted
    costs = {Plan.FAN: 1.2 * keys * (first + 1), Plan.HASH: 1.0 * keys + 0.5 * tested, Plan.WALK: 10 * tested}
    return min(costs, key=lambda plan: costs[plan])


def page(queries: QueryBuilder, request: ListRequest, plan: Plan) -> Statement:
    """A page by this plan."""
    if plan is Plan.FAN:
        return _fan(queries, request)
    return _walk(queries, request, hashed=plan is Plan.HASH)


def _walk(queries: QueryBuilder, request: ListRequest, *, hashed: bool) -> Statement:
    """Read the ordered index and test each row."""
    cls, allowed = request.cls, queries.allowed(request)
    criteria = [] if allowed.everything else [allowed.hashed(cls) if hashed else allowed.row_by_row(cls)]
    return (
        sa.select(*queries.columns(request, cls))
        .where(*criteria, *queries.filters(request, cls))
        .order_by(*ordering(cls, request.query.order))
        .limit(_LIMIT)
    )


def _fan(queries: QueryBuilder, request: ListRequest) -> Statement:
    """Read a page from each of the viewer's groups through its own ordered index, merge them, then fetch the columns."""
    cls, order, allowed = request.cls, request.query.order, queries.allowed(request)
    filters = queries.filters(request, cls)
    pages = (_page_of_disjunct(request, each, allowed.key_sets, filters) for each in allowed.disjuncts)
    merged = sa.union(*pages).subquery("found")
    top = sa.select(merged).order_by(*ordering(merged.c, order)).limit(_LIMIT).subquery("top")
    return (
        sa.select(*queries.columns(request, cls)).join(top, identity(cls) == top.c.id).order_by(*ordering(cls, order))
    )


def count(queries: QueryBuilder, request: ListRequest) -> Statement:
    """The number of rows up to `limit`, found from each of the viewer's groups: for viewers who see little."""
    cls, allowed = request.cls, queries.allowed(request)
    filters = queries.filters(request, cls)
    rows = sa.union(
        *(_all_of_disjunct(request, each, allowed.key_sets, filters) for each in allowed.disjuncts)
    ).subquery()
    return sa.select(sa.func.count()).select_from(sa.select(rows).limit(_LIMIT).subquery())


def keys(queries: QueryBuilder, request: ListRequest) -> Statement:
    """The number of keys that `choose` needs."""
    gathered = [each.select.with_only_columns(sa.literal(1)) for each in queries.allowed(request).key_sets.independent]
    rows = sa.union_all(*gathered or [sa.select(sa.literal(1)).where(sa.false())]).limit(MANY + 1).subquery()
    return sa.select(sa.func.count()).select_from(rows)


def hits(queries: QueryBuilder, request: ListRequest, *, many: bool) -> Statement:
    """The number of hits that `choose` needs, where there are more than FEW keys."""
    cls, allowed = request.cls, queries.allowed(request)
    size = SMALL_SAMPLE if many else SAMPLE
    sample = sa.orm.aliased(cls, sa.select(cls).order_by(*ordering(cls, request.query.order)).limit(size).subquery())
    criterion = allowed.row_by_row(sample) if many else allowed.hashed(sample)
    return sa.select(sa.func.count()).select_from(sample).where(criterion, *queries.filters(request, sample))


def _page_of_disjunct(request: ListRequest, disjunct: Disjunct, sets: KeySets, filters: list[Any]) -> Statement:
    cls, order = request.cls, request.query.order
    columns = dict.fromkeys((identity(cls), getattr(cls, order.column)))
    if not isinstance(disjunct.keys, Keys):
        rows = sa.select(*columns).where(disjunct.exists(cls), *filters)
        return sa.select(rows.order_by(*ordering(cls, order)).limit(_LIMIT).subquery())
    keys = sets.of(disjunct.keys)
    below = sa.select(*columns).where(disjunct.link_of(cls) == keys.c[0], disjunct.local(cls), *filters)
    newest = below.order_by(*ordering(cls, order)).limit(_LIMIT).correlate(keys).lateral("page")
    return sa.select(*newest.c).select_from(keys).join(newest, sa.true())


def _all_of_disjunct(request: ListRequest, disjunct: Disjunct, sets: KeySets, filters: list[Any]) -> Statement:
    cls = request.cls
    if not isinstance(disjunct.keys, Keys):
        return sa.select(identity(cls)).where(disjunct.exists(cls), *filters)
    keys = sets.of(disjunct.keys)
    linked = disjunct.link_of(cls) == keys.c[0]
    return sa.select(identity(cls)).select_from(keys).join(cls, linked).where(disjunct.local(cls), *filters)

"""Three ways to find the first page of what a viewer may see, and how to choose.

No single statement is good for everybody (bench/results/authz.md): who may see half of all licenses wants to walk down the ordered
index and test each row; who may see forty of a million wants to start from his groups. The choice changes how rows are
found, never which: every way carries the whole criterion, and a stale choice costs time only.
"""

from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from authz.actor import Actor
from authz.asking import PageOf, Statement, Want
from authz.filters import ordering
from authz.listing import Listing, identity
from authz.sql import Branch
from store.mapping import Record

KEYS_LIMIT = 1000
ROWS_LIMIT = 2000
SAMPLE = 400


class Plan(StrEnum):
    """WALK tests row by row, HASH tests against the viewer's groups gathered once, FAN reads a page of each of his groups."""

    WALK = "WALK"
    HASH = "HASH"
    FAN = "FAN"


def choose(*, keys: int, rows: int, hits: int, first: int) -> Plan:
    """Find the cheapest plan by three small numbers.

    They are the viewer's groups (up to KEYS_LIMIT + 1), his rows (up to ROWS_LIMIT + 1), and how many of the newest SAMPLE
    rows are his.

    The weights are microseconds on PostgreSQL 18 with everything in memory (`./portal bench authz` shows where they hold):
    a key costs 3 to fan out and 2 to gather, a row 0.4 from a fan, 6 to test by itself, 0.7 against the gathered keys.
    """
    pages = keys * (first + 1)
    fan = 3 * keys + 0.4 * (min(rows, pages) if rows <= ROWS_LIMIT else pages)
    if keys > KEYS_LIMIT:
        fan *= 3  # there are more keys than were counted
    share = max(hits, 0.5) / SAMPLE
    tested = (first + 1) / share
    costs = {Plan.FAN: fan, Plan.HASH: 2 * keys + 0.7 * tested, Plan.WALK: 6 * tested}
    return min(costs, key=lambda plan: costs[plan])


def walk(
    listing: Listing, cls: type[Record], to: str, actor: Actor, asked: PageOf, want: Want, *, hashed: bool
) -> Statement:
    """Down the ordered index, each row tested."""
    forms = listing.policy.forms(cls, to, actor)
    criteria = [] if forms.everything else [forms.hashed(cls) if hashed else forms.criterion(cls)]
    return (
        sa.select(*listing.columns(cls, cls, actor, want, also=(asked.order.column,)))
        .where(*criteria, *listing.filters(cls, cls, actor, asked))
        .order_by(*ordering(cls, asked.order))
        .limit(_LIMIT)
    )


def fan(listing: Listing, cls: type[Record], to: str, actor: Actor, asked: PageOf, want: Want) -> Statement:
    """A page from each of the viewer's groups through its own ordered index, merged; the rest of a row is fetched last."""
    forms = listing.policy.forms(cls, to, actor)
    filters = listing.filters(cls, cls, actor, asked)
    found = sa.union(*(_page_of_branch(cls, branch, asked, filters) for branch in forms.branches)).subquery("found")
    top = sa.select(found).order_by(*ordering(found.c, asked.order)).limit(_LIMIT).subquery("top")
    return (
        sa.select(*listing.columns(cls, cls, actor, want, also=(asked.order.column,)))
        .join(top, identity(cls) == top.c.id)
        .order_by(*ordering(cls, asked.order))
    )


def sizes(listing: Listing, cls: type[Record], to: str, actor: Actor, asked: PageOf) -> Statement:
    """The three small numbers of `choose`, each bounded, in one statement."""
    forms = listing.policy.forms(cls, to, actor)
    filters = listing.filters(cls, cls, actor, asked)
    gathered = [
        sa.select(sa.literal(1)).select_from(each.keys.subquery())
        for each in forms.branches
        if isinstance(each.keys, sa.Select)
    ]
    branches = [sa.select(sa.literal(1)).select_from(cls).where(_holds(cls, each), *filters) for each in forms.branches]
    newest = sa.select(cls).order_by(*ordering(cls, asked.order)).limit(SAMPLE).subquery()
    sample = sa.orm.aliased(cls, newest)
    hits = (
        sa.select(sa.func.count())
        .select_from(sample)
        .where(forms.hashed(sample), *listing.filters(cls, sample, actor, asked))
    )
    return sa.select(
        _up_to(KEYS_LIMIT, gathered).label("keys_"),
        _up_to(ROWS_LIMIT, branches).label("rows_"),
        hits.scalar_subquery().label("hits_"),
    )


_LIMIT = sa.bindparam("limit", type_=sa.Integer)


def _up_to(limit: int, selects: list[Statement]) -> Any:
    if not selects:
        return sa.literal(0)
    every = sa.union_all(*selects).limit(limit + 1).subquery()
    return sa.select(sa.func.count()).select_from(every).scalar_subquery()


def _page_of_branch(cls: type[Record], branch: Branch, asked: PageOf, filters: list[Any]) -> Statement:
    order = getattr(cls, asked.order.column)
    columns = dict.fromkeys((identity(cls), order))
    if not isinstance(branch.keys, sa.Select):
        page = sa.select(*columns).where(_holds(cls, branch), *filters)
        return sa.select(page.order_by(*ordering(cls, asked.order)).limit(_LIMIT).subquery())
    keys = branch.keys.distinct().subquery("keys")
    below = sa.select(*columns).where(branch.link_of(cls) == keys.c[0], branch.local(cls), *filters)
    nearest = below.order_by(*ordering(cls, asked.order)).limit(_LIMIT).correlate(keys).lateral("page")
    return sa.select(*nearest.c).select_from(keys).join(nearest, sa.true())


def _holds(cls: type[Record], branch: Branch) -> sa.ColumnElement[bool]:
    if branch.keys is None:
        return branch.exists(cls)
    link = branch.link_of(cls)
    return sa.and_(
        link.in_(branch.keys) if isinstance(branch.keys, sa.Select) else link == branch.keys, branch.local(cls)
    )

"""Every plan of a list finds the same rows in the same order for each viewer: those that the Python check allows."""

import random
import uuid
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import product

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from authz.gate.actor import CARRIED, Actor, PortalContext
from authz.lists import plans
from authz.lists.filters import values_of
from authz.lists.paging import PageReader
from authz.lists.plans import Plan
from authz.lists.queries import Filter, ListRequest, Operator, PageQuery, Projection, SortOrder
from authz.verify.random_world import loaded_random_world
from store.license_states import Lifecycle, Visibility
from store.licenses import License
from store.tickets import Ticket
from store.users import User

WORLDS = range(2)
FIRST = 4
ORDERS = (SortOrder(), SortOrder(descending=False), SortOrder("quantity"))
WANT = Projection(columns=frozenset({"created_at", "quantity"}))


def _filters(rng, policy, rows):
    """Filters, each with the same condition in Python."""
    instant = rng.choice(rows).created_at
    may_read_ticket = policy.check(Ticket, "read")
    return (
        ((), lambda *_: True),
        (
            (Filter("visibility", Operator.EQUAL, Visibility.PUBLIC),),
            lambda _, row: row.visibility is Visibility.PUBLIC,
        ),
        (
            (Filter("quantity", Operator.MORE, 1), Filter("lifecycle", Operator.NOT_EQUAL, Lifecycle.EXPIRED)),
            lambda _, row: row.quantity > 1 and row.lifecycle is not Lifecycle.EXPIRED,
        ),
        ((Filter("created_at", Operator.AT_MOST, instant),), lambda _, row: row.created_at <= instant),
        (  # a related row that the viewer may not read counts as none
            (Filter("ticket_id", Operator.IS_NULL, value=True),),
            lambda actor, row: row.ticket is None or not may_read_ticket(actor, row.ticket),
        ),
    )


def _built(queries, plan, actor, query):
    return plans.page(queries, ListRequest(License, "read", actor, query, WANT), plan)


def _values(actor, query):
    mine = {f"actor_{name}": getattr(actor, name) for name in CARRIED}
    return {**mine, "limit": query.first, **values_of(query)}


def _in_order(rows, order):
    return sorted(rows, key=lambda row: (getattr(row, order.column), row.id.int), reverse=order.descending)


async def _read(session, queries, actor, query, expected):
    """Read page after page with every plan, and compare each with the expected rows."""
    pages, after = 0, None
    for start in range(0, len(expected) + 1, FIRST):
        page = replace(query, after=after)
        wanted = expected[start : start + FIRST]
        for plan in Plan:
            rows = (await session.execute(_built(queries, plan, actor, page), _values(actor, page))).all()
            assert [row.id for row in rows] == wanted, (actor.id, plan, page)
        pages += 1
        if rows:
            after = (getattr(rows[-1], query.order.column), rows[-1].id)
    return pages


async def test_all_plans_read_the_same_pages_as_python(policy, queries, database, nightly):
    may_read = policy.check(License, "read")
    pages, questions, seen = 0, 0, 0
    for seed in WORLDS:
        rng = random.Random(seed)
        async with loaded_random_world(database, seed) as (session, world):
            viewers = [each for each in world[User] if not policy.condition(License, "read", each).everything]
            for actor in viewers if nightly else viewers[::2]:
                mine = [row for row in world[License] if may_read(actor, row)]
                for (where, holds), order in product(_filters(rng, policy, world[License]), ORDERS):
                    rows = _in_order([row for row in mine if holds(actor, row)], order)
                    query = PageQuery(first=FIRST, where=where, order=order)
                    pages += await _read(session, queries, actor, query, [row.id for row in rows])
                    questions, seen = questions + 1, seen + len(rows)

    assert questions > 100
    assert pages > 1.25 * questions, "hardly anybody has a second page"
    assert seen > 500


async def test_both_ways_of_counting_count_the_same_rows_as_python(policy, queries, database):
    may_read, seen = policy.check(License, "read"), 0
    async with loaded_random_world(database, 1) as (session, world):
        rng = random.Random(1)
        for actor in world[User]:
            if policy.condition(License, "read", actor).everything:
                continue
            mine = [row for row in world[License] if may_read(actor, row)]
            for where, holds in _filters(rng, policy, world[License]):
                query = PageQuery(first=100, where=where)
                wanted = sum(holds(actor, row) for row in mine)
                for build in (queries.count, partial(plans.count, queries)):
                    counted = build(ListRequest(License, "read", actor, query))
                    assert await session.scalar(counted, _values(actor, query)) == wanted, (actor.id, where)
                seen += wanted

    assert seen > 50


async def test_a_row_that_two_rules_allow_is_listed_once(policy, queries, database):
    twice = 0
    for seed in WORLDS:
        async with loaded_random_world(database, seed) as (session, world):
            for actor in world[User]:
                allowed, query = policy.condition(License, "read", actor), PageQuery(first=100)
                if allowed.everything:
                    continue
                reasons = Counter()
                for disjunct in allowed.disjuncts:
                    found = sa.select(License.id).where(disjunct.exists(License))
                    reasons.update(await session.scalars(found, _values(actor, query)))
                twice += sum(count > 1 for count in reasons.values())
                for plan in Plan:
                    rows = (await session.execute(_built(queries, plan, actor, query), _values(actor, query))).all()
                    assert Counter(row.id for row in rows) == Counter(reasons.keys()), (seed, actor.id, plan)

    assert twice > 5


@pytest.mark.parametrize("plan", Plan)
async def test_pages_neither_skip_nor_repeat_while_licenses_are_added(policy, queries, database, plan):
    may_read = policy.check(License, "read")
    added = 0
    for seed in WORLDS:
        rng = random.Random(seed)
        async with loaded_random_world(database, seed) as (session, world):
            for actor in world[User]:
                mine = [row for row in world[License] if may_read(actor, row)]
                if policy.condition(License, "read", actor).everything or len(mine) <= FIRST:
                    continue
                query, found, before = PageQuery(first=FIRST), [], {row.id for row in mine}
                inside = await session.begin_nested()
                while True:
                    rows = (await session.execute(_built(queries, plan, actor, query), _values(actor, query))).all()
                    found += [row.id for row in rows]
                    if not rows:
                        break
                    query = replace(query, after=(rows[-1].created_at, rows[-1].id))
                    await session.execute(sa.insert(License.__table__), [_another(rng, mine) for _ in range(2)])
                    added += 2
                await inside.rollback()
                assert [each for each in found if each in before] == [row.id for row in _in_order(mine, SortOrder())]
                assert len(found) == len(set(found))

    assert added > 15


def _another(rng, rows):
    """A row like one of these, created about the same time as another one."""
    table, model = License.__table__, rng.choice(rows)
    values = {each.name: getattr(model, each.key) for each in table.columns if each.computed is None}
    instant = rng.choice(rows).created_at + timedelta(seconds=rng.choice((-1, 0, 1)))
    return values | {"id": uuid.UUID(int=rng.getrandbits(128)), "created_at": instant}


async def test_a_page_has_the_rows_of_the_chosen_plan(policy, queries, database):
    async with loaded_random_world(database, 0) as (session, world):

        async def execute(statement, values):
            return (await session.execute(statement, values)).all()

        for actor in world[User]:
            query = PageQuery(first=FIRST)
            viewer = _Viewer(actor)
            rows = await PageReader(queries).read(execute, ListRequest(License, "read", viewer, query, WANT))
            mine = [row for row in world[License] if policy.check(License, "read")(actor, row)]
            assert [row.id for row in rows] == [row.id for row in _in_order(mine, query.order)][: FIRST + 1]


class _Viewer:
    """An account of a world with the bound values of an actor."""

    def __init__(self, account):
        self._account = account
        self.values = {f"actor_{name}": getattr(account, name) for name in CARRIED}

    def __getattr__(self, name):
        return getattr(self._account, name)


@pytest.mark.parametrize(
    ("keys", "hits", "plan"),
    [
        (1, 0, Plan.FAN),
        (12, 2, Plan.FAN),
        (112, 10, Plan.HASH),
        (500, 0, Plan.FAN),
        (1001, 6, Plan.HASH),
        (1001, 24, Plan.WALK),
    ],
)
def test_the_plan_depends_on_the_number_of_keys_and_hits(keys, hits, plan):
    assert plans.choose(keys=keys, hits=hits, first=50) is plan


def test_groups_that_several_rules_need_are_collected_once(queries):
    member = Actor(**dict.fromkeys(each for each in Actor.__slots__ if each != "portal"), portal=PortalContext())
    for plan in (Plan.HASH, Plan.FAN):
        text = str(_built(queries, plan, member, PageQuery()).compile(dialect=postgresql.dialect()))
        assert text.count("JOIN group_closure") + text.count("FROM group_closure") == 1, text

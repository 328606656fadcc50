"""The tree of groups: it grows to ten levels, and its closure is right whatever happens at the same time."""

import asyncio
import random
from uuid import UUID

import pytest
import sqlalchemy as sa

from store.containers import Container, ContainerType
from store.db.base import new_id
from store.db.database import Database
from store.groups import MAX_LEVEL, Group, GroupClosure, GroupKind, Membership
from store.services.group_content import GroupNotEmpty, require_empty
from store.services.group_tree import TooDeep, WouldCreateCycle, insert, move, remove
from store.users import User
from tests.portal import NOW

# What the closure would be if it were computed from the parents alone.
RECOMPUTED = sa.text("""
    WITH RECURSIVE below AS (
        SELECT id AS ancestor_id, id AS descendant_id, 0 AS depth FROM groups WHERE deleted_at IS NULL
        UNION ALL
        SELECT below.ancestor_id, groups.id, below.depth + 1
        FROM below JOIN groups ON groups.parent_id = below.descendant_id
    )
    SELECT ancestor_id, descendant_id, depth FROM below
""")


async def grow(database: Database, parent_id: UUID | None = None, *, levels: int = 1) -> list[UUID]:
    """A chain of groups, each below the one before."""
    chain = []
    async with database.transaction() as session:
        for _ in range(levels):
            group = Group(id=new_id(), name="Group", kind=GroupKind.TEAM, parent_id=parent_id)
            await insert(session, group)
            serial = str(group.id)
            session.add(Container(type=ContainerType.GROUP_CLOUD, serial=serial, owner_group_id=group.id))
            parent_id = group.id
            chain.append(group.id)
    return chain


async def relocate(database: Database, group_id: UUID, to: UUID | None) -> None:
    async with database.transaction() as session:
        await move(session, await session.get_one(Group, group_id), to)


async def closure(database: Database) -> set[tuple[UUID, UUID, int]]:
    async with database.snapshot() as connection:
        kept = {tuple(row) for row in await connection.execute(sa.select(GroupClosure.__table__))}
        assert kept == {tuple(row) for row in await connection.execute(RECOMPUTED)}
    return kept


async def levels_of(database: Database, *groups: UUID) -> list[int]:
    async with database.snapshot() as connection:
        found = dict((await connection.execute(sa.select(Group.id, Group.level).where(Group.id.in_(groups)))).all())
    return [found[group] for group in groups]


async def test_a_planted_group_is_below_everything_above_it(database):
    top, middle, leaf = await grow(database, levels=3)

    kept = await closure(database)

    assert {(above, depth) for above, below, depth in kept if below == leaf} == {(leaf, 0), (middle, 1), (top, 2)}


@pytest.mark.feature("F09")
async def test_level_ten_is_accepted_and_level_eleven_refused(database):
    chain = await grow(database, levels=MAX_LEVEL)
    before = await closure(database)

    with pytest.raises(TooDeep, match="level 10"):
        await grow(database, chain[-1])

    assert await levels_of(database, *chain) == list(range(1, MAX_LEVEL + 1))
    assert await closure(database) == before


async def test_a_moved_group_takes_everything_below_along(database):
    old, moved, child = await grow(database, levels=3)
    new = (await grow(database, levels=4))[-1]

    await relocate(database, moved, new)

    kept = await closure(database)
    assert (new, child, 2) in kept
    assert not [row for row in kept if row[:2] in {(old, moved), (old, child)}]
    assert await levels_of(database, moved, child) == [5, 6]


async def test_a_group_can_be_moved_to_the_top(database):
    _, moved, child = await grow(database, levels=3)

    await relocate(database, moved, None)

    await closure(database)
    assert await levels_of(database, moved, child) == [1, 2]


async def test_a_subtree_that_would_reach_level_eleven_stays(database):
    tall = await grow(database, levels=4)
    deep = await grow(database, levels=7)
    before = await closure(database)

    with pytest.raises(TooDeep):
        await relocate(database, tall[0], deep[-1])

    assert await closure(database) == before
    await relocate(database, tall[0], deep[-2])
    assert await levels_of(database, tall[-1]) == [MAX_LEVEL]


@pytest.mark.parametrize("place", [0, 2], ids=["itself", "its grandchild"])
async def test_a_group_is_not_moved_below_itself(database, place):
    chain = await grow(database, levels=3)
    before = await closure(database)

    with pytest.raises(WouldCreateCycle):
        await relocate(database, chain[0], chain[place])

    assert await closure(database) == before


async def test_a_group_with_content_is_not_empty_and_says_what_is_in_the_way(database):
    top, leaf = await grow(database, levels=2)
    async with database.transaction() as session:
        person = User(id=new_id(), name="Tom", email=f"{leaf}@acme.example")
        session.add(person)
        await session.flush()
        session.add(Container(type=ContainerType.PERSONAL_CLOUD, serial=str(person.id), owner_user_id=person.id))
        session.add(Membership(user_id=person.id, group_id=leaf))

    async with database.transaction() as session:
        with pytest.raises(GroupNotEmpty, match="1 subgroups"):
            await require_empty(session, await session.get_one(Group, top))
        with pytest.raises(GroupNotEmpty) as refused:
            await require_empty(session, await session.get_one(Group, leaf))
    assert refused.value.details == {"content": ["members"]}


async def test_an_emptied_group_is_pruned_with_its_closure(database):
    top, leaf = await grow(database, levels=2)
    async with database.transaction() as session:
        await remove(session, await session.get_one(Group, leaf), at=NOW)

    kept = await closure(database)

    assert not [row for row in kept if leaf in row]
    assert (top, top, 0) in kept


async def test_opposite_moves_at_the_same_time_make_no_cycle(database):
    for _ in range(20):
        [one], [other] = await grow(database), await grow(database)

        outcomes = await asyncio.gather(
            relocate(database, one, other),
            relocate(database, other, one),
            return_exceptions=True,
        )

        assert sorted(type(each).__name__ for each in outcomes) == ["NoneType", "WouldCreateCycle"]
    await closure(database)


async def test_fifty_moves_and_fifty_births_at_the_same_time_leave_the_closure_right(database):
    chance = random.Random(7)
    groups = [group for _ in range(6) for group in await grow(database, levels=4)]

    async def wander() -> str:
        try:
            await relocate(database, chance.choice(groups), chance.choice([*groups, None]))
        except (TooDeep, WouldCreateCycle) as refused:
            return refused.code
        return "moved"

    async def bear() -> str:
        try:
            await grow(database, chance.choice(groups))
        except TooDeep as refused:
            return refused.code
        return "born"

    outcomes = await asyncio.gather(*(step() for _ in range(50) for step in (wander, bear)))

    assert {"moved", "born"} <= set(outcomes) <= {"moved", "born", "GROUP_LEVELS_EXHAUSTED", "GROUP_CYCLE"}
    await closure(database)

"""The group tree: up to ten levels, with a correct closure under concurrent changes."""

import asyncio
import random
from uuid import UUID

import pytest
import sqlalchemy as sa

from store.containers import Container, ContainerType
from store.db.base import new_id
from store.db.database import Database
from store.groups import MAX_LEVEL, Group, GroupClosure, GroupKind
from store.memberships import Membership
from store.services.group_content import GroupNotEmpty, require_empty
from store.services.group_tree import TooDeep, WouldCreateCycle, insert, move, remove
from store.users import User
from tests.portal import NOW

# The closure, computed from the parents.
RECOMPUTED = sa.text("""
    WITH RECURSIVE below AS (
        SELECT id AS ancestor_id, id AS descendant_id, 0 AS depth FROM groups WHERE deleted_at IS NULL
        UNION ALL
        SELECT below.ancestor_id, groups.id, below.depth + 1
        FROM below JOIN groups ON groups.parent_id = below.descendant_id
    )
    SELECT ancestor_id, descendant_id, depth FROM below
""")


async def add_chain(database: Database, parent_id: UUID | None = None, *, levels: int = 1) -> list[UUID]:
    """Add groups, each below the previous one."""
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


async def move_group(database: Database, group_id: UUID, to: UUID | None) -> None:
    async with database.transaction() as session:
        await move(session, await session.get_one(Group, group_id), to)


async def closure(database: Database) -> set[tuple[UUID, UUID, int]]:
    async with database.snapshot() as connection:
        stored = {tuple(row) for row in await connection.execute(sa.select(GroupClosure.__table__))}
        assert stored == {tuple(row) for row in await connection.execute(RECOMPUTED)}
    return stored


async def levels_of(database: Database, *groups: UUID) -> list[int]:
    async with database.snapshot() as connection:
        levels = dict((await connection.execute(sa.select(Group.id, Group.level).where(Group.id.in_(groups)))).all())
    return [levels[group] for group in groups]


async def test_a_new_group_is_below_all_its_ancestors(database):
    top, middle, leaf = await add_chain(database, levels=3)

    rows = await closure(database)

    assert {(above, depth) for above, below, depth in rows if below == leaf} == {(leaf, 0), (middle, 1), (top, 2)}


@pytest.mark.feature("F09")
async def test_level_ten_is_accepted_and_level_eleven_refused(database):
    chain = await add_chain(database, levels=MAX_LEVEL)
    before = await closure(database)

    with pytest.raises(TooDeep, match="level 10"):
        await add_chain(database, chain[-1])

    assert await levels_of(database, *chain) == list(range(1, MAX_LEVEL + 1))
    assert await closure(database) == before


async def test_a_group_is_moved_with_its_descendants(database):
    old, moved, child = await add_chain(database, levels=3)
    new = (await add_chain(database, levels=4))[-1]

    await move_group(database, moved, new)

    rows = await closure(database)
    assert (new, child, 2) in rows
    assert not [row for row in rows if row[:2] in {(old, moved), (old, child)}]
    assert await levels_of(database, moved, child) == [5, 6]


async def test_a_group_can_be_moved_to_the_top(database):
    _, moved, child = await add_chain(database, levels=3)

    await move_group(database, moved, None)

    await closure(database)
    assert await levels_of(database, moved, child) == [1, 2]


async def test_a_subtree_that_would_reach_level_eleven_is_not_moved(database):
    tall = await add_chain(database, levels=4)
    deep = await add_chain(database, levels=7)
    before = await closure(database)

    with pytest.raises(TooDeep):
        await move_group(database, tall[0], deep[-1])

    assert await closure(database) == before
    await move_group(database, tall[0], deep[-2])
    assert await levels_of(database, tall[-1]) == [MAX_LEVEL]


@pytest.mark.parametrize("place", [0, 2], ids=["itself", "its grandchild"])
async def test_a_group_cannot_be_moved_below_itself(database, place):
    chain = await add_chain(database, levels=3)
    before = await closure(database)

    with pytest.raises(WouldCreateCycle):
        await move_group(database, chain[0], chain[place])

    assert await closure(database) == before


async def test_a_group_with_content_is_refused_with_the_kinds_of_content(database):
    top, leaf = await add_chain(database, levels=2)
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


async def test_an_empty_group_is_removed_with_its_closure(database):
    top, leaf = await add_chain(database, levels=2)
    async with database.transaction() as session:
        await remove(session, await session.get_one(Group, leaf), at=NOW)

    rows = await closure(database)

    assert not [row for row in rows if leaf in row]
    assert (top, top, 0) in rows


async def test_concurrent_opposite_moves_create_no_cycle(database):
    for _ in range(20):
        [one], [other] = await add_chain(database), await add_chain(database)

        outcomes = await asyncio.gather(
            move_group(database, one, other), move_group(database, other, one), return_exceptions=True
        )

        assert sorted(type(each).__name__ for each in outcomes) == ["NoneType", "WouldCreateCycle"]
    await closure(database)


async def test_the_closure_is_correct_after_concurrent_moves_and_creations(database):
    chance = random.Random(7)
    groups = [group for _ in range(6) for group in await add_chain(database, levels=4)]

    async def move_one() -> str:
        try:
            await move_group(database, chance.choice(groups), chance.choice([*groups, None]))
        except (TooDeep, WouldCreateCycle) as refused:
            return refused.code
        return "moved"

    async def add_one() -> str:
        try:
            await add_chain(database, chance.choice(groups))
        except TooDeep as refused:
            return refused.code
        return "added"

    outcomes = await asyncio.gather(*(step() for _ in range(50) for step in (move_one, add_one)))

    assert {"moved", "added"} <= set(outcomes) <= {"moved", "added", "GROUP_LEVELS_EXHAUSTED", "GROUP_CYCLE"}
    await closure(database)

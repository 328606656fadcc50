"""An answer of the policy names its rules and its facts; a denial names the fewest facts that would turn it."""

import random
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from authz.backends.python import Check
from authz.compiler.ir import ACTOR, RESOURCE, Predicate
from authz.explain.explanation import Explanation, explain, loaders
from authz.explain.facts import Fact, Obstacle
from authz.gate.actor import PortalContext
from authz.verify.random_world import loaded_random_world
from seeds import cast
from store.db.database import Database
from store.db.registry import Container, License, User
from tests.authz.granting import Wishes, things

WORLDS, NIGHTLY = range(20, 21), range(20, 40)


@pytest.fixture
async def session(demo_url):
    database = Database(demo_url, pool_size=1)
    async with database.transaction() as session:
        yield session
    await database.close()


@pytest.fixture
def why(session, policy):
    async def ask(person: cast.Account, action: str, cls: type, id: UUID) -> Explanation:
        predicate = policy.compiled.permissions[cls, action]
        session.expunge_all()
        actor = await session.scalar(sa.select(User).where(User.id == person.id).options(*loaders(predicate, ACTOR)))
        row = await session.scalar(sa.select(cls).where(cls.id == id).options(*loaders(predicate, RESOURCE)))
        actor.portal = PortalContext()
        return explain(predicate, actor, row)

    return ask


async def test_a_yes_names_the_rule_and_the_membership_it_rests_on(why, policy):
    told = await why(cast.ANN, "assign", License, cast.Licenses.ACME_TEN_SEATS)

    assert told.allowed
    assert [str(each) for each in told.paths[0].facts] == [
        'Membership (Group Acme) among memberships of User Ann Archer: group = Group Acme, role = "ADMIN", state = "ACTIVE"',
    ]
    assert [rule.description for rule in map(policy.compiled.rule_at, told.paths[0].rules) if rule] == [
        "Group administrators can manage the licenses of their group and of the groups below it, no matter who uses them.",
        "Group administrators can manage their group and every group below it.",
    ]


async def test_a_yes_names_the_foreign_key_it_rests_on(why):
    told = await why(cast.TOM, "read", License, cast.Licenses.TOM_CAD)

    assert [str(each) for each in told.paths[0].facts] == [
        "License (Group Acme, User Tom Tanner): assigned_user = User Tom Tanner",
    ]


async def test_a_no_names_the_one_membership_that_is_missing(why):
    told = await why(cast.TOM, "assign", License, cast.Licenses.ACME_TEN_SEATS)

    assert not told.allowed
    assert [str(each) for each in told.paths[0].missing] == [
        'a Membership among memberships of User Tom Tanner: group = Group Acme, role = "ADMIN", state = "ACTIVE"',
    ]


async def test_the_ways_to_a_yes_stand_nearest_first(why):
    told = await why(cast.BEA, "reset", Container, cast.Containers.TOM_LAPTOP)

    assert [[str(each) for each in path.missing] for path in told.paths[:3]] == [
        ["User Bea Brandt: is_isv_admin = true"],
        ["Container Tom's laptop: owner_user = User Bea Brandt"],
        ['Container Tom\'s laptop: type = "PERSONAL_CLOUD"', 'Membership (Group Acme Berlin): role = "ADMIN"'],
    ]


def questions(policy: Any, world: Any, chance: random.Random) -> Iterator[tuple[Any, Any, Any]]:
    for (cls, _), plan in policy.compiled.permissions.items():
        for actor in chance.sample(list(world[User]), 3):
            for row in chance.sample(list(world[cls]), min(2, len(world[cls]))):
                yield plan, actor, row


def granted(
    plan: Predicate, check: Check, world: Any, asked: Any, without: int | None = None
) -> tuple[bool, Explanation]:
    """The answer when the missing facts are there, all or all but one."""
    copies = things(world)
    actor, row = (copies[id(each)] for each in asked)
    told = explain(plan, actor, row)
    wishes = Wishes()
    for at, fact in enumerate(told.paths[0].missing if told.paths else ()):
        if at != without and isinstance(fact, Fact):
            wishes.grant(fact)
    return check(actor, row), told


async def test_the_missing_facts_would_turn_a_no_and_none_of_them_is_too_many(policy, database, nightly):
    chance = random.Random(0)
    turned = helpless = 0
    for seed in NIGHTLY if nightly else WORLDS:
        async with loaded_random_world(database, seed) as (_, world):
            for plan, *asked in questions(policy, world, chance):
                check = policy.check(plan.cls, plan.action)
                answer, told = granted(plan, check, world, asked)
                missing = told.paths[0].missing if told.paths else ()
                assert told.allowed == check(*asked)
                if not told.paths or any(isinstance(each, Obstacle) for each in missing):
                    helpless += 1
                    continue
                assert answer, (plan.action, plan.cls, missing)
                turned += bool(missing)
                for at, fact in enumerate(missing):
                    assert not granted(plan, check, world, asked, at)[0], (plan.action, plan.cls, fact)
    print(f"{turned} denials turned by the facts that they named")
    assert turned > 250
    assert helpless < turned / 20, "nobody becomes somebody else, and what stands against it cannot be granted"

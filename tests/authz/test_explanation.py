"""The explanation of a yes names its rules and facts, that of a no the fewest facts that are missing."""

import random
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from authz.compiler.ir import ACTOR, RESOURCE, Predicate
from authz.explain.explanation import Explanation, explain, loaders
from authz.explain.facts import Fact, Obstacle
from authz.gate.actor import PortalContext
from authz.verify.random_world import loaded_random_world
from seeds import cast
from store.db.database import Database
from store.db.registry import Container, License, User
from tests.authz.plain_rows import FactMaker, plain_rows

WORLDS, NIGHTLY = range(20, 21), range(20, 40)


@pytest.fixture
async def session(demo_url):
    database = Database(demo_url, pool_size=1)
    async with database.transaction() as session:
        yield session
    await database.close()


@pytest.fixture
def explained(session, policy):
    async def explain_action(person: cast.Account, action: str, cls: type, id: UUID) -> Explanation:
        predicate = policy.compiled.permissions[cls, action]
        session.expunge_all()
        actor = await session.scalar(sa.select(User).where(User.id == person.id).options(*loaders(predicate, ACTOR)))
        row = await session.scalar(sa.select(cls).where(cls.id == id).options(*loaders(predicate, RESOURCE)))
        actor.portal = PortalContext()
        return explain(predicate, actor, row)

    return explain_action


async def test_a_yes_has_its_rules_and_the_membership_behind_it(explained, policy):
    explanation = await explained(cast.ANN, "assign", License, cast.Licenses.ACME_TEN_SEATS)

    assert explanation.allowed
    assert [str(each) for each in explanation.paths[0].facts] == [
        'Membership (Group Acme) among memberships of User Ann Archer: group = Group Acme, role = "ADMIN", state = "ACTIVE"'
    ]
    assert [rule.description for rule in map(policy.compiled.rule_at, explanation.paths[0].rules) if rule] == [
        "Group administrators can manage the licenses of their group and of the groups below it, no matter who uses them.",
        "Group administrators can manage their group and every group below it.",
    ]


async def test_a_yes_has_the_foreign_key_behind_it(explained):
    explanation = await explained(cast.TOM, "read", License, cast.Licenses.TOM_CAD)

    assert [str(each) for each in explanation.paths[0].facts] == [
        "License (Group Acme, User Tom Tanner): assigned_user = User Tom Tanner"
    ]


async def test_a_no_has_the_membership_that_is_missing(explained):
    explanation = await explained(cast.TOM, "assign", License, cast.Licenses.ACME_TEN_SEATS)

    assert not explanation.allowed
    assert [str(each) for each in explanation.paths[0].missing] == [
        'a Membership among memberships of User Tom Tanner: group = Group Acme, role = "ADMIN", state = "ACTIVE"'
    ]


async def test_the_closest_path_to_a_yes_comes_first(explained):
    explanation = await explained(cast.BEA, "reset", Container, cast.Containers.TOM_LAPTOP)

    assert [[str(each) for each in path.missing] for path in explanation.paths[:3]] == [
        ["User Bea Brandt: is_isv_admin = true"],
        ["Container Tom's laptop: owner_user = User Bea Brandt"],
        ['Container Tom\'s laptop: type = "PERSONAL_CLOUD"', 'Membership (Group Acme Berlin): role = "ADMIN"'],
    ]


def questions(policy: Any, world: Any, rng: random.Random) -> Iterator[tuple[Predicate, Any, Any]]:
    for (cls, _), predicate in policy.compiled.permissions.items():
        for actor in rng.sample(list(world[User]), 3):
            for row in rng.sample(list(world[cls]), min(2, len(world[cls]))):
                yield predicate, actor, row


def with_missing_facts(
    predicate: Predicate, world: Any, actor: Any, row: Any, *, without: int | None = None
) -> tuple[Any, Any, Explanation]:
    """Copies of the rows for which the missing facts hold, all of them or all but one, and the explanation."""
    copies = plain_rows(world)
    actor, row = copies[id(actor)], copies[id(row)]
    explanation = explain(predicate, actor, row)
    maker = FactMaker()
    for position, fact in enumerate(explanation.paths[0].missing if explanation.paths else ()):
        if position != without and isinstance(fact, Fact):
            maker.make(fact)
    return actor, row, explanation


async def test_the_missing_facts_change_the_answer_and_each_of_them_is_needed(policy, database, nightly):
    rng = random.Random(0)
    changed = unchangeable = 0
    for seed in NIGHTLY if nightly else WORLDS:
        async with loaded_random_world(database, seed) as (_, world):
            for predicate, actor, row in questions(policy, world, rng):
                check, name = policy.check(predicate.cls, predicate.action), (predicate.action, predicate.cls)
                new_actor, new_row, explanation = with_missing_facts(predicate, world, actor, row)
                missing = explanation.paths[0].missing if explanation.paths else ()
                assert explanation.allowed == check(actor, row)
                if not explanation.paths or any(isinstance(each, Obstacle) for each in missing):
                    unchangeable += 1
                    continue
                assert check(new_actor, new_row), (name, missing)
                changed += bool(missing)
                for position, fact in enumerate(missing):
                    *almost, _ = with_missing_facts(predicate, world, actor, row, without=position)
                    assert not check(*almost), (name, fact)
    print(f"{changed} denials became allowed with the facts that were missing")
    assert changed > 250
    assert unchangeable < changed / 20, "only a different account, or the end of an obstacle, would change these"

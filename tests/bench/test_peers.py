"""What is measured against each other answers alike, so that only the speed differs."""

import itertools

import pytest

from authz.load_policy import load_policy
from authz.verify.agreement import standing_world
from bench import peers, points
from store.db.database import Database
from store.groups import Group
from store.licenses import License
from store.users import User


@pytest.fixture
async def world(database_url):
    database = Database(database_url, pool_size=1)
    async with standing_world(database, 5) as (_, world):
        yield world
    await database.close()


async def test_five_engines_agree_about_the_small_model(world):
    users, groups, licenses = world[User], world[Group], world[License]
    asked = list(itertools.product(users, peers.ACTIONS, licenses))

    ask, oso = peers.compiled(), peers.by_oso()
    compiled = [ask(*each) for each in asked]

    assert {True, False} == set(compiled)
    for other in (
        peers.by_hand(users, groups),
        peers.by_casbin(users, groups),
        peers.by_cedar(users, groups, licenses),
    ):
        assert [other(*each) for each in asked] == compiled
    assert [oso(*each) for each in asked[::7]] == compiled[::7]


async def test_the_mix_holds_yes_and_no_for_every_class(world):
    policy = load_policy()

    asked = points.mixed(policy, world)

    answers = {(each.cls, policy.check(each.cls, each.action)(each.user, each.row)) for each in asked}
    assert answers == {(cls, answer) for cls in {each.cls for each in asked} for answer in (True, False)}
    assert len({each.cls for each in asked}) == 4

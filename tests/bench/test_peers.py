"""The engines of the benchmark give the same answers, so that only their speed differs."""

import itertools

import pytest

from authz.load_policy import load_policy
from authz.verify.random_world import loaded_random_world
from bench import peers, points
from store.db.database import Database
from store.groups import Group
from store.licenses import License
from store.users import User


@pytest.fixture
async def world(database_url):
    database = Database(database_url, pool_size=1)
    async with loaded_random_world(database, 5) as (_, world):
        yield world
    await database.close()


async def test_all_engines_agree_about_the_small_model(world):
    users, groups, licenses = world[User], world[Group], world[License]
    questions = list(itertools.product(users, peers.ACTIONS, licenses))

    check, oso = peers.compiled(), peers.oso()
    compiled = [check(*question) for question in questions]

    assert {True, False} == set(compiled)
    for other in (
        peers.handwritten(users, groups),
        peers.with_casbin(users, groups),
        peers.with_cedar(users, groups, licenses),
    ):
        assert [other(*question) for question in questions] == compiled
    assert [oso(*question) for question in questions[::7]] == compiled[::7]


async def test_the_mix_has_allowed_and_denied_questions_for_every_class(world):
    policy = load_policy()

    questions = points.question_mix(policy, world)

    answers = {
        (question.cls, policy.check(question.cls, question.action)(question.user, question.row))
        for question in questions
    }
    classes = {question.cls for question in questions}
    assert len(classes) == 4
    assert answers == {(cls, answer) for cls in classes for answer in (True, False)}

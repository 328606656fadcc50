"""SQL, Python and Oso give the same answer about every account, action and row of random worlds."""

import pytest

from authz.backends.oso import Reference
from authz.verify.random_world import loaded_random_world, random_world
from authz.verify.run import compare_in_world
from authz.verify.verifier import Result, Verifier
from store.db.registry import RESOURCES

WORLDS, NIGHTLY = range(4), range(30)
OSO_SHARE = 0.1  # all of a million: `./portal policy verify --triples 1000000 --oso-share 1`


@pytest.mark.feature("F08")
async def test_sql_python_and_oso_agree(policy, reference, database, nightly):
    verifier = Verifier(policy, reference)

    result = Result()
    for seed in NIGHTLY if nightly else WORLDS:
        result += await compare_in_world(database, verifier, seed, oso_share=OSO_SHARE)

    assert result.examples == []
    assert result.differences == 0
    assert result.triples > 25_000
    assert result.asked_of_oso > 2_000
    print(
        f"{result.triples} triples in SQL and Python, {result.asked_of_oso} of them also in Oso, {result.allowed} allowed"
    )
    subjects = {(cls.__name__, action) for cls, action in policy.compiled.permissions}
    subjects |= {(cls.__name__, f"read {column} of") for cls, column in policy.compiled.fields}
    allowed = {(cls, action) for cls, action, answer in result.answers if answer}
    denied = {(cls, action) for cls, action, answer in result.answers if not answer}
    assert subjects - allowed == set(), "in these worlds no account has the permission"
    assert subjects - denied == set(), "in these worlds every account has the permission"


def test_the_same_seed_makes_the_same_world():
    assert random_world(7).tables == random_world(7).tables
    assert random_world(7).tables != random_world(8).tables


async def test_a_difference_is_counted_and_described(policy, database):
    rule = 'has_role(user: User, "vendor", _resource: Resource) if user.is_isv_admin = true;'
    assert rule in policy.compiled.text
    other = policy.compiled.text.replace(rule, rule.replace("true", "false"))

    result = await compare_in_world(database, Verifier(policy, Reference(other, RESOURCES)), 1, oso_share=0.05)

    assert result.differences > 0
    assert " says " in result.examples[0]


async def test_a_random_world_leaves_nothing_behind(database):
    for _ in range(2):  # the second would violate unique constraints if the first remained
        async with loaded_random_world(database, 3):
            pass

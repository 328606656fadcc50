"""Random policies mean the same in SQL, in Python and in Oso."""

import pytest

from authz.backends.oso import Reference
from authz.load_policy import compile_text
from authz.policy import Policy
from authz.verify.random_policies import CONSTRUCTS, random_policy
from authz.verify.run import compare_in_world, compare_random_policies
from authz.verify.verifier import Result, Verifier
from store.db.registry import RESOURCES, AccessToken, License

WORLDS, NIGHTLY, POLICIES = range(5), range(25), 12
OSO_SHARE = 0.05


async def test_random_policies_mean_the_same_everywhere(database, nightly):
    worlds = NIGHTLY if nightly else WORLDS
    total, constructs, rejected = Result(), set(), 0
    for seed in worlds:
        policies = (random_policy(seed * POLICIES + number) for number in range(POLICIES))
        async for result, policy in compare_random_policies(database, seed, policies, oso_share=OSO_SHARE):
            assert result.examples == [], policy.compiled.text
            total += result
            constructs |= policy.constructs
            rejected += policy.rejected

    print(
        f"{len(worlds) * POLICIES} policies ({rejected} were rejected), {total.triples} triples,"
        f" {total.asked_of_oso} asked of Oso, {total.allowed} allowed, {total.differences} differences"
    )
    assert constructs == CONSTRUCTS
    assert total.triples > 15_000
    assert 0.1 < total.allowed / total.triples < 0.9


def test_the_same_seed_writes_the_same_policy():
    assert random_policy(5).compiled.text == random_policy(5).compiled.text
    assert random_policy(5).compiled.text != random_policy(6).compiled.text


# Cases in which SQL, Python and Oso are likely to differ.
CORNERS = {
    "an account without a home group has no related row": (License, "user.home_group != nil and _g = user.home_group"),
    "a nullable relationship of the actor, tested by a pattern": (
        License,
        "user.home_group matches Group{is_internal: false}",
    ),
    "a negated membership is another one than the one that was found": (
        License,
        'mine in user.memberships and not (_other in user.memberships and _other.group = mine.group and _other.role = "ADMIN")',
    ),
    "two memberships of one person": (
        License,
        'a in user.memberships and b in user.memberships and a != b and a.role = "ADMIN" and b.role = "MEMBER"',
    ),
    "a condition on the actor alone is negated": (License, "not user.is_isv_admin = true"),
    "a setting is negated": (License, "not user.portal.members_may_activate = true"),
    "a setting is negated together with a row": (
        License,
        'not (user.portal.members_may_activate = true and license.visibility = "PUBLIC")',
    ),
    "a condition on the actor is negated together with its rows": (
        License,
        "not (user.is_isv_admin = false and _m in user.memberships)",
    ),
    "the owner of a row has no related rows": (AccessToken, "token.user = user and not _m in token.user.memberships"),
    "the owner of a row, by another name": (AccessToken, 'token.user = user and token.user.kind = "HUMAN"'),
    "a negation is negated": (License, "not (not license.auto_renew = true)"),
    "inequality of a nullable column": (License, 'license.period != "P1M"'),
    "neither one nor the other": (License, "not (license.days = 1 or license.days = 2)"),
    "nil is not a resource": (License, "license.owner_group matches Resource"),
    "equality with a nullable column": (License, "license.days = license.quantity"),
    "a row in a relationship of a row that was found": (
        License,
        'c in license.product.categories and license.product in c.products and c.name = "category 0"',
    ),
}


@pytest.mark.parametrize("name", CORNERS)
async def test_a_corner_means_the_same_everywhere(name, database):
    cls, body = CORNERS[name]
    row = "token" if cls is AccessToken else "license"
    user, row = "user" if "user" in body else "_user", row if row in body else "_row"
    head = f'has_permission({user}: User, "read", {row}: {cls.__name__})'
    text = f'actor User {{}}\nresource {cls.__name__} {{ permissions = ["read"]; }}\n{head} if {body};\n'
    others = "".join(f"resource {each.__name__} {{ permissions = []; }}\n" for each in RESOURCES if each is not cls)
    verifier = Verifier(Policy(compile_text(text + others)), Reference(text + others, RESOURCES))

    result = Result()
    for seed in range(2, 5):
        result += await compare_in_world(database, verifier, seed, oso_share=0.5)

    assert result.examples == []
    assert len(result.answers) == 2, "the worlds leave only one answer"

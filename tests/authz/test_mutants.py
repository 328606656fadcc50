"""Every single fault of the policy is noticed: a condition that is lost, negated or changed gives a different answer."""

from authz.verify.mutants import mutants_of
from authz.verify.witnesses import unnoticed_mutants
from store.db.registry import Activation, User


def test_every_mutant_of_the_policy_is_noticed(policy):
    count, unnoticed = unnoticed_mutants(policy.compiled.predicates, actor=User)

    print(f"{count} mutants, {len(unnoticed)} of them unnoticed")
    assert count > 3000
    assert unnoticed == []


def test_every_kind_of_fault_is_made(policy):
    predicate = policy.compiled.permissions[Activation, "create"]
    descriptions = " ".join(each.description for each in mutants_of(predicate))

    for kind in (
        "without disjunct",
        "without Compare",
        "'!='",
        "MEMBER",
        "without SameRow",
        "owner_group'",
        "values=('DONGLE',)",
    ):
        assert kind in descriptions, kind

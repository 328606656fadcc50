"""A policy with a single fault gives itself away: no condition of a rule can be lost, turned round or bent unnoticed."""

from authz.verify.mutants import mutants_of
from authz.verify.witnesses import living
from store.users import User


def test_every_fault_in_the_compiled_policy_is_noticed(policy):
    plans = [*policy.compiled.plans.values(), *policy.compiled.fields.values()]
    made, alive = living(plans, actor=User)

    print(f"{made} mutants, {len(alive)} of them alive")
    assert made > 3000
    assert alive == []


def test_each_kind_of_fault_is_made(policy):
    plan = policy.compiled.plans[next(cls for cls in policy.compiled.classes if cls.__name__ == "Activation"), "create"]
    made = " ".join(each.what for each in mutants_of(plan))

    for kind in (
        "without way",
        "without Value",
        "'!='",
        "MEMBER",
        "without Same",
        "owner_group'",
        "values=('DONGLE',)",
    ):
        assert kind in made, kind

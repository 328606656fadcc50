"""Why: the rules of the policy that decide about one thing, for whoever asks about his own rights."""

from dataclasses import replace
from functools import lru_cache
from typing import Any
from uuid import UUID

import strawberry

from authz.backends.sql import SqlCondition
from authz.compiler.guards import folded
from authz.lists.queries import Expression, Projection
from authz.policy import ActorProfile, Policy
from schema.context import Context
from schema.fields.enum_types import closed_set
from store.db.base import Base
from store.errors import BadInput

Decision = closed_set(
    "Decision",
    "What the policy answers.",
    {"allowed": "The viewer may.", "denied": "The viewer may not."},
)


@strawberry.type(description="A rule of the policy.")
class PolicyRule:
    """Where it stands and what it says."""

    place: str = strawberry.field(description="Its file and line.")
    sentence: str = strawberry.field(description="What it says, in the words of the vendor's terms.")


@strawberry.type(description="Why the viewer may do something with a thing, or why not.")
class Explanation:
    """The answer and its rules."""

    decision: Any = strawberry.field(graphql_type=Decision, description="Whether he may.")
    rules: list[PolicyRule] = strawberry.field(
        description="If he may: the rules by which he may. If not: those by which others may.",
    )


async def explain(context: Context, cls: type[Base], id_: UUID, action: str) -> Explanation | None:
    """Ask each way to a permission by itself; None for a row that may not be known, and for one that is not there."""
    view = context.access.view
    policy = view.policy
    if action not in policy.actions(cls):
        raise BadInput(f"there is no {action.upper()} on {cls.__name__}")
    actor = await view.actor()
    if actor is None:
        return None
    plan = policy.compiled.plans[cls, action]
    ways = _ways(policy, cls, action, policy.actor_profile(actor))
    rows = await view.many(cls, [id_], Projection(expressions=frozenset(ways), can=frozenset({action})))
    if id_ not in rows:
        return None
    allowed: bool = getattr(rows[id_], f"can_{action}")
    open_ways = [
        each for way, each in zip(ways, plan.disjuncts, strict=True) if getattr(rows[id_], way.name) or not allowed
    ]
    places = dict.fromkeys(place for each in open_ways for place in each.chain)
    rules = {place: policy.compiled.rule_at(place) for place in places}
    said = [
        PolicyRule(place=str(place), sentence=rule.sentence) for place, rule in rules.items() if rule and rule.sentence
    ]
    return Explanation(decision="allowed" if allowed else "denied", rules=said)


@lru_cache(maxsize=1000)
def _ways(policy: Policy, cls: type[Base], action: str, shade: ActorProfile) -> tuple[Expression, ...]:
    """For each way to a permission, whether it is open; kept by kind of actor, so that statements are kept too."""
    plan = policy.compiled.plans[cls, action]
    forms = (SqlCondition(cls, folded(replace(plan, disjuncts=(each,)), shade)) for each in plan.disjuncts)
    return tuple(Expression(f"way_{number}_", each.answer) for number, each in enumerate(forms))

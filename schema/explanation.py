"""The `explain` query: the policy's decision about an action of the viewer, and the rules that led to it."""

from typing import Any
from uuid import UUID

import strawberry

from authz.lists.queries import Expression, Projection
from schema.context import Context
from schema.fields.enum_types import described_enum
from store.db.base import Base
from store.errors import BadInput

Decision = described_enum(
    "Decision",
    "The decision of the access policy about an action.",
    {"allowed": "The viewer may perform the action.", "denied": "The viewer may not perform the action."},
)


@strawberry.type(description="A rule of the access policy.")
class PolicyRule:
    """A rule and where it is defined."""

    place: str = strawberry.field(
        description="The file and line where the rule is defined, such as `policies.polar:101`."
    )
    sentence: str = strawberry.field(
        description="What the rule says, such as `Group administrators can manage their group and every group below it.`"
    )


@strawberry.type(
    name="Explanation", description="Why the access policy allows or denies the viewer an action on an object."
)
class PolicyExplanation:
    """A decision and its rules."""

    decision: Any = strawberry.field(graphql_type=Decision, description="Whether the viewer may perform the action.")
    rules: list[PolicyRule] = strawberry.field(
        description="If the action is allowed: the rules that allow it to the viewer. If it is denied: the rules that "
        "allow it to others."
    )


async def explain(context: Context, cls: type[Base], id_: UUID, action: str) -> PolicyExplanation | None:
    """Evaluate each disjunct of the permission separately; None for an anonymous caller and for a hidden object."""
    view = context.access.view
    policy = view.policy
    if action not in policy.actions(cls):
        raise BadInput(f"there is no action {action.upper()} on {cls.__name__}; see `viewerCan` and `viewerCannot`")
    actor = await view.actor()
    if actor is None:
        return None
    conditions = policy.disjunct_conditions(cls, action, actor)
    expressions = [Expression(f"disjunct_{number}_", each.answer) for number, each in enumerate(conditions)]
    rows = await view.many(cls, [id_], Projection(expressions=frozenset(expressions), can=frozenset({action})))
    if id_ not in rows:
        return None
    row = rows[id_]
    allowed: bool = getattr(row, f"can_{action}")
    disjuncts = [
        disjunct
        for expression, disjunct in zip(expressions, policy.compiled.permissions[cls, action].disjuncts, strict=True)
        if getattr(row, expression.name) or not allowed
    ]
    locations = dict.fromkeys(location for disjunct in disjuncts for location in disjunct.rules)
    rules = {location: policy.compiled.rule_at(location) for location in locations}
    return PolicyExplanation(
        decision="allowed" if allowed else "denied",
        rules=[
            PolicyRule(place=str(location), sentence=rule.description)
            for location, rule in rules.items()
            if rule and rule.description
        ],
    )

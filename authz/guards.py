"""Conditions on the actor alone, settled in Python before any row is looked at."""

import operator
from collections.abc import Callable, Iterable
from typing import Any

from authz.ir import Atom, Conjunction, Context, OneOf, Plan, Value, is_guard

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def guards_of(plans: Iterable[Plan]) -> tuple[Atom, ...]:
    """Every guard of some plans, once, in a stable order."""
    found = {atom for plan in plans for each in plan.disjuncts for atom in each.atoms if is_guard(atom)}
    return tuple(sorted(found, key=repr))


def holds(guard: Atom, actor: Any) -> bool:
    """Whether a guard holds for an actor."""
    match guard:
        case Context(record, name, op, value):
            return _COMPARE[op](getattr(getattr(actor, record), name), value)
        case Value(_, column, op, value):
            return _COMPARE[op](getattr(actor, column), value)
        case OneOf(_, column, values):
            return getattr(actor, column) in values
        case _:
            message = f"{guard} is no guard"
            raise TypeError(message)


def folded(plan: Plan, true: frozenset[Atom]) -> tuple[Conjunction, ...]:
    """What is left of a plan for an actor whose true guards these are; an empty conjunction means: always."""
    left: list[Conjunction] = []
    for each in plan.disjuncts:
        guards = [atom for atom in each.atoms if is_guard(atom)]
        if all(atom in true for atom in guards):
            rest = tuple(atom for atom in each.atoms if not is_guard(atom))
            left.append(Conjunction(rest, each.classes, each.chain))
    if any(not each.atoms for each in left):
        return (Conjunction((), ()),)
    kept: list[Conjunction] = []
    for each in sorted(left, key=lambda conjunction: len(conjunction.atoms)):
        if not any(set(each.atoms) >= set(other.atoms) for other in kept):
            kept.append(each)
    return tuple(kept)

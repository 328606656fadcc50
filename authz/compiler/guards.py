"""Conditions on the actor alone, settled in Python before any row is looked at."""

import operator
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from authz.compiler.ir import Atom, Conjunction, Context, None_, OneOf, Plan, Value, is_guard

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
    found = {atom for plan in plans for each in plan.disjuncts for atom in _guards_in(each)}
    return tuple(sorted(found, key=repr))


def _guards_in(conjunction: Conjunction) -> Iterator[Atom]:
    for atom in conjunction.atoms:
        if is_guard(atom):
            yield atom
        elif isinstance(atom, None_):
            for each in atom.of:
                yield from _guards_in(each)


def holds(guard: Atom, actor: Any) -> bool:
    """Whether a guard holds for an actor."""
    match guard:
        case Context(record, name, op, value):
            return _compared(getattr(getattr(actor, record), name), op, value)
        case Value(_, column, op, value):
            return _compared(getattr(actor, column), op, value)
        case OneOf(_, column, values):
            return getattr(actor, column) in values
        case _:
            message = f"{guard} is no guard"
            raise TypeError(message)


def _compared(known: Any, op: str, value: Any) -> bool:
    if known is None and op not in {"=", "!="}:
        return False  # another guard of the same conjunction says that it is not nil
    return _COMPARE[op](known, value)


def folded(plan: Plan, true: frozenset[Atom]) -> tuple[Conjunction, ...]:
    """What is left of a plan for an actor whose true guards these are; an empty conjunction means: always."""
    return _simplest(_left_of(plan.disjuncts, true))


def _left_of(conjunctions: tuple[Conjunction, ...], true: frozenset[Atom]) -> list[Conjunction]:
    left: list[Conjunction] = []
    for each in conjunctions:
        atoms = _without_guards(each.atoms, true)
        if atoms is not None:
            left.append(Conjunction(atoms, each.classes, each.chain))
    return left


def _without_guards(atoms: tuple[Atom, ...], true: frozenset[Atom]) -> tuple[Atom, ...] | None:
    """The atoms that a row has to be asked; None where the guards have already said no."""
    rest: list[Atom] = []
    for atom in atoms:
        if is_guard(atom):
            if atom not in true:
                return None
        elif isinstance(atom, None_):
            denied = _left_of(atom.of, true)
            if any(not each.atoms for each in denied):
                return None
            if denied:
                rest.append(None_(tuple(denied)))
        else:
            rest.append(atom)
    return tuple(rest)


def _simplest(conjunctions: list[Conjunction]) -> tuple[Conjunction, ...]:
    """Without what asks for more than another one does."""
    if any(not each.atoms for each in conjunctions):
        return (Conjunction((), ()),)
    kept: list[Conjunction] = []
    for each in sorted(conjunctions, key=lambda conjunction: len(conjunction.atoms)):
        if not any(set(each.atoms) >= set(other.atoms) for other in kept):
            kept.append(each)
    return tuple(kept)

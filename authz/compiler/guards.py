"""Guards: conditions on the actor alone, decided in Python before any row is read."""

from collections.abc import Iterable, Iterator
from typing import Any

from authz.compiler.ir import (
    Atom,
    Compare,
    CompareSetting,
    Conjunction,
    In,
    NotExists,
    Predicate,
    is_guard,
    without_redundant,
)


def guards_of(predicates: Iterable[Predicate]) -> tuple[Atom, ...]:
    """The guards of some predicates, each once, in a stable order."""
    guards = {guard for predicate in predicates for disjunct in predicate.disjuncts for guard in _guards_in(disjunct)}
    return tuple(sorted(guards, key=repr))


def _guards_in(conjunction: Conjunction) -> Iterator[Atom]:
    for atom in conjunction.atoms:
        if is_guard(atom):
            yield atom
        elif isinstance(atom, NotExists):
            for part in atom.conjunctions:
                yield from _guards_in(part)


def holds(guard: Atom, actor: Any) -> bool:
    """Whether a guard holds for an actor."""
    match guard:
        case CompareSetting(record, name, operator, value):
            return operator.holds(getattr(getattr(actor, record), name), value)
        case Compare(_, column, operator, value):
            return operator.holds(getattr(actor, column), value)
        case In(_, column, values):
            return getattr(actor, column) in values
        case _:
            message = f"{guard} is not a guard"
            raise TypeError(message)


def fold(predicate: Predicate, true: frozenset[Atom]) -> tuple[Conjunction, ...]:
    """What is left of a predicate for an actor for whom exactly these guards hold; an empty conjunction always holds."""
    return without_redundant(_fold(predicate.disjuncts, true))


def _fold(conjunctions: tuple[Conjunction, ...], true: frozenset[Atom]) -> Iterator[Conjunction]:
    for conjunction in conjunctions:
        atoms = _without_guards(conjunction.atoms, true)
        if atoms is not None:
            yield Conjunction(atoms, conjunction.classes, conjunction.rules)


def _without_guards(atoms: tuple[Atom, ...], true: frozenset[Atom]) -> tuple[Atom, ...] | None:
    """The atoms about rows; None if the guards make the conjunction false."""
    rest: list[Atom] = []
    for atom in atoms:
        if is_guard(atom):
            if atom not in true:
                return None
        elif isinstance(atom, NotExists):
            denied = tuple(_fold(atom.conjunctions, true))
            if any(not conjunction.atoms for conjunction in denied):
                return None
            if denied:
                rest.append(NotExists(denied))
        else:
            rest.append(atom)
    return tuple(rest)

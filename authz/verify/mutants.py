"""Policies that are wrong in one place: whoever compares answers has to notice every one of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from authz.compiler.ir import Among, Atom, Columns, Conjunction, Context, None_, One, OneOf, Plan, Same, Value, rows_of

_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", "<=": ">", ">": "<="}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A plan with one fault, and what was done to it."""

    plan: Plan
    what: str
    right: Conjunction
    """The way that was touched, as it was."""
    wrong: Conjunction | None = None
    """As it is now; None where it was forgotten."""
    lost: Atom | None = None
    """The condition that it asked and no longer asks."""


def mutants_of(plan: Plan) -> Iterator[Mutant]:
    """Each plan that differs from this one in a single place.

    A way to be allowed is forgotten; a condition is forgotten or turned round; a constant is another one; a list of
    constants is one short; a link leads to another neighbour of the same kind.
    """
    for at, way in enumerate(plan.disjuncts):
        before, after = plan.disjuncts[:at], plan.disjuncts[at + 1 :]
        if before or after:
            yield Mutant(replace(plan, disjuncts=before + after), f"without way {at}", way)
        for what, wrong, lost in _wrong(way):
            yield Mutant(replace(plan, disjuncts=(*before, wrong, *after)), f"way {at}: {what}", way, wrong, lost)


def _wrong(way: Conjunction) -> Iterator[tuple[str, Conjunction, Atom]]:
    for at, atom in enumerate(way.atoms):
        before, after = way.atoms[:at], way.atoms[at + 1 :]
        if _says_something(atom, (*before, *after)):
            yield f"without {atom}", replace(way, atoms=before + after), atom
        for other in _others(atom, way):
            yield f"{other} for {atom}", replace(way, atoms=(*before, other, *after)), atom


def _says_something(atom: Atom, others: tuple[Atom, ...]) -> bool:
    """Whether a condition can be missed by itself: a row that others speak of, or a link that others follow, cannot."""
    match atom:
        case One():
            return False  # there is a neighbour behind every link that is set
        case Among(row=row):
            return all(row not in rows_of(each) for each in others)
        case Value(row=row, column=column, operator="!=", value=None):
            return not any(_follows(each, row, column) for each in others)
        case _:
            return True


def _follows(atom: Atom, row: str, column: str) -> bool:
    """Whether a condition holds only where this column is set."""
    match atom:
        case One(of, relation, _):
            return of == row and column in (relation, f"{relation}_id")
        case Columns(left, "=", right):
            return (row, column) in (left, right)
        case _:
            return False


def _others(atom: Atom, way: Conjunction) -> Iterator[Atom]:
    match atom:
        case Value(value=value):
            yield replace(atom, operator=_OPPOSITE[atom.operator])
            yield from (replace(atom, value=each) for each in _constants(way.cls[atom.row], atom.column, value))
        case Context():
            yield replace(atom, operator=_OPPOSITE[atom.operator])
        case Columns():
            yield replace(atom, operator=_OPPOSITE[atom.operator])
        case OneOf(values=values):
            yield from (replace(atom, values=values[:at] + values[at + 1 :]) for at in range(len(values)))
        case One() | Among():
            yield from (replace(atom, relation=each) for each in _relations(atom, way))
        case None_(of):
            yield from (None_(of[:at] + of[at + 1 :]) for at in range(len(of)) if len(of) > 1)
        case Same():
            pass  # it can only be forgotten


def _constants(cls: type[Any], column: str, value: Any) -> Iterator[Any]:
    """The other members of a closed set, written as the constant is."""
    kind = sa.inspect(cls).column_attrs[column].columns[0].type
    if isinstance(kind, sa.Enum) and kind.enum_class is not None:
        yield from (type(value)(each.value) for each in kind.enum_class if each != value)


def _relations(atom: One | Among, way: Conjunction) -> Iterator[str]:
    relations = sa.inspect(way.cls[atom.of]).relationships
    asked = relations[atom.relation]
    for each in relations:
        if each.key != atom.relation and each.mapper is asked.mapper and each.uselist == asked.uselist:
            yield each.key

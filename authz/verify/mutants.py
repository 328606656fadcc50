"""Predicates with a single fault: whatever compares answers must notice every one of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from authz.compiler.ir import (
    Atom,
    Compare,
    CompareColumns,
    CompareSetting,
    Conjunction,
    In,
    NotExists,
    Predicate,
    SameRow,
    ToMany,
    ToOne,
    rows_of,
)
from authz.compiler.operators import EQUAL, NOT_EQUAL


@dataclass(frozen=True, slots=True)
class Mutant:
    """A predicate with one fault."""

    predicate: Predicate
    description: str
    original: Conjunction
    """The disjunct that was changed."""
    changed: Conjunction | None = None
    """What it was changed to; None if it was removed."""
    lost: Atom | None = None
    """The condition that it no longer has."""


def mutants_of(predicate: Predicate) -> Iterator[Mutant]:
    """Every predicate that differs from this one in a single place.

    A disjunct is removed; a condition is removed or negated; a constant is replaced; a list of constants is shortened; a link
    leads over another relationship to the same class.
    """
    for position, disjunct in enumerate(predicate.disjuncts):
        before, after = predicate.disjuncts[:position], predicate.disjuncts[position + 1 :]
        if before or after:
            without = replace(predicate, disjuncts=before + after)
            yield Mutant(without, f"without disjunct {position}", disjunct)
        for description, changed, lost in _changes(disjunct):
            mutated = replace(predicate, disjuncts=(*before, changed, *after))
            yield Mutant(mutated, f"disjunct {position}: {description}", disjunct, changed, lost)


def _changes(disjunct: Conjunction) -> Iterator[tuple[str, Conjunction, Atom]]:
    for position, atom in enumerate(disjunct.atoms):
        before, after = disjunct.atoms[:position], disjunct.atoms[position + 1 :]
        if _has_effect(atom, (*before, *after)):
            yield f"without {atom}", replace(disjunct, atoms=before + after), atom
        for other in _replacements(atom, disjunct):
            yield f"{other} for {atom}", replace(disjunct, atoms=(*before, other, *after)), atom


def _has_effect(atom: Atom, others: tuple[Atom, ...]) -> bool:
    """Whether the predicate can differ without an atom: not if the others need its row or imply its condition."""
    match atom:
        case ToOne():
            return False  # the others use the row behind it, or the relationship is never nil
        case ToMany(row=row):
            return all(row not in rows_of(other) for other in others)
        case Compare(row=row, column=column, operator=operator, value=None) if operator is NOT_EQUAL:
            return not any(_excludes_nil(other, row, column) for other in others)
        case _:
            return True


def _excludes_nil(atom: Atom, row: str, column: str) -> bool:
    match atom:
        case ToOne(source, relationship):
            return source == row and column in (relationship, f"{relationship}_id")
        case CompareColumns(left, operator, right) if operator is EQUAL:
            return (row, column) in (left, right)
        case _:
            return False


def _replacements(atom: Atom, disjunct: Conjunction) -> Iterator[Atom]:
    match atom:
        case Compare(row, column, operator, value):
            yield replace(atom, operator=operator.opposite)
            yield from (replace(atom, value=other) for other in _other_choices(disjunct.class_of[row], column, value))
        case CompareSetting() | CompareColumns():
            yield replace(atom, operator=atom.operator.opposite)
        case In(values=values):
            yield from (replace(atom, values=values[:at] + values[at + 1 :]) for at in range(len(values)))
        case ToOne() | ToMany():
            yield from (
                replace(atom, relationship=relationship) for relationship in _other_relationships(atom, disjunct)
            )
        case NotExists(conjunctions) if len(conjunctions) > 1:
            yield from (NotExists(conjunctions[:at] + conjunctions[at + 1 :]) for at in range(len(conjunctions)))
        case NotExists() | SameRow():
            pass  # it can only be removed


def _other_choices(cls: type[Any], column: str, value: Any) -> Iterator[Any]:
    """The other values of a column with a closed set of values."""
    type_ = sa.inspect(cls).column_attrs[column].columns[0].type
    if isinstance(type_, sa.Enum) and type_.enum_class is not None:
        yield from (type(value)(member.value) for member in type_.enum_class if member != value)


def _other_relationships(atom: ToOne | ToMany, disjunct: Conjunction) -> Iterator[str]:
    relationships = sa.inspect(disjunct.class_of[atom.source]).relationships
    own = relationships[atom.relationship]
    for relationship in relationships:
        if relationship.key != own.key and relationship.mapper is own.mapper and relationship.uselist == own.uselist:
            yield relationship.key

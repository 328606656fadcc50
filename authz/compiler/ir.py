"""The intermediate representation: for each action on each class a predicate in disjunctive normal form.

It knows nothing of Polar, SQL or Python. A row is named by how it is reached: `actor` and `resource` are given,
`resource.owner_group` is the row behind a to-one relationship, `actor.memberships#1` some row behind a to-many one. Equal
names in one conjunction mean the same row, so a conjunction that contains all atoms of another one is redundant.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import DeclarativeBase

from authz.compiler.operators import Operator
from authz.polar.errors import Location

ACTOR = "actor"
RESOURCE = "resource"


@dataclass(frozen=True, slots=True)
class ToOne:
    """The to-one relationship of `source` is set, and leads to `row`."""

    source: str
    relationship: str
    row: str


@dataclass(frozen=True, slots=True)
class ToMany:
    """`row` is one of the rows behind the to-many relationship of `source`."""

    source: str
    relationship: str
    row: str


@dataclass(frozen=True, slots=True)
class SameRow:
    """Two names mean the same row."""

    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Compare:
    """A column of a row compared with a constant; None is nil."""

    row: str
    column: str
    operator: Operator
    value: Any


@dataclass(frozen=True, slots=True)
class In:
    """A column of a row is one of some constants."""

    row: str
    column: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class CompareColumns:
    """Two columns compared, each given by its row and its name."""

    left: tuple[str, str]
    operator: Operator
    right: tuple[str, str]


@dataclass(frozen=True, slots=True)
class CompareSetting:
    """A setting that the actor carries (`actor.portal.edition`) compared with a constant."""

    record: str
    name: str
    operator: Operator
    value: Any


@dataclass(frozen=True, slots=True)
class NotExists:
    """There are no rows for which one of the conjunctions holds."""

    conjunctions: tuple["Conjunction", ...]


Atom = ToOne | ToMany | SameRow | Compare | In | CompareColumns | CompareSetting | NotExists


@dataclass(frozen=True, slots=True)
class Conjunction:
    """Conditions that hold together.

    `classes` are the rows they refer to with their classes, `rules` the locations of the rules and shorthands that they come
    from, outermost first.
    """

    atoms: tuple[Atom, ...]
    classes: tuple[tuple[str, type[DeclarativeBase]], ...]
    rules: tuple[Location, ...] = ()

    @property
    def class_of(self) -> dict[str, type[DeclarativeBase]]:
        return dict(self.classes)


@dataclass(frozen=True, slots=True)
class Predicate:
    """When an actor may perform an action on a row of a class: if one of the disjuncts holds."""

    action: str
    cls: type[DeclarativeBase]
    disjuncts: tuple[Conjunction, ...]


def is_guard(atom: Atom) -> bool:
    """Whether an atom is about the actor alone, and so can be decided before any row is read."""
    match atom:
        case CompareSetting():
            return True
        case Compare() | In():
            return atom.row == ACTOR
        case _:
            return False


def rows_of(atom: Atom) -> tuple[str, ...]:
    """The rows that an atom refers to."""
    match atom:
        case ToOne() | ToMany():
            return (atom.source, atom.row)
        case SameRow():
            return (atom.left, atom.right)
        case Compare() | In():
            return (atom.row,)
        case CompareColumns():
            return (atom.left[0], atom.right[0])
        case NotExists():
            return tuple(sorted({row for conjunction in atom.conjunctions for row in outer_rows(conjunction)}))
        case CompareSetting():
            return (ACTOR,)


def outer_rows(conjunction: Conjunction) -> set[str]:
    """The rows that a negated conjunction takes from outside."""
    own = {atom.row for atom in conjunction.atoms if isinstance(atom, ToOne | ToMany)}
    return {row for atom in conjunction.atoms for row in rows_of(atom)} - own


def columns_of(atoms: Iterable[Atom]) -> Iterator[tuple[str, str]]:
    """The columns and to-one relationships that atoms read, each after its row."""
    for atom in atoms:
        match atom:
            case Compare() | In():
                yield atom.row, atom.column
            case CompareColumns():
                yield from (atom.left, atom.right)
            case ToOne():
                yield atom.source, atom.relationship
            case _:
                pass


def representatives(atoms: Iterable[Atom]) -> dict[str, str]:
    """For each name in a SameRow the one name that stands for all names of its row."""
    parents: dict[str, str] = {}

    def find(row: str) -> str:
        while parents.get(row, row) != row:
            row = parents[row]
        return row

    for atom in atoms:
        if isinstance(atom, SameRow):
            first, second = sorted(
                (find(atom.left), find(atom.right)), key=lambda row: (row != RESOURCE, row != ACTOR, row)
            )
            parents[second] = first
    return {row: find(row) for row in parents}


def renamed(conjunction: Conjunction, names: Mapping[str, str]) -> Conjunction:
    """The same conjunction with other names for some rows."""
    return replace(conjunction, atoms=tuple(_renamed(atom, names) for atom in conjunction.atoms))


def _renamed(atom: Atom, names: Mapping[str, str]) -> Atom:
    def name(row: str) -> str:
        return names.get(row, row)

    match atom:
        case ToOne() | ToMany():
            return replace(atom, source=name(atom.source), row=name(atom.row))
        case SameRow(left, right):
            return SameRow(name(left), name(right))
        case Compare() | In():
            return replace(atom, row=name(atom.row))
        case CompareColumns(left, operator, right):
            return CompareColumns((name(left[0]), left[1]), operator, (name(right[0]), right[1]))
        case CompareSetting():
            return atom
        case NotExists(conjunctions):
            return NotExists(tuple(renamed(conjunction, names) for conjunction in conjunctions))


def without_redundant(conjunctions: Iterable[Conjunction]) -> tuple[Conjunction, ...]:
    """The shortest conjunctions first, without those that contain all atoms of another one."""
    kept: list[tuple[frozenset[Atom], Conjunction]] = []
    for conjunction in sorted(conjunctions, key=lambda each: len(each.atoms)):
        atoms = frozenset(conjunction.atoms)
        if not any(atoms >= others for others, _ in kept):
            kept.append((atoms, conjunction))
    return tuple(conjunction for _, conjunction in kept)

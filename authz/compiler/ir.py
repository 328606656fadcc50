"""What a policy means: for each action a disjunction of conjunctions over rows, independent of SQL and of Python.

A row is named by how it is reached: `actor` and `resource` are given, `resource.owner_group` is the one row behind a
to-one relationship, `actor.memberships#1` is some row behind a to-many one. Equal names in one conjunction are the same
row, so a conjunction whose conditions are a subset of another's makes the other superfluous.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import DeclarativeBase

from authz.polar.errors import Location

ACTOR = "actor"
RESOURCE = "resource"


@dataclass(frozen=True, slots=True)
class One:
    """`row` is the row behind the to-one relationship of `of`; there is one."""

    of: str
    relation: str
    row: str


@dataclass(frozen=True, slots=True)
class Among:
    """`row` is among the rows behind the to-many relationship of `of`."""

    of: str
    relation: str
    row: str


@dataclass(frozen=True, slots=True)
class Same:
    """The two rows are one."""

    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Value:
    """A column of a row compared with a constant; `operator` is one of = != < <= > >=, and None means nil."""

    row: str
    column: str
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class OneOf:
    """A column of a row is one of some constants."""

    row: str
    column: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Two columns compared."""

    left: tuple[str, str]
    operator: str
    right: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Context:
    """A setting around the actor (`actor.portal.edition`) compared with a constant."""

    record: str
    name: str
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class None_:  # noqa: N801 - None is taken
    """No choice of further rows makes one of the conjunctions hold."""

    of: tuple["Conjunction", ...]


Atom = One | Among | Same | Value | OneOf | Columns | Context | None_


@dataclass(frozen=True, slots=True)
class Conjunction:
    """Conditions that hold together, the classes of the rows they speak of, and the rules that say so, outermost first."""

    atoms: tuple[Atom, ...]
    classes: tuple[tuple[str, type[DeclarativeBase]], ...]
    chain: tuple[Location, ...] = ()

    @property
    def cls(self) -> dict[str, type[DeclarativeBase]]:
        return dict(self.classes)


@dataclass(frozen=True, slots=True)
class Plan:
    """Who may do one thing to one class of rows: whoever satisfies one of the conjunctions."""

    action: str
    cls: type[DeclarativeBase]
    disjuncts: tuple[Conjunction, ...]


def is_guard(atom: Atom) -> bool:
    """A condition on the actor alone: settled before any row is looked at."""
    match atom:
        case Context():
            return True
        case Value() | OneOf():
            return atom.row == ACTOR
        case _:
            return False


def rows_of(atom: Atom) -> tuple[str, ...]:
    """The rows an atom speaks of."""
    match atom:
        case One() | Among():
            return (atom.of, atom.row)
        case Same():
            return (atom.left, atom.right)
        case Value() | OneOf():
            return (atom.row,)
        case Columns():
            return (atom.left[0], atom.right[0])
        case None_():
            given = {row for each in atom.of for row in outer_rows(each)}
            return tuple(sorted(given))
        case Context():
            return (ACTOR,)


def outer_rows(conjunction: Conjunction) -> set[str]:
    """The rows that a negated conjunction takes from outside."""
    own = {atom.row for atom in conjunction.atoms if isinstance(atom, One | Among)}
    return {row for atom in conjunction.atoms for row in rows_of(atom)} - own


def united(atoms: Iterable[Atom]) -> dict[str, str]:
    """For each row that is said to be another one, the one name that all of them go by."""
    leader: dict[str, str] = {}

    def lead(row: str) -> str:
        while leader.get(row, row) != row:
            row = leader[row]
        return row

    for atom in atoms:
        if isinstance(atom, Same):
            left, right = sorted(
                (lead(atom.left), lead(atom.right)),
                key=lambda row: (row != RESOURCE, row != ACTOR, row),
            )
            leader[right] = left
    return {row: lead(row) for row in leader}


def columns_of(atoms: Iterable[Atom]) -> Iterator[tuple[str, str]]:
    """The columns that are looked at, by row: where a relationship is followed, the relationship."""
    for atom in atoms:
        match atom:
            case Value() | OneOf():
                yield atom.row, atom.column
            case Columns():
                yield from (atom.left, atom.right)
            case One():
                yield atom.of, atom.relation
            case _:
                pass


def renamed(conjunction: Conjunction, names: Mapping[str, str]) -> Conjunction:
    """The same, with other names for some rows."""
    return replace(conjunction, atoms=tuple(_renamed(atom, names) for atom in conjunction.atoms))


def _renamed(atom: Atom, names: Mapping[str, str]) -> Atom:
    def name(row: str) -> str:
        return names.get(row, row)

    match atom:
        case One(of, relation, row):
            return One(name(of), relation, name(row))
        case Among(of, relation, row):
            return Among(name(of), relation, name(row))
        case Same(left, right):
            return Same(name(left), name(right))
        case Value() | OneOf():
            return replace(atom, row=name(atom.row))
        case Columns(left, operator, right):
            return Columns((name(left[0]), left[1]), operator, (name(right[0]), right[1]))
        case Context():
            return atom
        case None_(of):
            return None_(tuple(renamed(each, names) for each in of))

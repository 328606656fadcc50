"""What a term of a rule stands for while the rule is unfolded."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import DeclarativeBase

from authz.compiler.ir import Atom, OneOf, Value
from authz.compiler.vocabulary import Scalar


@dataclass(frozen=True, slots=True)
class Row:
    """A row; `hop` names the relationship that may be nil, until something has made sure that it is not."""

    name: str
    cls: type[DeclarativeBase]
    hop: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A column of a row."""

    row: str
    column: str
    cls: type[DeclarativeBase]


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows behind a to-many relationship."""

    of: str
    relation: str
    cls: type[DeclarativeBase]


@dataclass(frozen=True, slots=True)
class Around:
    """The settings around the actor."""

    record: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One of the settings around the actor."""

    record: str
    name: str
    scalar: Scalar


@dataclass(frozen=True, slots=True)
class Known:
    """A constant."""

    value: Any


@dataclass(frozen=True, slots=True)
class Free:
    """A name that stands for nothing yet."""

    name: str


Meaning = Row | Cell | Rows | Around | Setting | Known | Free


@dataclass(frozen=True, slots=True)
class State:
    """What holds so far on one way through the rules."""

    atoms: tuple[Atom, ...] = ()
    classes: tuple[tuple[str, type[DeclarativeBase]], ...] = ()
    not_nil: frozenset[tuple[str, str]] = frozenset()
    chain: tuple[Any, ...] = ()

    def having(self, atom: Atom) -> "State | None":
        """With one condition more; None where that can never hold."""
        if atom in self.atoms:
            return self
        if isinstance(atom, Value | OneOf) and not _possible(self.atoms, atom):
            return None
        return replace(self, atoms=(*self.atoms, atom))

    def with_row(self, name: str, cls: type[DeclarativeBase]) -> "State":
        return self if (name, cls) in self.classes else replace(self, classes=(*self.classes, (name, cls)))

    def sure(self, what: tuple[str, str]) -> "State":
        return replace(self, not_nil=self.not_nil | {what})

    def next_row(self, of: str, relation: str) -> str:
        """A name for some row behind a to-many relationship, that no other row has, inside a `not` or outside."""
        start = f"{of}.{relation}#"
        taken = sum(name.startswith(start) and name[len(start) :].isdigit() for name, _ in self.classes)
        return f"{start}{taken + 1}"


def _possible(atoms: tuple[Atom, ...], added: Value | OneOf) -> bool:
    allowed = _allowed(added)
    if allowed is None:
        return True
    for each in atoms:
        if isinstance(each, Value | OneOf) and (each.row, each.column) == (added.row, added.column):
            others = _allowed(each)
            if others is not None and not allowed & others:
                return False
    return True


def _allowed(atom: Value | OneOf) -> frozenset[Any] | None:
    """The values that an atom leaves, where they can be counted; paired with their type, for True is not 1."""
    if isinstance(atom, OneOf):
        return frozenset((type(each), each) for each in atom.values)
    return frozenset({(type(atom.value), atom.value)}) if atom.operator == "=" else None

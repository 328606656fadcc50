"""One path through the rules: what unfolding a goal starts from, and what it leads to."""

from collections.abc import Mapping
from typing import Any, NamedTuple, NoReturn

from sqlalchemy.orm import DeclarativeBase

from authz.compiler.ir import Atom, Compare, In
from authz.compiler.operators import EQUAL, NOT_EQUAL
from authz.compiler.terms import Ref
from authz.polar.errors import Location, PolicyError

Frame = tuple[object, ...]
"""A call with what identifies it: the rule's name, the classes of its rows and its constants."""


class Derivation(NamedTuple):
    """The conditions that a path has collected, and the rule in which it continues."""

    location: Location
    """The goal that is being unfolded."""
    names: Mapping[str, Ref]
    """The variables of its rule."""
    atoms: tuple[Atom, ...] = ()
    classes: tuple[tuple[str, type[DeclarativeBase]], ...] = ()
    """Every row that the path has reached, with its class."""
    not_nil: frozenset[tuple[str, str]] = frozenset()
    """Columns and relationships, each after its row, that the conditions keep from being nil."""
    rules: tuple[Location, ...] = ()
    """The rules and shorthands that the path has entered, outermost first."""
    calls: tuple[Frame, ...] = ()
    """The calls that have not returned, outermost first."""

    def at(self, location: Location) -> "Derivation":
        return self if location is self.location else self._replace(location=location)

    def having(self, atom: Atom) -> "Derivation | None":
        """With one more condition; None if it contradicts an earlier one."""
        if atom in self.atoms:
            return self
        atoms = _combined(self.atoms, atom) if isinstance(atom, Compare | In) else (*self.atoms, atom)
        return None if atoms is None else self._replace(atoms=atoms)

    def with_row(self, name: str, cls: type[DeclarativeBase]) -> "Derivation":
        return self if (name, cls) in self.classes else self._replace(classes=(*self.classes, (name, cls)))

    def with_not_nil(self, link: tuple[str, str] | None) -> "Derivation":
        return self if link is None or link in self.not_nil else self._replace(not_nil=self.not_nil | {link})

    def may_be_nil(self, link: tuple[str, str] | None) -> bool:
        """Whether a nullable column or relationship has not been tested for nil yet."""
        return link is not None and link not in self.not_nil

    def binding(self, name: str, ref: Ref) -> "Derivation":
        return self._replace(names={**self.names, name: ref})

    def entering(self, location: Location, frame: Frame, names: Mapping[str, Ref]) -> "Derivation":
        """Inside a rule or shorthand that a call leads to."""
        return self._replace(location=location, rules=(*self.rules, location), names=names, calls=(*self.calls, frame))

    def returning(self, caller: "Derivation", names: Mapping[str, Ref]) -> "Derivation":
        """Back in the rule of the caller, with its variables."""
        return self._replace(location=caller.location, names=names, calls=caller.calls)

    def unused_row_name(self, row: str, relationship: str) -> str:
        """A name for some row behind a to-many relationship, different from all others, inside a `not` or outside."""
        prefix = f"{row}.{relationship}#"
        taken = sum(name.startswith(prefix) and name[len(prefix) :].isdigit() for name, _ in self.classes)
        return f"{prefix}{taken + 1}"

    def fail(self, reason: str) -> NoReturn:
        """Reject the policy because of the goal that is being unfolded."""
        raise PolicyError((self.location, reason))


def _combined(atoms: tuple[Atom, ...], added: Compare | In) -> tuple[Atom, ...] | None:
    """The atoms with one more; None if it contradicts them. `x != 1` is left out beside `x = 2`, which implies it."""
    values, excluded = _allowed(added), _excluded(added)
    kept: list[Atom] = []
    for atom in atoms:
        if isinstance(atom, Compare | In) and (atom.row, atom.column) == (added.row, added.column):
            others, other_excluded = _allowed(atom), _excluded(atom)
            if values is not None and others is not None and not values & others:
                return None
            if others is not None and excluded:
                if others <= excluded:
                    return None
                if not others & excluded:
                    return atoms
            if values is not None and other_excluded:
                if values <= other_excluded:
                    return None
                # A test for nil stays: it is what makes an order that follows it safe in Python.
                if not values & other_excluded and (type(None), None) not in other_excluded:
                    continue
        kept.append(atom)
    return (*kept, added)


def _allowed(atom: Compare | In) -> frozenset[Any] | None:
    """The values that an atom allows, each with its type because True equals 1; None if it allows all but some."""
    if isinstance(atom, In):
        return frozenset((type(value), value) for value in atom.values)
    return frozenset({(type(atom.value), atom.value)}) if atom.operator is EQUAL else None


def _excluded(atom: Compare | In) -> frozenset[Any]:
    """The values that an inequality excludes."""
    if isinstance(atom, Compare) and atom.operator is NOT_EQUAL:
        return frozenset({(type(atom.value), atom.value)})
    return frozenset()

"""Facts about rows, as an explanation tells them: what a rule has found, or what it misses."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

Said = tuple[str, str, Any]
"""An attribute, an operator and a constant, some constants, a row, or a Fact about a row that is not there."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What one row says. `row` is None for a row that is not there; it is `among` those behind a relationship of another."""

    cls: type[DeclarativeBase]
    row: Any | None
    said: tuple[Said, ...]
    among: tuple[Any, str] | None = None

    def __str__(self) -> str:
        said = ", ".join(f"{name} {operator} {_named(value)}" for name, operator, value in self.said)
        if self.among is None:
            return f"{_named(self.row, self.cls)}: {said}"
        row = f"a {self.cls.__name__}" if self.row is None else _named(self.row, self.cls)
        return f"{row} among {self.among[1]} of {_named(self.among[0])}" + (f": {said}" if said else "")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Facts that a rule wants not to be there, together."""

    facts: tuple[Fact, ...]

    def __str__(self) -> str:
        return f"not ({'; '.join(map(str, self.facts))})"


def _named(value: Any, cls: type[DeclarativeBase] | None = None) -> str:
    """A row by the name that people know it by; a constant as the policy writes it."""
    match value:
        case None:
            return f"a {cls.__name__}" if cls else "nil"
        case Fact(cls=of, said=said):
            inside = ", ".join(f"{name} {operator} {_named(each)}" for name, operator, each in said)
            return f"a {of.__name__}" + (f" ({inside})" if inside else "")
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case tuple():
            return f"[{', '.join(map(_named, value))}]"
        case DeclarativeBase():
            return known_as(value)
        case _:
            return str(value)


def known_as(row: Any) -> str:
    """By its name, else by the neighbours that are loaded and have one, else by its id."""
    names = (getattr(row, each, None) for each in ("name", "email", "serial"))
    name = next((each for each in names if each), None)
    if name is None:
        to_one = (each.key for each in sa.inspect(type(row)).relationships if not each.uselist)
        neighbours = [vars(row).get(each) for each in to_one]
        named = [
            known_as(each) for each in neighbours if isinstance(each, DeclarativeBase) and getattr(each, "name", None)
        ]
        name = f"({', '.join(named)})" if named else getattr(row, "id", "")
    return f"{type(row).__name__} {name}"

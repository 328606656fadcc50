"""Facts about rows: what an explanation has found, or what it misses."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

Property = tuple[str, str, Any]
"""An attribute, an operator, and a constant, some constants, a row, or a Fact about a row that does not exist."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What one row says.

    `row` is None for a row that does not exist; `member_of` is a row and the relationship that the row is, or would be, behind.
    """

    cls: type[DeclarativeBase]
    row: Any | None
    properties: tuple[Property, ...]
    member_of: tuple[Any, str] | None = None

    def __str__(self) -> str:
        properties = _listed(self.properties)
        if self.member_of is None:
            return f"{_text(self.row, self.cls)}: {properties}"
        row = f"a {self.cls.__name__}" if self.row is None else _text(self.row, self.cls)
        owner, relationship = self.member_of
        return f"{row} among {relationship} of {_text(owner)}" + (f": {properties}" if properties else "")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Facts that together exclude the permission."""

    facts: tuple[Fact, ...]

    def __str__(self) -> str:
        return f"not ({'; '.join(map(str, self.facts))})"


def _listed(properties: tuple[Property, ...]) -> str:
    return ", ".join(f"{name} {operator} {_text(value)}" for name, operator, value in properties)


def _text(value: Any, cls: type[DeclarativeBase] | None = None) -> str:
    """A row by its display name; a constant as the policy writes it."""
    match value:
        case None:
            return f"a {cls.__name__}" if cls else "nil"
        case Fact():
            return f"a {value.cls.__name__}" + (f" ({_listed(value.properties)})" if value.properties else "")
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case tuple():
            return f"[{', '.join(map(_text, value))}]"
        case DeclarativeBase():
            return display_name(value)
        case _:
            return str(value)


def display_name(row: Any) -> str:
    """The class, and the row's name, else the names of its loaded to-one relationships, else its id."""
    names = (getattr(row, attribute, None) for attribute in ("name", "email", "serial"))
    name = next(filter(None, names), None)
    if name is None:
        to_one = (relationship.key for relationship in sa.inspect(type(row)).relationships if not relationship.uselist)
        neighbors = [vars(row).get(key) for key in to_one]
        named = [
            display_name(neighbor)
            for neighbor in neighbors
            if isinstance(neighbor, DeclarativeBase) and getattr(neighbor, "name", None)
        ]
        name = f"({', '.join(named)})" if named else getattr(row, "id", "")
    return f"{type(row).__name__} {name}"

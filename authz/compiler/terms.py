"""What a term of a rule stands for while the rule is compiled: a reference to rows and columns, not to their values."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import DeclarativeBase

from authz.compiler.vocabulary import Scalar


@dataclass(frozen=True, slots=True)
class RowRef:
    """A row. `nullable_link` is the row and relationship that it was reached through, where that relationship may be nil."""

    name: str
    cls: type[DeclarativeBase]
    nullable_link: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ColumnRef:
    """A column of a row."""

    row: str
    column: str
    scalar: Scalar

    @property
    def key(self) -> tuple[str, str]:
        return self.row, self.column


@dataclass(frozen=True, slots=True)
class CollectionRef:
    """The rows behind a to-many relationship."""

    row: str
    relationship: str
    cls: type[DeclarativeBase]


@dataclass(frozen=True, slots=True)
class SettingsRef:
    """A record of settings."""

    record: str


@dataclass(frozen=True, slots=True)
class SettingRef:
    """One setting of a record."""

    record: str
    name: str
    scalar: Scalar


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant."""

    value: Any


@dataclass(frozen=True, slots=True)
class Unbound:
    """A variable without a value."""

    name: str


Ref = RowRef | ColumnRef | CollectionRef | SettingsRef | SettingRef | Literal | Unbound

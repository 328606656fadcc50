"""How a view asks for rows: which ones, in which order, and what each shall carry.

Everything here is hashable, so that one question of one shape is built into SQL once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

PAGE_LIMIT = 100
COUNT_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Expression:
    """A value that SQL computes for a row: `sql(target)` gets the class (or its alias) that the statement reads."""

    name: str
    sql: Callable[[Any], sa.ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class Projection:
    """What each row shall carry besides its id.

    columns: attribute names of the mapped class (those that a field rule protects arrive as None where it says no);
    expressions: computed values; can: actions, each arriving as a bool named `can_<action>`.
    """

    columns: frozenset[str] = frozenset()
    expressions: frozenset[Expression] = frozenset()
    can: frozenset[str] = frozenset()


class Operator(StrEnum):
    """How a filter compares a column with its value."""

    EQUAL = "eq"
    NOT_EQUAL = "ne"
    IN = "in"
    LESS = "lt"
    AT_MOST = "le"
    MORE = "gt"
    AT_LEAST = "ge"
    IS_NULL = "is_null"  # the value is True or False
    CONTAINS = "contains"  # case-insensitive part of a text
    STARTS_WITH = "starts_with"


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter on a column of the class, or on a column of a to-one neighbour (`path` of relationship names).

    A condition on a neighbour holds only where the viewer may read the neighbour: otherwise a filter would tell
    what the field hides.
    """

    column: str
    compare: Operator
    value: Any
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SortOrder:
    """A column of the class and its direction; the id always decides last, in the same direction. Never a nullable column."""

    column: str = "created_at"
    descending: bool = True


@dataclass(frozen=True, slots=True)
class PageQuery:
    """A page of a list: the first `first` rows behind the row that `after` names (values of the order, then the id)."""

    first: int = 50
    after: tuple[Any, UUID] | None = None
    where: tuple[Filter, ...] = ()
    order: SortOrder = field(default_factory=SortOrder)


@dataclass(frozen=True, slots=True)
class ParentLink:
    """How the rows of a nested list refer to their parents.

    `parent_column` holds the parent's id, in the listed class or, for many-to-many, in the association table; `row_column`
    is that table's column with the listed row's id, and None where there is no association table.
    """

    parent_column: InstrumentedAttribute[Any] | sa.Column[Any]
    row_column: InstrumentedAttribute[Any] | sa.Column[Any] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in order, and whether there are more behind them."""

    rows: Sequence[Any]
    has_next: bool


Statement = sa.Select[*tuple[Any, ...]]

# A row is what SQLAlchemy Core returns: attribute access by the wanted names (`row.id`, `row.quantity`, `row.can_assign`).
Row = Any

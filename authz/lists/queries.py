"""What a view is asked for: which rows, in which order, and what each row carries.

All of it is hashable, so that the statement for one shape of a question is built once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from authz.gate.actor import Actor
from store.db.base import Base

PAGE_LIMIT = 100
COUNT_LIMIT = 2000

Statement = sa.Select[*tuple[Any, ...]]

# A row is what SQLAlchemy Core returns: attribute access by the names of the projection (`row.id`, `row.can_assign`).
Row = Any


@dataclass(frozen=True, slots=True)
class Expression:
    """A value that SQL computes for a row: `sql(target)` gets the class, or its alias, that the statement reads."""

    name: str
    sql: Callable[[Any], sa.ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class Projection:
    """What each row carries besides its id.

    columns: attribute names of the mapped class (a column that a field rule hides from the viewer is None);
    expressions: computed values; can: actions, each as a bool named `can_<action>`.
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
    CONTAINS = "contains"  # case-insensitive substring
    STARTS_WITH = "starts_with"


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter on a column of the class, or on a column of a to-one neighbor (`path` of relationship names).

    A filter on a neighbor matches only where the viewer may read the neighbor: otherwise it would reveal what the field
    hides.
    """

    column: str
    operator: Operator
    value: Any
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SortOrder:
    """A column of the class, never nullable, and its direction; ties are broken by the id, in the same direction."""

    column: str = "created_at"
    descending: bool = True


@dataclass(frozen=True, slots=True)
class PageQuery:
    """A page of a list: the first `first` rows after the row that `after` names (its value of the order, then its id)."""

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
class ListRequest:
    """A list of the rows of a class that an actor may do something to."""

    cls: type[Base]
    to: str
    actor: Actor
    query: PageQuery = field(default_factory=PageQuery)
    projection: Projection = field(default_factory=Projection)
    link: ParentLink | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in order, and whether more rows follow."""

    rows: Sequence[Any]
    has_next: bool

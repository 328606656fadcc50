"""The comparison operators of Polar: one table for the compiler, the backends, the explanations and the verification."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

COMPARABLE = (str, int, bool, datetime, UUID)
"""Types of columns that SQL and Python test for equality alike."""
ORDERED = (int, datetime)
"""Types of columns that SQL and Python order alike: texts depend on the collation of the database."""


@dataclass(frozen=True, slots=True, eq=False)
class Operator:
    """A comparison of two values.

    `symbol` is how Polar writes it and `python` how Python does; `compare` and `sql` apply it to Python values and to
    SQLAlchemy columns; `types` are the column types that it accepts. Use the properties `mirror` and `opposite`.
    """

    symbol: str
    python: str
    compare: Callable[[Any, Any], bool]
    sql: Callable[[Any, Any], Any]
    types: tuple[type, ...]
    mirror_symbol: str
    opposite_symbol: str

    def __repr__(self) -> str:
        return repr(self.symbol)

    def __str__(self) -> str:
        return self.symbol

    @property
    def mirror(self) -> "Operator":
        """The operator for the same comparison with its sides swapped: `>` for `<`."""
        return OPERATORS[self.mirror_symbol]

    @property
    def opposite(self) -> "Operator":
        """The operator that holds exactly where this one does not: `>=` for `<`."""
        return OPERATORS[self.opposite_symbol]

    @property
    def is_order(self) -> bool:
        """Whether it compares by order; nil has no order."""
        return self.types is ORDERED

    def holds(self, left: Any, right: Any) -> bool:
        """Whether it holds for two Python values; an order never holds for None."""
        if self.is_order and (left is None or right is None):
            return False
        return self.compare(left, right)

    def in_python(self, left: str, right: str | None) -> str:
        """The comparison of two expressions as Python source; no right side means nil."""
        if right is None:
            return f"{left} is None" if self is EQUAL else f"{left} is not None"
        return f"{left} {self.python} {right}"

    def in_sql(self, column: Any, value: Any) -> Any:
        """The comparison of a column with another SQL expression, or with nil where the value is None."""
        if value is None:
            return column.is_(None) if self is EQUAL else column.is_not(None)
        return self.sql(column, value)


def _distinct(column: Any, value: Any) -> Any:
    return column.is_distinct_from(value)  # in Polar nil differs from every value; `<>` would be NULL


EQUAL = Operator("=", "==", operator.eq, operator.eq, COMPARABLE, "=", "!=")
NOT_EQUAL = Operator("!=", "!=", operator.ne, _distinct, COMPARABLE, "!=", "=")
LESS = Operator("<", "<", operator.lt, operator.lt, ORDERED, ">", ">=")
AT_MOST = Operator("<=", "<=", operator.le, operator.le, ORDERED, ">=", ">")
GREATER = Operator(">", ">", operator.gt, operator.gt, ORDERED, "<", "<=")
AT_LEAST = Operator(">=", ">=", operator.ge, operator.ge, ORDERED, "<=", "<")

_ALL = (EQUAL, NOT_EQUAL, LESS, AT_MOST, GREATER, AT_LEAST)
OPERATORS: Mapping[str, Operator] = MappingProxyType({operator_.symbol: operator_ for operator_ in _ALL})
"""Every operator by its symbol."""


def identical(left: object, right: object) -> bool:
    """Whether two constants are equal in Polar, where True is not 1."""
    return type(left) is type(right) and left == right

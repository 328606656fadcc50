"""Filters, orders and cursors as SQL. Values are always bound, so that queries of one shape share one statement."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from authz.lists.queries import Filter, Operator, PageQuery, SortOrder


def values_of(query: PageQuery) -> dict[str, Any]:
    """The bound values of a query: those of its filters by position, and those of its cursor."""
    values = {
        f"where_{n}": _operand(each) for n, each in enumerate(query.where) if each.operator is not Operator.IS_NULL
    }
    if query.after is not None:
        values["after_value"], values["after_id"] = query.after
    return values


def query_shape(query: PageQuery) -> tuple[Any, ...]:
    """A query without its values."""
    where = tuple(
        (each.path, each.column, each.operator, each.value if each.operator is Operator.IS_NULL else None)
        for each in query.where
    )
    return (where, query.order, query.after is not None)


def comparison(column: Any, condition: Filter, position: int) -> Any:
    """One filter on a column; `position` names its bound value."""
    if condition.operator is Operator.IS_NULL:
        return column.is_(None) if condition.value else column.is_not(None)
    name = f"where_{position}"
    value: Any = sa.bindparam(name, type_=column.type)
    match condition.operator:
        case Operator.EQUAL:
            return column == value
        case Operator.NOT_EQUAL:
            return column != value
        case Operator.IN:
            return column == sa.any_(sa.bindparam(name, type_=ARRAY(column.type)))
        case Operator.LESS:
            return column < value
        case Operator.AT_MOST:
            return column <= value
        case Operator.MORE:
            return column > value
        case Operator.AT_LEAST:
            return column >= value
        case Operator.CONTAINS | Operator.STARTS_WITH:
            return column.ilike(sa.bindparam(name, type_=sa.Text), escape="\\")


def _operand(condition: Filter) -> Any:
    match condition.operator:
        case Operator.IN:
            return list(condition.value)
        case Operator.CONTAINS:
            return f"%{_literal(condition.value)}%"
        case Operator.STARTS_WITH:
            return f"{_literal(condition.value)}%"
        case _:
            return condition.value


def _literal(text: str) -> str:
    """Escape a text for LIKE."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def order_column(target: Any, order: SortOrder) -> Any:
    return getattr(target, order.column)


def after_cursor(target: Any, order: SortOrder, *, after: bool) -> tuple[sa.ColumnElement[bool], ...]:
    """The rows after the cursor, by a row comparison that an index answers without reading the rows before it."""
    if not after:
        return ()
    column = order_column(target, order)
    position = sa.tuple_(column, target.id)
    cursor = sa.tuple_(
        sa.bindparam("after_value", type_=column.type),
        sa.bindparam("after_id", type_=sa.Uuid),
        types=[column.type, sa.Uuid()],
    )
    return ((position < cursor) if order.descending else (position > cursor),)


def ordering(target: Any, order: SortOrder) -> tuple[Any, Any]:
    """ORDER BY the column, then the id, in the same direction."""
    column = order_column(target, order)
    return (column.desc(), target.id.desc()) if order.descending else (column.asc(), target.id.asc())

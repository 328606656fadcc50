"""Filters, orders and cursors as SQL: values are always bound, so a question of one shape has one text."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from authz.lists.queries import Filter, Operator, PageQuery, SortOrder


def values_of(query: PageQuery) -> dict[str, Any]:
    """The bound values of a question: those of its filters by their position, and those of its cursor."""
    values = {
        f"where_{n}": _operand(each) for n, each in enumerate(query.where) if each.compare is not Operator.IS_NULL
    }
    if query.after is not None:
        values["after_value"], values["after_id"] = query.after
    return values


def query_shape(query: PageQuery) -> tuple[Any, ...]:
    """Everything of a question but its values."""
    where = tuple(
        (each.path, each.column, each.compare, each.value if each.compare is Operator.IS_NULL else None)
        for each in query.where
    )
    return (where, query.order, query.after is not None)


def comparison(column: Any, query: Filter, position: int) -> Any:
    """One filter over a column."""
    if query.compare is Operator.IS_NULL:
        return column.is_(None) if query.value else column.is_not(None)
    name = f"where_{position}"
    value: Any = sa.bindparam(name, type_=column.type)
    match query.compare:
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


def _operand(query: Filter) -> Any:
    match query.compare:
        case Operator.IN:
            return list(query.value)
        case Operator.CONTAINS:
            return f"%{_literal(query.value)}%"
        case Operator.STARTS_WITH:
            return f"{_literal(query.value)}%"
        case _:
            return query.value


def _literal(text: str) -> str:
    """A text that LIKE takes as it is written."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def order_column(target: Any, order: SortOrder) -> Any:
    return getattr(target, order.column)


def behind_cursor(target: Any, order: SortOrder, *, after: bool) -> tuple[sa.ColumnElement[bool], ...]:
    """Rows after the cursor: a row comparison, which the index answers without reading what came before."""
    if not after:
        return ()
    column = order_column(target, order)
    here = sa.tuple_(column, target.id)
    there = sa.tuple_(
        sa.bindparam("after_value", type_=column.type),
        sa.bindparam("after_id", type_=sa.Uuid),
        types=[column.type, sa.Uuid()],
    )
    return ((here < there) if order.descending else (here > there),)


def ordering(target: Any, order: SortOrder) -> tuple[Any, Any]:
    """The order and the id, in one direction."""
    column = order_column(target, order)
    return (column.desc(), target.id.desc()) if order.descending else (column.asc(), target.id.asc())

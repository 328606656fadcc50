"""Filters, orders and cursors as SQL: values are always bound, so a question of one shape has one text."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from authz.lists.queries import Compare, Condition, Order, PageOf


def values_of(asked: PageOf) -> dict[str, Any]:
    """The bound values of a question: those of its filters by their position, and those of its cursor."""
    values = {f"where_{n}": _operand(each) for n, each in enumerate(asked.where) if each.compare is not Compare.IS_NULL}
    if asked.after is not None:
        values["after_value"], values["after_id"] = asked.after
    return values


def shape_of(asked: PageOf) -> tuple[Any, ...]:
    """Everything of a question but its values."""
    where = tuple(
        (each.path, each.column, each.compare, each.value if each.compare is Compare.IS_NULL else None)
        for each in asked.where
    )
    return (where, asked.order, asked.after is not None)


def comparison(column: Any, asked: Condition, position: int) -> Any:
    """One filter over a column."""
    if asked.compare is Compare.IS_NULL:
        return column.is_(None) if asked.value else column.is_not(None)
    name = f"where_{position}"
    value: Any = sa.bindparam(name, type_=column.type)
    match asked.compare:
        case Compare.EQUAL:
            return column == value
        case Compare.NOT_EQUAL:
            return column != value
        case Compare.IN:
            return column == sa.any_(sa.bindparam(name, type_=ARRAY(column.type)))
        case Compare.LESS:
            return column < value
        case Compare.AT_MOST:
            return column <= value
        case Compare.MORE:
            return column > value
        case Compare.AT_LEAST:
            return column >= value
        case Compare.CONTAINS | Compare.STARTS_WITH:
            return column.ilike(sa.bindparam(name, type_=sa.Text), escape="\\")


def _operand(asked: Condition) -> Any:
    match asked.compare:
        case Compare.IN:
            return list(asked.value)
        case Compare.CONTAINS:
            return f"%{_literal(asked.value)}%"
        case Compare.STARTS_WITH:
            return f"{_literal(asked.value)}%"
        case _:
            return asked.value


def _literal(text: str) -> str:
    """A text that LIKE takes as it is written."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def order_column(target: Any, order: Order) -> Any:
    return getattr(target, order.column)


def behind_cursor(target: Any, order: Order, *, after: bool) -> tuple[sa.ColumnElement[bool], ...]:
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


def ordering(target: Any, order: Order) -> tuple[Any, Any]:
    """The order and the id, in one direction."""
    column = order_column(target, order)
    return (column.desc(), target.id.desc()) if order.descending else (column.asc(), target.id.asc())

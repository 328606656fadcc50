"""From the arguments of a list to a query: page size, cursor, conditions and order."""

from collections.abc import Mapping
from typing import Any

from authz.lists.queries import PAGE_LIMIT, Filter, Operator, PageQuery, SortOrder
from schema.fields.comparisons import comparisons_in
from schema.fields.cursors import decode_cursor
from schema.fields.declare import FieldSpec
from schema.fields.entities import ENTITIES, Entity
from schema.fields.ids import expect_global_id
from schema.fields.scalars import valid_text
from schema.fields.sources import Column, ToOne
from store.errors import BadInput


def page_query(
    entity: Entity,
    *,
    first: int,
    after: str | None = None,
    where: Mapping[str, Any] | None = None,
    order_by: Mapping[str, Any] | None = None,
) -> PageQuery:
    """Raises BadInput for arguments that are out of bounds or malformed."""
    if not 1 <= first <= PAGE_LIMIT:
        raise BadInput(f"first must be between 1 and {PAGE_LIMIT}, got {first}")
    order = _order(entity, order_by)
    return PageQuery(
        first=first,
        after=None if after is None else decode_cursor(entity.cls, order, after),
        where=filters_of(entity, where),
        order=order,
    )


def filters_of(entity: Entity, where: Mapping[str, Any] | None) -> tuple[Filter, ...]:
    """The conditions in a `where` argument; raises BadInput."""
    return tuple(
        each
        for name, filter_input in (where or {}).items()
        for each in _conditions(entity.filters[name], name, filter_input)
    )


def _order(entity: Entity, order_by: Mapping[str, Any] | None) -> SortOrder:
    if order_by is None:
        return entity.default_order
    return SortOrder(order_by["field"].value, descending=order_by["direction"].value == "DESC")


def _conditions(spec: FieldSpec, name: str, filter_input: Mapping[str, Any] | None) -> list[Filter]:
    if filter_input is None:
        raise BadInput(f"{name} must not be null; leave it out to set no condition")
    match spec.source:
        case ToOne(keys=((column, cls), *_)):
            target = ENTITIES[cls.__name__]
            return [
                Filter(column, operator, _ids(target, operator, value))
                for operator, value in comparisons_in(filter_input)
            ]
        case Column(name=column):
            return [Filter(column, operator, _plain(value)) for operator, value in comparisons_in(filter_input)]
        case _:
            message = f"{name} is declared as filterable and is neither a column nor a to-one relationship"
            raise TypeError(message)


def _ids(target: Entity, operator: Operator, value: Any) -> Any:
    match operator:
        case Operator.IS_NULL:
            return value
        case Operator.IN:
            return tuple(expect_global_id(each, target)[1] for each in value)
        case _:
            return expect_global_id(value, target)[1]


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_plain(each) for each in value)
    return valid_text(value) if isinstance(value, str) and type(value) is str else value

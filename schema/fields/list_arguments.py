"""The arguments of a list as a question: how many, behind which place, which ones, in which order."""

from collections.abc import Mapping
from typing import Any

from authz.lists.queries import PAGE_LIMIT, Filter, Operator, PageQuery, SortOrder
from schema.fields.comparisons import comparison_words
from schema.fields.cursors import place
from schema.fields.declare import FieldSpec
from schema.fields.entities import ENTITIES, Entity
from schema.fields.ids import decode_as
from schema.fields.scalars import clean
from schema.fields.sources import Column, ToOne
from store.errors import BadInput


def page_of(
    entity: Entity,
    *,
    first: int,
    after: str | None = None,
    where: Mapping[str, Any] | None = None,
    order_by: Mapping[str, Any] | None = None,
) -> PageQuery:
    """Raises BadInput for everything that no list can answer."""
    if not 1 <= first <= PAGE_LIMIT:
        raise BadInput(f"first is a number from 1 to {PAGE_LIMIT}")
    order = _order(entity, order_by)
    return PageQuery(
        first=first,
        after=None if after is None else place(entity.cls, order, after),
        where=conditions_of(entity, where),
        order=order,
    )


def conditions_of(entity: Entity, where: Mapping[str, Any] | None) -> tuple[Filter, ...]:
    """The filters of a list."""
    return tuple(
        each for name, words in (where or {}).items() for each in _conditions(entity.filters[name], name, words)
    )


def _order(entity: Entity, order_by: Mapping[str, Any] | None) -> SortOrder:
    if order_by is None:
        return entity.order
    return SortOrder(order_by["field"].value, descending=order_by["direction"].value == "DESC")


def _conditions(marks: FieldSpec, name: str, words: Mapping[str, Any] | None) -> list[Filter]:
    if words is None:
        raise BadInput(f"{name} needs a condition; leave it out where there is none")
    match marks.source:
        case ToOne(keys=((column, cls), *_)):
            target = ENTITIES[cls.__name__]
            return [Filter(column, how, _ids(target, how, value)) for how, value in comparison_words(words)]
        case Column(name=column):
            return [Filter(column, how, _plain(value)) for how, value in comparison_words(words)]
        case _:
            message = f"{name} cannot be filtered by"
            raise TypeError(message)


def _ids(target: Entity, how: Operator, value: Any) -> Any:
    match how:
        case Operator.IS_NULL:
            return value
        case Operator.IN:
            return tuple(decode_as(each, target)[1] for each in value)
        case _:
            return decode_as(value, target)[1]


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_plain(each) for each in value)
    return clean(value) if isinstance(value, str) and type(value) is str else value

"""The arguments of a list as a question: how many, behind which place, which ones, in which order."""

from collections.abc import Mapping
from typing import Any

from authz.lists.queries import PAGE_LIMIT, Compare, Condition, Order, PageOf
from schema.fields.comparisons import comparison_words
from schema.fields.cursors import place
from schema.fields.declare import Marks
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
) -> PageOf:
    """Raises BadInput for everything that no list can answer."""
    if not 1 <= first <= PAGE_LIMIT:
        raise BadInput(f"first is a number from 1 to {PAGE_LIMIT}")
    order = _order(entity, order_by)
    return PageOf(
        first=first,
        after=None if after is None else place(entity.cls, order, after),
        where=conditions_of(entity, where),
        order=order,
    )


def conditions_of(entity: Entity, where: Mapping[str, Any] | None) -> tuple[Condition, ...]:
    """The filters of a list."""
    return tuple(
        each for name, words in (where or {}).items() for each in _conditions(entity.filters[name], name, words)
    )


def _order(entity: Entity, order_by: Mapping[str, Any] | None) -> Order:
    if order_by is None:
        return entity.order
    return Order(order_by["field"].value, descending=order_by["direction"].value == "DESC")


def _conditions(marks: Marks, name: str, words: Mapping[str, Any] | None) -> list[Condition]:
    if words is None:
        raise BadInput(f"{name} needs a condition; leave it out where there is none")
    match marks.source:
        case ToOne(keys=((column, cls), *_)):
            target = ENTITIES[cls.__name__]
            return [Condition(column, how, _ids(target, how, value)) for how, value in comparison_words(words)]
        case Column(name=column):
            return [Condition(column, how, _plain(value)) for how, value in comparison_words(words)]
        case _:
            message = f"{name} cannot be filtered by"
            raise TypeError(message)


def _ids(target: Entity, how: Compare, value: Any) -> Any:
    match how:
        case Compare.IS_NULL:
            return value
        case Compare.IN:
            return tuple(decode_as(each, target)[1] for each in value)
        case _:
            return decode_as(value, target)[1]


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_plain(each) for each in value)
    return clean(value) if isinstance(value, str) and type(value) is str else value

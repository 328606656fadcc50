"""The filter inputs of lists: one for each type of value, and how their fields become conditions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import strawberry

from authz.lists.queries import Operator
from schema.fields.scalars import BigInt, EmailAddress
from store.errors import BadInput

_MAX_IN = 100
_OPERATORS = {
    "eq": ("Equal to this value.", Operator.EQUAL),
    "ne": ("Not equal to this value.", Operator.NOT_EQUAL),
    "in": (f"Equal to one of these values, at most {_MAX_IN}.", Operator.IN),
    "lt": ("Less than this value; for dates and times: earlier.", Operator.LESS),
    "le": ("Less than or equal to this value; for dates and times: not later.", Operator.AT_MOST),
    "gt": ("Greater than this value; for dates and times: later.", Operator.MORE),
    "ge": ("Greater than or equal to this value; for dates and times: not earlier.", Operator.AT_LEAST),
    "isNull": ("True: the field is null. False: the field is not null.", Operator.IS_NULL),
    "contains": ("Contains this text, ignoring case.", Operator.CONTAINS),
    "startsWith": ("Starts with this text, ignoring case.", Operator.STARTS_WITH),
}
_ORDERED = ("eq", "ne", "in", "lt", "le", "gt", "ge")


def comparisons_in(filters: Mapping[str, Any]) -> list[tuple[Operator, Any]]:
    """The operators of a filter input with their values; raises BadInput, also for null, which is not ignored."""
    comparisons = []
    for name, value in filters.items():
        if value is None:
            raise BadInput(f"{name} must not be null; use isNull to find empty values")
        if name == "in" and len(value) > _MAX_IN:
            raise BadInput(f"`in` accepts at most {_MAX_IN} values, got {len(value)}")
        comparisons.append((_OPERATORS[name][1], value))
    return comparisons


def _filter_input(name: str, subject: str, value_type: Any, operators: tuple[str, ...]) -> type:
    types = {"in": list[value_type] | None, "isNull": bool | None}
    body: dict[str, Any] = {"__annotations__": {}, "__module__": __name__}
    for operator in operators:
        python_name = operator if operator != "in" else "in_"
        body["__annotations__"][python_name] = types.get(operator, value_type | None)
        description = _OPERATORS[operator][0]
        body[python_name] = strawberry.field(name=operator, description=description, default=strawberry.UNSET)
    description = f"Conditions on {subject}. If several are given, all of them must hold."
    return strawberry.input(type(name, (), body), description=description)


ID_FILTER = _filter_input("IdFilter", "the ID of a related object", strawberry.ID, ("eq", "in", "isNull"))
_FILTERS: dict[Any, type] = {
    str: _filter_input("TextFilter", "a text", str, ("eq", "in", "contains", "startsWith")),
    bool: _filter_input("BooleanFilter", "a value that is true or false", bool, ("eq",)),
    int: _filter_input("IntFilter", "an integer", int, _ORDERED),
    BigInt: _filter_input("BigIntFilter", "a large integer", BigInt, _ORDERED),
    datetime: _filter_input("DateTimeFilter", "a date and time", datetime, ("lt", "le", "gt", "ge", "isNull")),
}
_FILTERS[EmailAddress] = _FILTERS[str]


def filter_type(value_type: Any) -> type:
    """The filter input for values of a type; enums get one each."""
    if value_type not in _FILTERS:
        name = value_type.__name__
        subject = f"a value of the enum {name}"
        _FILTERS[value_type] = _filter_input(f"{name}Filter", subject, value_type, ("eq", "ne", "in"))
    return _FILTERS[value_type]

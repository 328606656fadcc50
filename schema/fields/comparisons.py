"""What a list can be filtered by: one input for each kind of value, and how its words become conditions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import strawberry

from authz.lists.queries import Operator
from schema.fields.scalars import BigInt, EmailAddress
from store.errors import BadInput

_WORDS = {
    "eq": ("Equal to this.", Operator.EQUAL),
    "ne": ("Anything but this.", Operator.NOT_EQUAL),
    "in": ("One of these.", Operator.IN),
    "lt": ("Less than this; before it.", Operator.LESS),
    "le": ("At most this.", Operator.AT_MOST),
    "gt": ("More than this; after it.", Operator.MORE),
    "ge": ("At least this.", Operator.AT_LEAST),
    "isNull": ("True: only where there is none. False: only where there is one.", Operator.IS_NULL),
    "contains": ("Has this in it, whatever the case of its letters.", Operator.CONTAINS),
    "startsWith": ("Begins with this, whatever the case of its letters.", Operator.STARTS_WITH),
}
_ORDERED = ("eq", "ne", "in", "lt", "le", "gt", "ge")
_MOST = 100


def comparison_words(filters: Mapping[str, Any]) -> list[tuple[Operator, Any]]:
    """The comparisons that a client has written, each with its value; a null among them is refused, not passed over."""
    found = []
    for word, value in filters.items():
        if value is None:
            raise BadInput(f"{word} needs a value; what is empty is found by isNull")
        if word == "in" and len(value) > _MOST:
            raise BadInput(f"at most {_MOST} values can be looked for at once")
        found.append((_WORDS[word][1], value))
    return found


def _input(name: str, description: str, kind: Any, words: tuple[str, ...]) -> type:
    kinds = {"in": list[kind] | None, "isNull": bool | None}
    body: dict[str, Any] = {"__annotations__": {}, "__module__": __name__}
    for word in words:
        python_name = word if word != "in" else "in_"
        body["__annotations__"][python_name] = kinds.get(word, kind | None)
        body[python_name] = strawberry.field(name=word, description=_WORDS[word][0], default=strawberry.UNSET)
    return strawberry.input(type(name, (), body), description=description)


ID = _input("IdFilter", "Which neighbour; conditions hold together.", strawberry.ID, ("eq", "in", "isNull"))
_BY_KIND: dict[Any, type] = {
    str: _input("TextFilter", "Which texts; conditions hold together.", str, ("eq", "in", "contains", "startsWith")),
    bool: _input("BooleanFilter", "Yes or no.", bool, ("eq",)),
    int: _input("IntFilter", "Which numbers; conditions hold together.", int, _ORDERED),
    BigInt: _input("BigIntFilter", "Which large numbers; conditions hold together.", BigInt, _ORDERED),
    datetime: _input(
        "DateTimeFilter",
        "Which instants; conditions hold together.",
        datetime,
        ("lt", "le", "gt", "ge", "isNull"),
    ),
}
_BY_KIND[EmailAddress] = _BY_KIND[str]


def filter_of(kind: Any) -> type:
    """The input that filters values of a kind; one is made for each closed set."""
    if kind not in _BY_KIND:
        name = kind.__name__
        _BY_KIND[kind] = _input(
            f"{name}Filter",
            f"Which values of {name}; conditions hold together.",
            kind,
            ("eq", "ne", "in"),
        )
    return _BY_KIND[kind]

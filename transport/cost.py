"""How many objects an answer may hold, as far as the document tells; the rest waits for the variables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from graphql import (
    FieldNode,
    GraphQLField,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ValueNode,
    VariableNode,
    get_nullable_type,
    is_list_type,
)


@dataclass(frozen=True, slots=True)
class Size:
    """The length of a list that a variable decides."""

    variable: str
    otherwise: int

    def of(self, variables: Mapping[str, Any]) -> int:
        match variables.get(self.variable):
            case bool() | None:
                return self.otherwise
            case int(number):
                return max(0, number)
            case list(items):
                return len(items)
            case _:
                return self.otherwise


@dataclass(frozen=True, slots=True, eq=False)
class Price:
    """A number of objects, and lists of things that have a price each.

    Prices share their parts and are told apart by identity: fragments that spread each other twice, and those again
    twice, double the counts and not the memory.
    """

    objects: int = 0
    lists: Mapping[tuple[Size, "Price"], int] = field(default_factory=dict)
    """How often a list of that size, of things at that price, is asked for."""

    def __add__(self, other: "Price") -> "Price":
        lists = dict(self.lists)
        for each, count in other.lists.items():
            lists[each] = lists.get(each, 0) + count
        return Price(self.objects + other.objects, lists)

    def times(self, size: int | Size) -> "Price":
        if isinstance(size, Size):
            return Price(0, {(size, self): 1})
        return Price(self.objects * size, {each: count * size for each, count in self.lists.items()})

    def of(self, variables: Mapping[str, Any]) -> int:
        return self._of(variables, {})

    def _of(self, variables: Mapping[str, Any], known: dict["Price", int]) -> int:
        if self not in known:
            known[self] = self.objects + sum(
                count * size.of(variables) * price._of(variables, known)  # noqa: SLF001 - another one of us
                for (size, price), count in self.lists.items()
            )
        return known[self]


@dataclass(frozen=True, slots=True)
class Listing:
    """Whether a field answers with a page, a list or a single thing, and how long that is."""

    page: int | Size | None
    """Of a connection: the length of the lists right below it."""
    size: int | Size

    @classmethod
    def of(
        cls,
        node: FieldNode,
        definition: GraphQLField,
        *,
        page: int | Size | None,
        default: int,
        items: int,
    ) -> Self:
        is_list = is_list_type(get_nullable_type(definition.type))
        given = {each.name.value: each.value for each in node.arguments or ()}
        if "first" in definition.args or "last" in definition.args:
            asked = _length(given.get("first") or given.get("last"), default)
            return cls(page=None, size=asked) if is_list else cls(page=asked, size=1)
        if not is_list:
            return cls(page=None, size=1)
        if page is not None:
            return cls(page=None, size=page)
        for name, argument in definition.args.items():  # nodes(ids: [...]) answers with as many as it is given
            if is_list_type(get_nullable_type(argument.type)):
                return cls(page=None, size=_length(given.get(name), items))
        return cls(page=None, size=items)


def _length(value: ValueNode | None, otherwise: int) -> int | Size:
    match value:
        case VariableNode():
            return Size(value.name.value, otherwise)
        case IntValueNode():
            return max(0, int(value.value[:10]))  # a longer number fits no Int, and the validation says so
        case ListValueNode():
            return len(value.values)
        case NullValueNode() | None:
            return otherwise
        case _:
            return otherwise

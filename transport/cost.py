"""The cost of an operation: how many objects its response may contain, as a formula over its variables."""

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
class ListSize:
    """The length of a list whose size is given by a variable."""

    variable: str
    default: int

    def evaluate(self, variables: Mapping[str, Any]) -> int:
        match variables.get(self.variable):
            case bool() | None:
                return self.default
            case int(number):
                return max(0, number)
            case list(items):
                return len(items)
            case _:
                return self.default


@dataclass(frozen=True, slots=True, eq=False)
class Cost:
    """A number of objects, plus lists whose size depends on a variable.

    Costs share their parts and compare by identity: fragments that spread each other twice, level upon level, double the
    counts but not the memory.
    """

    objects: int = 0
    lists: Mapping[tuple[ListSize, "Cost"], int] = field(default_factory=dict)
    """How often a list of this size, with items of this cost, is selected."""

    def __add__(self, other: "Cost") -> "Cost":
        lists = dict(self.lists)
        for each, count in other.lists.items():
            lists[each] = lists.get(each, 0) + count
        return Cost(self.objects + other.objects, lists)

    def times(self, size: int | ListSize) -> "Cost":
        if isinstance(size, ListSize):
            return Cost(0, {(size, self): 1})
        return Cost(self.objects * size, {each: count * size for each, count in self.lists.items()})

    def evaluate(self, variables: Mapping[str, Any]) -> int:
        return self._evaluate(variables, {})

    def _evaluate(self, variables: Mapping[str, Any], evaluated: dict["Cost", int]) -> int:
        if self not in evaluated:
            evaluated[self] = self.objects + sum(
                count * size.evaluate(variables) * item._evaluate(variables, evaluated)  # noqa: SLF001 - the same class
                for (size, item), count in self.lists.items()
            )
        return evaluated[self]


@dataclass(frozen=True, slots=True)
class Cardinality:
    """How many objects a field returns."""

    size: int | ListSize
    page_size: int | ListSize | None
    """For a connection: the length of the lists directly below it."""

    @classmethod
    def of(
        cls,
        node: FieldNode,
        definition: GraphQLField,
        *,
        page_size: int | ListSize | None,
        default_page_size: int,
        assumed_list_size: int,
    ) -> Self:
        """`page_size` is that of the enclosing connection, if any."""
        is_list = is_list_type(get_nullable_type(definition.type))
        arguments = {each.name.value: each.value for each in node.arguments or ()}
        if "first" in definition.args or "last" in definition.args:
            requested = _length(arguments.get("first") or arguments.get("last"), default_page_size)
            return cls(size=requested, page_size=None) if is_list else cls(size=1, page_size=requested)
        if not is_list:
            return cls(size=1, page_size=None)
        if page_size is not None:
            return cls(size=page_size, page_size=None)
        for name, argument in definition.args.items():  # nodes(ids: [...]) returns as many objects as it gets IDs
            if is_list_type(get_nullable_type(argument.type)):
                return cls(size=_length(arguments.get(name), assumed_list_size), page_size=None)
        return cls(size=assumed_list_size, page_size=None)


def _length(value: ValueNode | None, default: int) -> int | ListSize:
    match value:
        case VariableNode():
            return ListSize(value.name.value, default)
        case IntValueNode():
            return max(0, int(value.value[:10]))  # a longer number is no Int; validation rejects it later
        case ListValueNode():
            return len(value.values)
        case NullValueNode() | None:
            return default
        case _:
            return default

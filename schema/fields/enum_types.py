"""Enums that are made of other declarations, each value with its sentence."""

import enum
from collections.abc import Mapping
from typing import Any

import strawberry


def closed_set(name: str, description: str, meanings: Mapping[str, str]) -> Any:
    """An enum for GraphQL whose members are these values, in capitals: `read` becomes READ."""
    members: Any = {value.upper(): value for value in meanings}
    kind: Any = enum.EnumMeta.__call__(enum.Enum, name, members, module=__name__)
    strawberry.enum(kind, description=description)
    for each in kind.__strawberry_definition__.values:
        each.description = meanings[each.value]
    return kind

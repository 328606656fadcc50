"""Enums made from other declarations, with a description for each value."""

import enum
from collections.abc import Mapping
from typing import Any

import strawberry


def described_enum(name: str, description: str, values: Mapping[str, str]) -> Any:
    """A GraphQL enum of these values, from value to description; the names are in capitals: `read` becomes READ."""
    members: Any = {value.upper(): value for value in values}
    cls: Any = enum.EnumMeta.__call__(enum.Enum, name, members, module=__name__)
    strawberry.enum(cls, description=description)
    for each in cls.__strawberry_definition__.values:
        each.description = values[each.value]
    return cls

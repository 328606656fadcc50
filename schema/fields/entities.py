"""The entities of the schema; the connection, filters and orders of each are made from the declarations of its fields."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import sqlalchemy as sa
import strawberry
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from authz.lists.queries import Expression, SortOrder
from schema.fields.comparisons import ID_FILTER, filter_type
from schema.fields.connections import OrderDirection, connection_type, edge_type
from schema.fields.declare import TYPES, FieldSpec, spec_of
from schema.fields.enum_types import described_enum
from schema.fields.sources import Column, Source, ToOne
from store.db.base import Base

T = TypeVar("T")
TYPE_NAME = "type_name_"


@dataclass(frozen=True)
class Entity:
    """A mapped class and its GraphQL type."""

    cls: type[Base]
    type: type
    default_order: SortOrder

    @property
    def name(self) -> str:
        return self.cls.__name__

    @cached_property
    def label(self) -> str:
        """The name in a sentence: `LicenseOrder` is a "license order"."""
        return re.sub(r"(?<!^)(?=[A-Z])", " ", self.name).lower()

    @cached_property
    def plural(self) -> str:
        return f"{self.label[:-1]}ies" if self.label.endswith("y") else f"{self.label}s"

    @cached_property
    def fields(self) -> Mapping[str, FieldSpec]:
        """The declarations, by GraphQL name."""
        declared: list[StrawberryField] = self.type.__strawberry_definition__.fields  # type: ignore[attr-defined]
        specs = ((field.graphql_name or to_camel_case(field.python_name), spec_of(field)) for field in declared)
        return {name: spec for name, spec in specs if spec is not None}

    @cached_property
    def type_name_expression(self) -> Expression:
        """The type name as a value of the row, by which an interface resolves its type."""
        return Expression(TYPE_NAME, lambda _row: sa.literal(self.name))

    @cached_property
    def filters(self) -> Mapping[str, FieldSpec]:
        return {name: spec for name, spec in self.fields.items() if spec.filterable}

    @cached_property
    def order_fields(self) -> Any:
        """An enum of the columns by which lists can be ordered: CREATED_AT is `created_at`."""
        descriptions = {
            spec.source.name: f"Order by `{name}`: {_in_list(spec.description)}"
            for name, spec in self.fields.items()
            if spec.sortable and isinstance(spec.source, Column)
        }
        description = f"The fields by which a list of {self.plural} can be ordered."
        return described_enum(f"{self.name}OrderField", description, descriptions)


ENTITIES: dict[str, Entity] = {}


def entity(
    cls: type[Base], description: str, *, default_order: SortOrder | None = None
) -> Callable[[type[T]], type[T]]:
    """Declare the GraphQL type of a mapped class, with its connection, filters and orders."""

    def declare(body: type[T]) -> type[T]:
        graphql_type = strawberry.type(body, description=description)
        declared = ENTITIES[cls.__name__] = Entity(cls, graphql_type, default_order or SortOrder())
        TYPES[declared.name] = graphql_type
        TYPES[f"{declared.name}Edge"] = edge_type(declared.name, declared.label)
        TYPES[f"{declared.name}Connection"] = connection_type(declared.name, declared.plural)
        TYPES[f"{declared.name}Where"] = _where(declared)
        TYPES[f"{declared.name}OrderBy"] = _order_by(declared)
        return graphql_type

    return declare


def sources_of(type_name: str) -> Mapping[str, Source]:
    """The sources of an entity's fields, by GraphQL name; empty for any other type."""
    return {name: spec.source for name, spec in ENTITIES[type_name].fields.items()} if type_name in ENTITIES else {}


def _where(declared: Entity) -> type:
    body: dict[str, Any] = {"__annotations__": {}, "__module__": __name__}
    for name, spec in declared.filters.items():
        filter_input = ID_FILTER if isinstance(spec.source, ToOne) else filter_type(spec.graphql_type)
        body["__annotations__"][name] = filter_input | None
        description = f"Filter by `{name}`: {_in_list(spec.description)}"
        body[name] = strawberry.field(name=name, description=description, default=strawberry.UNSET)
    return strawberry.input(
        type(f"{declared.name}Where", (), body),
        description=f"Conditions for a list of {declared.plural}. An object must meet all of them.",
    )


def _order_by(declared: Entity) -> type:
    order = declared.default_order
    direction = OrderDirection.DESC if order.descending else OrderDirection.ASC
    body = {
        "__annotations__": {"field": declared.order_fields, "direction": OrderDirection},
        "__module__": __name__,
        "field": strawberry.field(
            description="The field to order by.", default=declared.order_fields[order.column.upper()]
        ),
        "direction": strawberry.field(description="Whether the order is ascending or descending.", default=direction),
    }
    return strawberry.input(
        type(f"{declared.name}OrderBy", (), body), description=f"The order of a list of {declared.plural}."
    )


def _in_list(description: str) -> str:
    """What a filter or an order says about a field: the first sentence, and the meaning of null that is not about rights."""
    first, *others = description.removesuffix(".").split(". ")
    lowered = first if first[:2].isalpha() and first[:2].isupper() else first[:1].lower() + first[1:]
    return ". ".join([lowered, *(each for each in others if each.startswith("Null: "))]) + "."

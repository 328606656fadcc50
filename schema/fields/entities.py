"""The kinds of things that clients read, each with its list, its filters and its orders made from its declarations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import sqlalchemy as sa
import strawberry
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from authz.lists.queries import Expression, SortOrder
from schema.fields.comparisons import ID, filter_of
from schema.fields.connections import OrderDirection, connection_type, edge_type
from schema.fields.declare import TYPES, FieldSpec, marks_of
from schema.fields.enum_types import closed_set
from schema.fields.sources import Column, Source, ToOne
from store.db.base import Base

T = TypeVar("T")
KIND = "kind_"


@dataclass(frozen=True)
class Entity:
    """A mapped class as clients see it."""

    cls: type[Base]
    type: type
    order: SortOrder
    """Of its lists, where a client says nothing."""

    @property
    def name(self) -> str:
        return self.cls.__name__

    @cached_property
    def marks(self) -> Mapping[str, FieldSpec]:
        """How each field was declared, by its name in GraphQL."""
        fields: list[StrawberryField] = self.type.__strawberry_definition__.fields  # type: ignore[attr-defined]
        found = ((field.graphql_name or to_camel_case(field.python_name), marks_of(field)) for field in fields)
        return {name: marks for name, marks in found if marks is not None}

    @cached_property
    def kind(self) -> Expression:
        """The name of the type, as a value of the row: by it the rows of an interface are told apart."""
        return Expression(KIND, lambda _row: sa.literal(self.name))

    @cached_property
    def filters(self) -> Mapping[str, FieldSpec]:
        return {name: each for name, each in self.marks.items() if each.where}

    @cached_property
    def orders(self) -> Any:
        """The columns that lists can be ordered by: CREATED_AT -> created_at."""
        meanings = {
            each.source.name: each.description
            for each in self.marks.values()
            if each.order and isinstance(each.source, Column)
        }
        return closed_set(f"{self.name}OrderField", f"What lists of {self.name} can be ordered by.", meanings)


ENTITIES: dict[str, Entity] = {}


def entity(cls: type[Base], description: str, *, order: SortOrder | None = None) -> Callable[[type[T]], type[T]]:
    """Declare how a mapped class reads: the type, its connection, its filters and orders."""

    def declare(body: type[T]) -> type[T]:
        made = strawberry.type(body, description=description)
        found = ENTITIES[cls.__name__] = Entity(cls, made, order or SortOrder())
        TYPES[found.name] = made
        TYPES[f"{found.name}Edge"] = edge_type(found.name)
        TYPES[f"{found.name}Connection"] = connection_type(found.name)
        TYPES[f"{found.name}Where"] = _where(found)
        TYPES[f"{found.name}OrderBy"] = _order_by(found)
        return made

    return declare


def sources_of(name: str) -> Mapping[str, Source]:
    """Where the fields of a type come from, by their names in GraphQL; empty for what is no entity."""
    return {field: marks.source for field, marks in ENTITIES[name].marks.items()} if name in ENTITIES else {}


def _where(found: Entity) -> type:
    body: dict[str, Any] = {"__annotations__": {}, "__module__": __name__}
    for name, marks in found.filters.items():
        kind = ID if isinstance(marks.source, ToOne) else filter_of(marks.kind)
        body["__annotations__"][name] = kind | None
        body[name] = strawberry.field(name=name, description=marks.description, default=strawberry.UNSET)
    return strawberry.input(
        type(f"{found.name}Where", (), body),
        description=f"Which of the {_words(found.name)} rows.",
    )


def _order_by(found: Entity) -> type:
    first = found.orders[found.order.column.upper()]
    direction = OrderDirection.DESC if found.order.descending else OrderDirection.ASC
    body = {
        "__annotations__": {"field": found.orders, "direction": OrderDirection},
        "__module__": __name__,
        "field": strawberry.field(description="By what.", default=first),
        "direction": strawberry.field(description="Which end comes first.", default=direction),
    }
    return strawberry.input(type(f"{found.name}OrderBy", (), body), description=f"An order of a list of {found.name}.")


def _words(name: str) -> str:
    """ownerGroup, OwnerGroup -> owner group."""
    return "".join(f" {each.lower()}" if each.isupper() else each for each in name).strip()

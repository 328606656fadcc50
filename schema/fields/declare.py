"""Declarations of fields: each gives the source of a field and its description, and returns a strawberry field.

    quantity = column(LicenseRow.quantity, "The number of seats, at least 1.")
    product = to_one(LicenseRow.product, "The product that may be used.")
    activations = to_many(ParentLink(ActivationRow.license_id), "The seats in containers, past ones included.")

The GraphQL type follows from the column or the relationship, so that it cannot contradict it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

import sqlalchemy as sa
import strawberry
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import InstrumentedAttribute
from strawberry.annotation import StrawberryAnnotation
from strawberry.scalars import JSON
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField
from strawberry.types.lazy_type import LazyType
from strawberry.types.unset import UNSET

import schema.enums  # noqa: F401 - gives the enums of the store their descriptions before they are used
import store.db.registry  # noqa: F401 - defines every class that relationships name
from authz.lists.queries import PAGE_LIMIT, Expression, PageQuery, ParentLink, Projection, Row
from schema.fields.scalars import BigInt, Cursor
from schema.fields.sources import (
    AllowedActions,
    ByIds,
    Column,
    CustomResolver,
    DeniedActions,
    Derived,
    GlobalId,
    Source,
    SqlExpression,
    ToMany,
    ToOne,
)
from store.db.base import Base

_SPEC = "spec"  # the key of the FieldSpec in the metadata of a strawberry field

TYPES: dict[str, type] = {}
"""The types of entities with their connections, filters and orders, by name; they refer to each other in circles."""


@dataclass(frozen=True)
class TypeRef(LazyType[Any, Any]):
    """A reference to one of TYPES by name, resolved when the schema is built."""

    module: str = ""

    def resolve_type(self) -> type[Any]:
        return TYPES[self.type_name]


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A declaration: the source, the type without null, and how the field is used in lists and in the policy."""

    source: Source
    graphql_type: Any
    filterable: bool = False
    sortable: bool = False
    guarded: bool = False
    """Whether a field rule of the policy may hide the value; the field is nullable then."""
    description: str = ""


def column(
    attribute: InstrumentedAttribute[Any],
    description: str,
    *,
    filterable: bool = False,
    sortable: bool = False,
    guarded: bool = False,
    graphql_type: Any = None,
) -> Any:
    """A column. `graphql_type` replaces the type of the column by a narrower one, such as `URL` for text."""
    (stored,) = attribute.property.columns
    graphql_type = graphql_type or _graphql_type(stored.type)
    spec = FieldSpec(Column(attribute.key), graphql_type, filterable=filterable, sortable=sortable, guarded=guarded)
    return _field(spec, graphql_type | None if stored.nullable or guarded else graphql_type, description)


def sql_expression(name: str, sql: Callable[[Any], sa.ColumnElement[Any]], graphql_type: Any, description: str) -> Any:
    """A value that the database computes; `sql` gets the mapped class or an alias of it."""
    return _field(FieldSpec(SqlExpression(Expression(name, sql)), graphql_type), graphql_type, description)


def derived(compute: Callable[[Row], Any], needs: Projection, graphql_type: Any, description: str) -> Any:
    """A value that Python computes from the columns and expressions in `needs`."""
    return _field(FieldSpec(Derived(compute, needs), graphql_type), graphql_type, description)


def to_one(relation: InstrumentedAttribute[Any], description: str, *, filterable: bool = False) -> Any:
    """A related object; null also if the viewer may not read it."""
    return first_of((relation,), description, filterable=filterable)


def first_of(
    relations: tuple[InstrumentedAttribute[Any], ...],
    description: str,
    *,
    filterable: bool = False,
    interface: str = "",
) -> Any:
    """The related object of the first relationship that is set; `interface` is needed if their types differ."""
    keys = tuple(_key(each) for each in relations)
    type_name = interface or keys[0][1].__name__
    return _field(FieldSpec(ToOne(keys), type_name, filterable=filterable), TypeRef(type_name) | None, description)


def with_same_id(cls: type[Base], description: str) -> Any:
    """The object with the ID of the parent object, such as the user of the viewer."""
    return to_one_by_key(cls, "id", description)


def changed(cls: type[Base], key: str, description: str) -> Any:
    """The object that a mutation returns in this field of its result, read again; null if it cannot be read."""
    return to_one_by_key(cls, key, description)


def changed_each(cls: type[Base], key: str, description: str) -> Any:
    """The objects that a mutation returns in this field of its result, read again, without those that cannot be read."""
    source = ByIds(cls, lambda result: getattr(result, key) or [])
    return _field(FieldSpec(source, cls.__name__), list[TypeRef(cls.__name__)], description)  # type: ignore[misc]  # a reference


def to_one_by_key(cls: type[Base], key: str, description: str) -> Any:
    """The object whose ID is the value of this attribute of the parent object; null also if the viewer may not read it."""
    return _field(FieldSpec(ToOne(((key, cls),)), cls.__name__), TypeRef(cls.__name__) | None, description)


def resolved(resolver: Callable[..., Any], graphql_type: Any, description: str, *arguments: StrawberryArgument) -> Any:
    """The result of a function: `resolver(parent, info, **arguments)`, arguments as declared with `argument`."""
    field = _field(FieldSpec(CustomResolver(resolver), graphql_type), graphql_type, description)
    field.arguments = list(arguments)
    return field


def to_many(link: ParentLink, description: str, *, of: type[Base] | None = None) -> Any:
    """A connection of related objects; `of` is their class if the link leads through an association table."""
    cls: Any = of or link.parent_column.class_
    return _connection(ToMany(cls, link), description)


def all_readable(cls: type[Base], description: str) -> Any:
    """A connection of all objects of a class that the viewer may read."""
    return _connection(ToMany(cls, None), description)


def global_id(description: str) -> Any:
    return _field(FieldSpec(GlobalId(), strawberry.ID), strawberry.ID, description)


def allowed_actions(graphql_type: Any, description: str) -> Any:
    return _field(FieldSpec(AllowedActions(), graphql_type), graphql_type, description)


def denied_actions(graphql_type: Any, description: str) -> Any:
    return _field(FieldSpec(DeniedActions(), graphql_type), graphql_type, description)


def spec_of(field: StrawberryField) -> FieldSpec | None:
    """The declaration of a field; None for one that has a resolver of strawberry."""
    return cast("FieldSpec | None", field.metadata.get(_SPEC))


def argument(name: str, graphql_type: Any, description: str, default: Any = UNSET) -> StrawberryArgument:
    """An argument of a field; without a default it is required unless its type is nullable."""
    return StrawberryArgument(name, None, StrawberryAnnotation(graphql_type), description=description, default=default)


def _field(spec: FieldSpec, graphql_type: Any, description: str) -> StrawberryField:
    metadata = {_SPEC: replace(spec, description=description)}
    field = strawberry.field(graphql_type=graphql_type, description=description, metadata=metadata)
    return cast("StrawberryField", field)


def _connection(source: ToMany, description: str) -> StrawberryField:
    name = source.cls.__name__
    field = _field(FieldSpec(source, name), TypeRef(f"{name}Connection"), description)
    field.arguments = [
        argument("first", int, f"The number of objects to return, from 1 to {PAGE_LIMIT}.", default=PageQuery().first),
        argument(
            "after",
            Cursor | None,
            "Return the objects after this cursor. It must come from the same list in the same order.",
        ),
        argument("where", TypeRef(f"{name}Where") | None, "Return only objects that meet all of these conditions."),
        argument(
            "order_by", TypeRef(f"{name}OrderBy") | None, "The order of the objects; by default the newest come first."
        ),
    ]
    return field


def _key(relation: InstrumentedAttribute[Any]) -> tuple[str, type[Base]]:
    (local,) = relation.property.local_columns
    owner = sa.inspect(relation.class_)
    return owner.get_property_by_column(local).key, relation.property.mapper.class_


def _graphql_type(stored: Any) -> Any:
    match stored:
        case sa.Enum():
            return stored.enum_class
        case JSONB():
            return JSON
        case ARRAY():
            return list[_graphql_type(stored.item_type)]  # type: ignore[misc]  # a computed type
        case sa.BigInteger():
            return BigInt
        case _:
            return stored.python_type

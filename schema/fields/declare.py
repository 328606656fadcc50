"""The words that declare fields: each says in one line what a field is called, where it comes from and what it means.

A type of the schema reads like a list of them:

    quantity = column(LicenseRow.quantity, "How many seats the license has.")
    product = to_one(LicenseRow.product, "What it is a license of.")
    activations = to_many(Through(ActivationRow.license_id), "Its seats in containers.")

The type of the field follows from the column or the relationship, and so it cannot say something else.
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

import schema.enums  # noqa: F401 - they are described before anybody uses them
import store.db.registry  # noqa: F401 - relationships name classes, and all of them have to be there
from authz.lists.queries import PAGE_LIMIT, Expression, PageQuery, ParentLink, Projection, Row
from schema.fields.scalars import BigInt, Cursor
from schema.fields.sources import (
    Answered,
    Can,
    Cannot,
    Column,
    Computed,
    Derived,
    Identity,
    Source,
    ToEach,
    ToMany,
    ToOne,
)
from store.db.base import Base

TYPES: dict[str, type] = {}
"""The types of entities, their lists and inputs by name; they refer to each other before all of them exist."""


@dataclass(frozen=True)
class Named(LazyType[Any, Any]):
    """A type that is looked up when the schema is built."""

    module: str = ""

    def resolve_type(self) -> type[Any]:
        return TYPES[self.type_name]


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """What a declaration says besides its source: its type and sentence, its use in lists, whether the policy guards it."""

    source: Source
    kind: Any
    where: bool = False
    order: bool = False
    guarded: bool = False
    description: str = ""


def column(
    attribute: InstrumentedAttribute[Any],
    description: str,
    *,
    where: bool = False,
    order: bool = False,
    guarded: bool = False,
    kind: Any = None,
) -> Any:
    """A column. `guarded`: a field rule keeps it from some viewers, who get null; `kind`: a narrower type."""
    (stored,) = attribute.property.columns
    kind = kind or _kind(stored.type)
    marks = FieldSpec(Column(attribute.key), kind, where=where, order=order, guarded=guarded)
    return _field(marks, kind | None if stored.nullable or guarded else kind, description)


def computed(name: str, sql: Callable[[Any], sa.ColumnElement[Any]], kind: Any, description: str) -> Any:
    """A value of SQL over the row (`sql` gets the class or its alias)."""
    return _field(FieldSpec(Computed(Expression(name, sql)), kind), kind, description)


def derived(make: Callable[[Row], Any], needs: Projection, kind: Any, description: str) -> Any:
    """A value of Python over the row."""
    return _field(FieldSpec(Derived(make, needs), kind), kind, description)


def to_one(relation: InstrumentedAttribute[Any], description: str, *, where: bool = False) -> Any:
    """A neighbour; null as well where the viewer may not know of it."""
    return first_of((relation,), description, where=where)


def first_of(
    relations: tuple[InstrumentedAttribute[Any], ...],
    description: str,
    *,
    where: bool = False,
    kind: str = "",
) -> Any:
    """The first of some neighbours that there is; `kind` names the interface where they are of different kinds."""
    keys = tuple(_key(each) for each in relations)
    kind = kind or keys[0][1].__name__
    return _field(FieldSpec(ToOne(keys), kind, where=where), Named(kind) | None, description)


def own(cls: type[Base], description: str) -> Any:
    """The row that has the parent's own id."""
    return _field(FieldSpec(ToOne((("id", cls),)), cls.__name__), Named(cls.__name__) | None, description)


def shown(cls: type[Base], description: str) -> Any:
    """The thing of this kind that a mutation has changed, read anew; null where nothing has changed."""
    return _field(FieldSpec(ToOne(((cls.__name__, cls),)), cls.__name__), Named(cls.__name__) | None, description)


def shown_each(cls: type[Base], description: str) -> Any:
    """The things of this kind that a mutation has changed, read anew, in the order of the changes."""
    name = cls.__name__
    source = ToEach(cls, lambda outcome: outcome.ids.get(name, []))
    return _field(FieldSpec(source, name), list[Named(name)], description)  # type: ignore[misc]  # a type that is looked up


def told_each(cls: type[Base], told: str, description: str) -> Any:
    """The things of this kind that a mutation speaks of under this name, as far as the viewer may know of them."""
    source = ToEach(cls, lambda outcome: getattr(outcome, told) or [])
    return _field(FieldSpec(source, cls.__name__), list[Named(cls.__name__)], description)  # type: ignore[misc]  # a type that is looked up


def changed(cls: type[Base], key: str, description: str) -> Any:
    """The row that a mutation returns in this field of its result, read again; null where it cannot be read."""
    return _field(FieldSpec(ToOne(((key, cls),)), cls.__name__), Named(cls.__name__) | None, description)


def changed_each(cls: type[Base], key: str, description: str) -> Any:
    """The rows that a mutation returns in this field of its result, read again, without those that cannot be read."""
    source = ToEach(cls, lambda outcome: getattr(outcome, key) or [])
    return _field(FieldSpec(source, cls.__name__), list[Named(cls.__name__)], description)  # type: ignore[misc]  # a type that is looked up


def counted_under(cls: type[Base], key: str, description: str) -> Any:
    """The thing of this kind whose id stands under this name in a row that was made for a report."""
    return _field(FieldSpec(ToOne(((key, cls),)), cls.__name__), Named(cls.__name__) | None, description)


def answered(answer: Callable[..., Any], kind: Any, description: str, *arguments: StrawberryArgument) -> Any:
    """What a function gives to arguments that it gets as they are declared (`argument`)."""
    found = _field(FieldSpec(Answered(answer), kind), kind, description)
    found.arguments = list(arguments)
    return found


def to_many(link: ParentLink, description: str, *, of: type[Base] | None = None) -> Any:
    """A list below the row; `of` is the class of the listed rows where a table of links lies between."""
    found: Any = of or link.parent_column.class_
    return _list(ToMany(found, link), description)


def every(cls: type[Base], description: str) -> Any:
    """All rows of a class that the viewer may see."""
    return _list(ToMany(cls, None), description)


def global_id(description: str) -> Any:
    return _field(FieldSpec(Identity(), strawberry.ID), strawberry.ID, description)


def can(kind: Any, description: str) -> Any:
    return _field(FieldSpec(Can(), kind), kind, description)


def cannot(kind: Any, description: str) -> Any:
    return _field(FieldSpec(Cannot(), kind), kind, description)


def marks_of(field: StrawberryField) -> FieldSpec | None:
    """How a field was declared; None for one that has a resolver of its own."""
    return cast("FieldSpec | None", field.metadata.get("marks"))


def _field(marks: FieldSpec, kind: Any, description: str) -> StrawberryField:
    metadata = {"marks": replace(marks, description=description)}
    found = strawberry.field(graphql_type=kind, description=description, metadata=metadata)
    return cast("StrawberryField", found)


def _list(source: ToMany, description: str) -> StrawberryField:
    name = source.cls.__name__
    found = _field(FieldSpec(source, name), Named(f"{name}Connection"), description)
    found.arguments = [
        argument("first", int, f"How many at most; 1 to {PAGE_LIMIT}.", default=PageQuery().first),
        argument("after", Cursor | None, "Only what comes behind this place of the same list in the same order."),
        argument("where", Named(f"{name}Where") | None, "Only those that fulfil all of these conditions."),
        argument("order_by", Named(f"{name}OrderBy") | None, "In which order; the newest first if nothing is said."),
    ]
    return found


def argument(name: str, kind: Any, description: str, default: Any = UNSET) -> StrawberryArgument:
    """An argument of a field; without a default it may be left out, or has to be given, as its type says."""
    return StrawberryArgument(name, None, StrawberryAnnotation(kind), description=description, default=default)


def _key(relation: InstrumentedAttribute[Any]) -> tuple[str, type[Base]]:
    (local,) = relation.property.local_columns
    owner = sa.inspect(relation.class_)
    return owner.get_property_by_column(local).key, relation.property.mapper.class_


def _kind(stored: Any) -> Any:
    match stored:
        case sa.Enum():
            return stored.enum_class
        case JSONB():
            return JSON
        case ARRAY():
            return list[_kind(stored.item_type)]  # type: ignore[misc]  # a type that is computed
        case sa.BigInteger():
            return BigInt
        case _:
            return stored.python_type

"""The schema, put together once: strawberry knows the types, graphql-core gets the resolvers of the declared fields."""

import strawberry
from graphql import GraphQLField, GraphQLInterfaceType, GraphQLObjectType
from strawberry.schema.config import StrawberryConfig
from strawberry.types.field import StrawberryField

from authz.policy import Policy
from schema import (
    activations,
    audit,
    containers,
    groups,
    licenses,
    notifications,
    orders,
    portal,
    products,
    projects,
    restores,
    tickets,
    users,
)
from schema.actions import unknown_actions
from schema.fields.declare import FieldSpec, marks_of
from schema.fields.entities import ENTITIES, KIND
from schema.fields.resolvers import resolver_of
from schema.fields.scalars import SCALARS
from schema.fields.sources import Column
from schema.mutation import Mutation
from schema.query import Query
from store.db.registry import RESOURCES

# Each of them declares its types by being imported.
NOUNS = (
    *(activations, audit, containers, groups, licenses, notifications, orders),
    *(portal, products, projects, restores, tickets, users),
)
_BACKREF = "strawberry-definition"


class SchemaRefused(Exception):
    """The schema does not fit the policy; nothing starts with it."""


def build_schema(policy: Policy, subscription: type | None = None) -> strawberry.Schema:
    """Raises SchemaRefused where types promise what the policy does not."""
    problems = [
        f"the schema and the policy differ in the action {each}" for each in sorted(unknown_actions(policy, RESOURCES))
    ]
    problems += [
        f"a field rule guards {cls.__name__}.{name}, and its field is never null" for cls, name in _unguarded(policy)
    ]
    if problems:
        raise SchemaRefused("\n".join(problems))
    built = strawberry.Schema(
        Query,
        Mutation,
        subscription,
        types=[each.type for each in ENTITIES.values()],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    _resolve_by_source(built)
    return built


def _unguarded(policy: Policy) -> list[tuple[type, str]]:
    guarded = {
        (each.cls, marks.source.name)
        for each in ENTITIES.values()
        for marks in each.marks.values()
        if isinstance(marks.source, Column) and not marks.guarded
    }
    return sorted(guarded & policy.compiled.fields.keys(), key=str)


def _resolve_by_source(built: strawberry.Schema) -> None:
    """Put the resolvers of the sources in: they take what graphql-core gives, without a detour for each value."""
    for name, kind in built._schema.type_map.items():  # noqa: SLF001 - strawberry has no public name for it
        match kind:
            case GraphQLInterfaceType():
                kind.resolve_type = lambda row, _info, _kind: getattr(row, KIND)
            case GraphQLObjectType():
                kind.is_type_of = None  # rows are told apart by where they are read
                for field in kind.fields.values():
                    marks = _marks(field)
                    if marks is not None:
                        field.resolve = resolver_of(name, marks)


def _marks(field: GraphQLField) -> FieldSpec | None:
    declared: StrawberryField | None = field.extensions.get(_BACKREF)
    return None if declared is None else marks_of(declared)

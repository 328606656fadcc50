"""Builds the schema: strawberry defines the types, graphql-core gets the resolvers of the declared fields."""

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
from schema.fields.declare import FieldSpec, spec_of
from schema.fields.entities import ENTITIES, TYPE_NAME
from schema.fields.resolvers import make_resolver
from schema.fields.scalars import SCALARS
from schema.fields.sources import Column
from schema.mutation import Mutation
from schema.query import Query
from store.db.registry import RESOURCES

# Importing a module declares its types.
ENTITY_MODULES = (
    *(activations, audit, containers, groups, licenses, notifications, orders),
    *(portal, products, projects, restores, tickets, users),
)
_STRAWBERRY_FIELD = "strawberry-definition"  # the extension in which strawberry keeps its field


class InvalidSchema(Exception):
    """The schema contradicts the policy."""


def build_schema(policy: Policy, subscription: type | None = None) -> strawberry.Schema:
    """Raises InvalidSchema if the actions differ from the policy's, or a field rule guards a field that is never null."""
    problems = [
        f"action {action!r} must be both in the policy and in schema/actions.py"
        for action in sorted(unknown_actions(policy, RESOURCES))
    ]
    problems += [
        f"{cls.__name__}.{name} must be declared as guarded: a field rule of the policy can hide it"
        for cls, name in _unguarded(policy)
    ]
    if problems:
        raise InvalidSchema("\n".join(problems))
    schema = strawberry.Schema(
        Query,
        Mutation,
        subscription,
        types=[entity.type for entity in ENTITIES.values()],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    _set_resolvers(schema)
    return schema


def _unguarded(policy: Policy) -> list[tuple[type, str]]:
    unguarded = {
        (entity.cls, spec.source.name)
        for entity in ENTITIES.values()
        for spec in entity.fields.values()
        if isinstance(spec.source, Column) and not spec.guarded
    }
    return sorted(unguarded & policy.compiled.fields.keys(), key=str)


def _set_resolvers(schema: strawberry.Schema) -> None:
    """Give graphql-core the resolvers of declared fields: those of strawberry cost a detour for each value."""
    for name, graphql_type in schema._schema.type_map.items():  # noqa: SLF001 - strawberry has no public name for it
        match graphql_type:
            case GraphQLInterfaceType():
                graphql_type.resolve_type = lambda row, _info, _type: getattr(row, TYPE_NAME)
            case GraphQLObjectType():
                graphql_type.is_type_of = None  # the type of a row follows from the field that returns it
                for field in graphql_type.fields.values():
                    spec = _spec(field)
                    if spec is not None:
                        field.resolve = make_resolver(name, spec)


def _spec(field: GraphQLField) -> FieldSpec | None:
    strawberry_field: StrawberryField | None = field.extensions.get(_STRAWBERRY_FIELD)
    return None if strawberry_field is None else spec_of(strawberry_field)

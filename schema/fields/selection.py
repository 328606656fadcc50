"""The fields that an operation selects below a field, so that rows are fetched with these columns only."""

from collections.abc import Iterable, Iterator
from typing import Any, cast

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSkipDirective,
    InlineFragmentNode,
    NamedTypeNode,
    SelectionSetNode,
    get_directive_values,
    is_abstract_type,
)

from authz.lists.queries import Expression, Projection
from authz.policy import Policy
from schema.context import ResolveInfo
from schema.fields.entities import Entity


def selected_fields(info: ResolveInfo, nodes: Iterable[FieldNode], type_name: str) -> dict[str, list[FieldNode]]:
    """The fields of a type selected below these nodes, by name (not alias)."""
    fields: dict[str, list[FieldNode]] = {}
    parent_type = info.schema.type_map[type_name]
    seen: set[str] = set()  # each fragment is visited once, however often it is spread
    for node in nodes:
        if node.selection_set is not None:
            for field in _fields(info, node.selection_set, parent_type, seen):
                fields.setdefault(field.name.value, []).append(field)
    return fields


def projection_of(
    info: ResolveInfo, nodes: Iterable[FieldNode], entity: Entity, policy: Policy, *, with_type_name: bool = False
) -> Projection:
    """The columns, expressions and permissions that the selected fields need; an interface needs the type name, too."""
    columns: set[str] = set()
    expressions: set[Expression] = {entity.type_name_expression} if with_type_name else set()
    can: set[str] = set()
    for name in selected_fields(info, nodes, entity.name):
        spec = entity.fields.get(name)
        if spec is not None:
            projection = spec.source.projection(entity.cls, policy)
            columns |= projection.columns
            expressions |= projection.expressions
            can |= projection.can
    return Projection(frozenset(columns), frozenset(expressions), frozenset(can))


def row_selections(info: ResolveInfo, nodes: Iterable[FieldNode], entity: Entity) -> list[FieldNode] | None:
    """The nodes below a connection that select rows; None if only the number of rows is selected."""
    fields = selected_fields(info, nodes, f"{entity.name}Connection")
    if fields.keys().isdisjoint({"nodes", "edges", "pageInfo"}):
        return None
    edges = selected_fields(info, fields.get("edges", ()), f"{entity.name}Edge")
    return [*fields.get("nodes", ()), *edges.get("node", ())]


def _fields(
    info: ResolveInfo, selections: SelectionSetNode, parent_type: GraphQLNamedType, seen: set[str]
) -> Iterator[FieldNode]:
    for each in selections.selections:
        if each.directives and not _included(info, each):
            continue
        match each:
            case FieldNode():
                yield each
            case InlineFragmentNode():
                if _applies(info, each.type_condition, parent_type):
                    yield from _fields(info, each.selection_set, parent_type, seen)
            case FragmentSpreadNode():
                name = each.name.value
                if name not in seen and _applies(info, info.fragments[name].type_condition, parent_type):
                    seen.add(name)
                    yield from _fields(info, info.fragments[name].selection_set, parent_type, seen)


def _included(info: ResolveInfo, node: Any) -> bool:
    skip = get_directive_values(GraphQLSkipDirective, node, info.variable_values)
    include = get_directive_values(GraphQLIncludeDirective, node, info.variable_values)
    return not (skip and skip["if"]) and not (include and not include["if"])


def _applies(info: ResolveInfo, condition: NamedTypeNode | None, parent_type: GraphQLNamedType) -> bool:
    if condition is None or condition.name.value == parent_type.name:
        return True
    other = info.schema.type_map[condition.name.value]
    return is_abstract_type(other) and info.schema.is_sub_type(other, cast("GraphQLObjectType", parent_type))

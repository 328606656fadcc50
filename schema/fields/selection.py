"""What a client has selected of a thing, told before the rows are fetched: so that they carry that and nothing else."""

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

Selected = dict[str, list[FieldNode]]


def selected(info: ResolveInfo, nodes: Iterable[FieldNode], type_name: str) -> Selected:
    """The fields of a type below some places of a document, by their names, not their aliases."""
    found: Selected = {}
    kind = info.schema.type_map[type_name]
    seen: set[str] = set()  # a fragment counts once, however often fragments spread each other
    for node in nodes:
        if node.selection_set is not None:
            for each in _fields(info, node.selection_set, kind, seen):
                found.setdefault(each.name.value, []).append(each)
    return found


def want_of(
    info: ResolveInfo,
    nodes: Iterable[FieldNode],
    entity: Entity,
    policy: Policy,
    *,
    named: bool = False,
) -> Projection:
    """What rows have to carry for what is selected of them; `named`: also the name of their type, for an interface."""
    columns: set[str] = set()
    expressions: set[Expression] = {entity.kind} if named else set()
    can: set[str] = set()
    for name in selected(info, nodes, entity.name):
        marks = entity.marks.get(name)
        if marks is not None:
            projection = marks.source.projection(entity.cls, policy)
            columns |= projection.columns
            expressions |= projection.expressions
            can |= projection.can
    return Projection(frozenset(columns), frozenset(expressions), frozenset(can))


def listed(info: ResolveInfo, nodes: Iterable[FieldNode], entity: Entity) -> list[FieldNode] | None:
    """The places of a document that select rows of a list; None where it asks for no rows, only for their number."""
    below = selected(info, nodes, f"{entity.name}Connection")
    if below.keys().isdisjoint({"nodes", "edges", "pageInfo"}):
        return None
    edges = selected(info, below.get("edges", ()), f"{entity.name}Edge")
    return [*below.get("nodes", ()), *edges.get("node", ())]


def _fields(
    info: ResolveInfo,
    selections: SelectionSetNode,
    kind: GraphQLNamedType,
    seen: set[str],
) -> Iterator[FieldNode]:
    for each in selections.selections:
        if each.directives and not _included(info, each):
            continue
        match each:
            case FieldNode():
                yield each
            case InlineFragmentNode():
                if _applies(info, each.type_condition, kind):
                    yield from _fields(info, each.selection_set, kind, seen)
            case FragmentSpreadNode():
                name = each.name.value
                if name not in seen and _applies(info, info.fragments[name].type_condition, kind):
                    seen.add(name)
                    yield from _fields(info, info.fragments[name].selection_set, kind, seen)


def _included(info: ResolveInfo, node: Any) -> bool:
    skip = get_directive_values(GraphQLSkipDirective, node, info.variable_values)
    include = get_directive_values(GraphQLIncludeDirective, node, info.variable_values)
    return not (skip and skip["if"]) and not (include and not include["if"])


def _applies(info: ResolveInfo, condition: NamedTypeNode | None, kind: GraphQLNamedType) -> bool:
    if condition is None or condition.name.value == kind.name:
        return True
    other = info.schema.type_map[condition.name.value]
    return is_abstract_type(other) and info.schema.is_sub_type(other, cast("GraphQLObjectType", kind))

"""Documents and arguments that cover a schema, generated from the schema."""

import itertools

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
    print_ast,
)
from graphql.utilities import ast_from_value

from schema.fields.entities import ENTITIES
from schema.fields.ids import from_global_id, to_global_id

SCALARS = {
    "String": ["Hidden", "a", ""],
    "DateTime": ["2026-07-30T12:00:00Z"],
    "Int": [1, 4],
    "BigInt": [1, 12],
    "Boolean": [True, False],
    "EmailAddress": ["hidden@acme.example"],
}
ROLES = {
    "target": "user",
    "holder": "user",
    "person": "user",
    "parent": "group",
    "scopeGroup": "group",
    "owner": "group",
}
"""The entities of the ID arguments that are not named after them."""


def leaves(kind: GraphQLObjectType, depth: int) -> str:
    """A selection of all leaf fields of a type and, `depth` levels deep, of the objects it refers to."""
    selections = []
    for name, field in kind.fields.items():
        named = get_named_type(field.type)
        if any(is_required_argument(argument) for argument in field.args.values()):
            continue
        if is_leaf_type(named):
            selections.append(name)
        elif depth and isinstance(named, GraphQLObjectType) and "first" not in field.args:
            selections.append(f"{name} {{ {leaves(named, depth - 1)} }}")
        elif depth and "first" in field.args:
            inner = "{ totalCount nodes { id viewerCan } pageInfo { hasNextPage startCursor endCursor } }"
            selections.append(f"{name}(first: 3) {inner}")
    return " ".join(selections) or "__typename"


def connections(viewer: GraphQLObjectType):
    """Each list of the viewer: its name, the type of its nodes and its arguments."""
    for name, field in viewer.fields.items():
        if "first" in field.args:
            node = get_named_type(get_named_type(field.type).fields["nodes"].type)
            yield name, node, field.args


def values(kind, ids):
    """Values of an input type: all values of an enum, the given IDs, a few of any other scalar."""
    if isinstance(kind, GraphQLNonNull):
        return values(kind.of_type, ids)
    if isinstance(kind, GraphQLList):
        return [values(kind.of_type, ids)]
    if isinstance(kind, GraphQLEnumType):
        return [value.value for value in kind.values.values()]
    if isinstance(kind, GraphQLInputObjectType):
        return []
    return ids if kind.name == "ID" else SCALARS.get(kind.name, [])


def literal(value, kind) -> str:
    return print_ast(ast_from_value(value, kind))


def filters(node, args, ids):
    """The text of a `where` for every filter of a list and every operation of it."""
    where = get_named_type(args["where"].type) if "where" in args else None
    for name, field in where.fields.items() if where else ():
        kind = get_named_type(field.type)
        matching = [id_ for id_ in ids if from_global_id(id_)[0] == ENTITIES[node.name].fields[name].graphql_type]
        for operation, operand in kind.fields.items() if isinstance(kind, GraphQLInputObjectType) else ():
            for value in values(operand.type, matching)[: None if matching else 1]:
                yield f"{{ {name}: {{ {operation}: {literal(value, operand.type)} }} }}"


def orders(args):
    """The text of an `orderBy` for every order of a list, in both directions."""
    by = get_named_type(args["orderBy"].type) if "orderBy" in args else None
    if by is not None:
        for field in get_named_type(by.fields["field"].type).values:
            for direction in ("ASC", "DESC"):
                yield f"{{ field: {field}, direction: {direction} }}"


def documents(schema, ids, every=1):
    """Documents for all lists and one in `every` of their filters and orders, twenty in a document."""
    numbers = itertools.count()
    for name, node, args in connections(schema.type_map["Viewer"]):
        fields = f"totalCount edges {{ cursor node {{ {leaves(node, 1)} }} }}"
        yield f"{{ viewer {{ {name}(first: 20) {{ {fields} pageInfo {{ hasNextPage startCursor endCursor }} }} }} }}"
        arguments = [f"where: {where}" for where in filters(node, args, ids)]
        arguments += [f"orderBy: {order}" for order in orders(args)]
        sample = [argument for argument in arguments if next(numbers) % every == 0]
        shape = "{ totalCount edges { cursor node { id viewerCan } } pageInfo { hasNextPage endCursor } }"
        for start in range(0, len(sample), 20):
            selections = " ".join(
                f"a{number}: {name}(first: 2, {argument}) {shape}"
                for number, argument in enumerate(sample[start : start + 20])
            )
            yield f"{{ viewer {{ {selections} }} }}"


def arguments_of(mutation, ids: dict, key: str) -> dict:
    """An input with valid types; the name of an argument says of which kind its ID is."""
    kind = get_named_type(mutation.args["input"].type)
    arguments = {}
    for name, field in kind.fields.items():
        if name == "idempotencyKey":
            arguments[name] = key
        elif is_required_input_field(field) or name.endswith("Id"):
            arguments[name] = _value(field.type, name, ids)
    return {name: value for name, value in arguments.items() if value is not None}


def _value(kind, name, ids):
    if isinstance(kind, GraphQLNonNull):
        return _value(kind.of_type, name, ids)
    if isinstance(kind, GraphQLList):
        return [_value(kind.of_type, name.removesuffix("s"), ids)]
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    if isinstance(kind, GraphQLInputObjectType):
        required = {name: field for name, field in kind.fields.items() if is_required_input_field(field)}
        return {name: _value(field.type, name, ids) for name, field in required.items()}
    if kind.name == "ID":
        role = name.removesuffix("Id")
        entity = ROLES.get(role, role)
        return ids.get(entity[0].upper() + entity[1:], ids["License"])
    return (SCALARS | {"String": ["a text"]}).get(kind.name, ["x"])[0]


def encoded(ids):
    return {kind: to_global_id(kind, id_) for kind, id_ in ids.items()}

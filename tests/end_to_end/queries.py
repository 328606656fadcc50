"""Everything that can be asked of the schema, made from the schema itself."""

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

TEXTS = {
    "String": ["Hidden", "a", ""],
    "DateTime": ["2026-07-30T12:00:00Z"],
    "Int": [1, 4],
    "BigInt": [1, 12],
    "Boolean": [True, False],
    "EmailAddress": ["hidden@acme.example"],
}


def leaves(kind: GraphQLObjectType, depth: int) -> str:
    """All leaves of a type, and of what it names without arguments, so many steps deep."""
    words = []
    for name, field in kind.fields.items():
        named = get_named_type(field.type)
        if any(is_required_argument(each) for each in field.args.values()):
            continue
        if is_leaf_type(named):
            words.append(name)
        elif depth and isinstance(named, GraphQLObjectType) and "first" not in field.args:
            words.append(f"{name} {{ {leaves(named, depth - 1)} }}")
        elif depth and "first" in field.args:
            inner = "{ totalCount nodes { id viewerCan } pageInfo { hasNextPage startCursor endCursor } }"
            words.append(f"{name}(first: 3) {inner}")
    return " ".join(words) or "__typename"


def connections(viewer: GraphQLObjectType):
    """Each list of the viewer: its name, the type of its rows, its filters and its orders."""
    for name, field in viewer.fields.items():
        if "first" in field.args:
            node = get_named_type(get_named_type(field.type).fields["nodes"].type)
            yield name, node, field.args


def values(kind, ids):
    """Some values of an input type: all of an enum, those ids, a few of everything else."""
    if isinstance(kind, GraphQLNonNull):
        return values(kind.of_type, ids)
    if isinstance(kind, GraphQLList):
        return [values(kind.of_type, ids)]
    if isinstance(kind, GraphQLEnumType):
        return [each.value for each in kind.values.values()]
    if isinstance(kind, GraphQLInputObjectType):
        return []
    return ids if kind.name == "ID" else TEXTS.get(kind.name, [])


def written(value, kind) -> str:
    return print_ast(ast_from_value(value, kind))


def filters(node, args, ids):
    """Every filter of a list with every operation, as the text of its `where`."""
    where = get_named_type(args["where"].type) if "where" in args else None
    for name, field in where.fields.items() if where else ():
        kind = get_named_type(field.type)
        fitting = [each for each in ids if from_global_id(each)[0] == ENTITIES[node.name].fields[name].graphql_type]
        for operation, operand in kind.fields.items() if isinstance(kind, GraphQLInputObjectType) else ():
            for value in values(operand.type, fitting)[: None if fitting else 1]:
                yield f"{{ {name}: {{ {operation}: {written(value, operand.type)} }} }}"


def orders(args):
    """Every order of a list in both directions."""
    by = get_named_type(args["orderBy"].type) if "orderBy" in args else None
    if by is not None:
        for field in get_named_type(by.fields["field"].type).values:
            for direction in ("ASC", "DESC"):
                yield f"{{ field: {field}, direction: {direction} }}"


def documents(schema, ids, every=1):
    """All lists, and every so many-th of their filters and orders, in documents of twenty questions."""
    numbers = itertools.count()
    for name, node, args in connections(schema.type_map["Viewer"]):
        shown = f"totalCount edges {{ cursor node {{ {leaves(node, 1)} }} }}"
        yield f"{{ viewer {{ {name}(first: 20) {{ {shown} pageInfo {{ hasNextPage startCursor endCursor }} }} }} }}"
        ways = [f"where: {each}" for each in filters(node, args, ids)] + [f"orderBy: {each}" for each in orders(args)]
        chosen = [each for each in ways if next(numbers) % every == 0]
        shape = "{ totalCount edges { cursor node { id viewerCan } } pageInfo { hasNextPage endCursor } }"
        for start in range(0, len(chosen), 20):
            asked = " ".join(
                f"a{number}: {name}(first: 2, {each}) {shape}" for number, each in enumerate(chosen[start : start + 20])
            )
            yield f"{{ viewer {{ {asked} }} }}"


def arguments_of(mutation, ids: dict, key: str) -> dict:
    """An input that fits by its types; an id is the one of the kind that the argument's name ends in."""
    kind = get_named_type(mutation.args["input"].type)
    given = {}
    for name, field in kind.fields.items():
        if name == "idempotencyKey":
            given[name] = key
        elif is_required_input_field(field) or name.endswith("Id"):
            given[name] = _one(field.type, name, ids)
    return {name: value for name, value in given.items() if value is not None}


def _one(kind, name, ids):
    if isinstance(kind, GraphQLNonNull):
        return _one(kind.of_type, name, ids)
    if isinstance(kind, GraphQLList):
        return [_one(kind.of_type, name.removesuffix("s"), ids)]
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    if isinstance(kind, GraphQLInputObjectType):
        return {
            each: _one(field.type, each, ids) for each, field in kind.fields.items() if is_required_input_field(field)
        }
    if kind.name == "ID":
        noun = name.removesuffix("Id")
        noun = {
            "target": "user", "holder": "user", "person": "user", "parent": "group", "scopeGroup": "group", "owner": "group",
        }.get(noun, noun)  # fmt: skip
        return ids.get(noun[0].upper() + noun[1:], ids["License"])
    return (TEXTS | {"String": ["a text"]}).get(kind.name, ["x"])[0]


def encoded(ids):
    return {kind: to_global_id(kind, id_) for kind, id_ in ids.items()}

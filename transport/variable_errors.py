"""Error messages for values of the wrong type, in GraphQL's terms: those of graphql-core and strawberry quote Python."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    ValuesOfCorrectTypeRule,
    type_from_ast,
)

_MAX_DEPTH = 100
_MAX_PROBLEMS = 20


class LiteralsOfCorrectType(ValuesOfCorrectTypeRule):
    """graphql-core's rule, with messages in GraphQL's terms."""

    def report_error(self, error: GraphQLError) -> None:
        cause = error.original_error
        message = str(cause) if getattr(cause, "expected", False) else error.message
        message = re.sub(r", but encountered error .*", "", message, flags=re.DOTALL)
        message = re.sub(
            r"^Value cannot represent an? (\w+): .*", r"Expected value of type '\1'.", message, flags=re.DOTALL
        )
        message = message.replace("not to be None", "not to be null")
        super().report_error(GraphQLError(message, error.nodes))


def variable_problems(
    schema: GraphQLSchema, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> list[GraphQLError]:
    """Every value that does not have the declared type, with its path; at most 20."""
    problems: list[GraphQLError] = []
    for each in operation.variable_definitions or ():
        name = each.variable.name.value
        kind: Any = type_from_ast(schema, each.type)
        if name not in variables and (each.default_value or not isinstance(kind, GraphQLNonNull)):
            continue
        for problem in _problems(variables.get(name, Undefined), kind, f"${name}", 0):
            problems.append(GraphQLError(problem, each))
            if len(problems) == _MAX_PROBLEMS:
                return problems
    return problems or [GraphQLError("the variables do not have the declared types")]


def _problems(value: Any, kind: GraphQLInputType, path: str, depth: int) -> Iterator[str]:
    if isinstance(kind, GraphQLNonNull):
        if value is None or value is Undefined:
            yield f"{path}: expected {kind}, got {'no value' if value is Undefined else 'null'}"
            return
        kind = kind.of_type
    if value is None or value is Undefined:
        return
    if depth > _MAX_DEPTH:
        yield f"{path}: nested more than {_MAX_DEPTH} levels deep"
    elif isinstance(kind, GraphQLList):
        for number, item in enumerate(value) if isinstance(value, list) else ((0, value),):
            yield from _problems(item, kind.of_type, f"{path}[{number}]", depth + 1)
    elif isinstance(kind, GraphQLInputObjectType):
        yield from _object_problems(value, kind, path, depth)
    else:
        yield from _leaf_problems(value, kind, path)


def _leaf_problems(value: Any, kind: GraphQLScalarType | GraphQLEnumType, path: str) -> Iterator[str]:
    try:
        fits = kind.coerce_input_value(value) is not Undefined
    except Exception as error:  # noqa: BLE001 - a scalar may raise anything; only expected messages are shown
        cause = getattr(error, "original_error", None) or error
        yield f"{path}: {cause}" if getattr(cause, "expected", False) else f"{path}: expected {kind}"
    else:
        if not fits:
            yield f"{path}: expected {kind}"


def _object_problems(value: Any, kind: GraphQLInputObjectType, path: str, depth: int) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: expected an object of type {kind}"
        return
    for name in value:
        if name not in kind.fields:
            yield f"{path}: {kind} has no field {name!r}"
    for name, field in kind.fields.items():
        if name in value or field.default_value is Undefined:
            yield from _problems(value.get(name, Undefined), field.type, f"{path}.{name}", depth + 1)
    if kind.is_one_of and (len(value) != 1 or None in value.values()):
        yield f"{path}: expected exactly one field of {kind}"

"""What is wrong with a value that a client sent, in words of GraphQL: graphql-core and strawberry quote Python."""

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

_DEEPEST = 100
_MOST = 20  # a client that sends a thousand bad values is told about the first


class LiteralsOfCorrectType(ValuesOfCorrectTypeRule):
    """graphql-core's rule, with its words put right."""

    def report_error(self, error: GraphQLError) -> None:
        cause = error.original_error
        message = str(cause) if getattr(cause, "expected", False) else error.message
        message = re.sub(r", but encountered error .*", "", message, flags=re.DOTALL)
        message = re.sub(
            r"^Value cannot represent an? (\w+): .*",
            r"Expected value of type '\1'.",
            message,
            flags=re.DOTALL,
        )
        message = message.replace("not to be None", "not to be null")
        super().report_error(GraphQLError(message, error.nodes))


def variable_problems(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    given: Mapping[str, Any],
) -> list[GraphQLError]:
    """Every variable that does not fit its type, with the place inside it."""
    problems: list[GraphQLError] = []
    for each in operation.variable_definitions or ():
        name = each.variable.name.value
        kind: Any = type_from_ast(schema, each.type)
        if name not in given and (each.default_value or not isinstance(kind, GraphQLNonNull)):
            continue
        for problem in _problems(given.get(name, Undefined), kind, f"${name}", 0):
            problems.append(GraphQLError(problem, each))
            if len(problems) == _MOST:
                return problems
    return problems or [GraphQLError("the variables do not fit their types")]


def _problems(value: Any, kind: GraphQLInputType, place: str, depth: int) -> Iterator[str]:
    if isinstance(kind, GraphQLNonNull):
        if value is None or value is Undefined:
            yield f"{place}: expected {kind}, found {'nothing' if value is Undefined else 'null'}"
            return
        kind = kind.of_type
    if value is None or value is Undefined:
        return
    if depth > _DEEPEST:
        yield f"{place}: nested too deeply"
    elif isinstance(kind, GraphQLList):
        for number, item in enumerate(value) if isinstance(value, list) else ((0, value),):
            yield from _problems(item, kind.of_type, f"{place}[{number}]", depth + 1)
    elif isinstance(kind, GraphQLInputObjectType):
        yield from _object_problems(value, kind, place, depth)
    else:
        yield from _leaf_problems(value, kind, place)


def _leaf_problems(value: Any, kind: GraphQLScalarType | GraphQLEnumType, place: str) -> Iterator[str]:
    try:
        fits = kind.coerce_input_value(value) is not Undefined
    except Exception as error:  # noqa: BLE001 - a scalar may raise whatever Python raises; its text is not shown
        cause = getattr(error, "original_error", None) or error
        yield f"{place}: {cause}" if getattr(cause, "expected", False) else f"{place}: expected {kind}"
    else:
        if not fits:
            yield f"{place}: expected {kind}"


def _object_problems(value: Any, kind: GraphQLInputObjectType, place: str, depth: int) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{place}: expected {kind}, an object"
        return
    for name in value:
        if name not in kind.fields:
            yield f"{place}: {kind} has no field {name!r}"
    for name, field in kind.fields.items():
        if name in value or field.default_value is Undefined:
            yield from _problems(value.get(name, Undefined), field.type, f"{place}.{name}", depth + 1)
    if kind.is_one_of and (len(value) != 1 or None in value.values()):
        yield f"{place}: expected exactly one field of {kind}"

"""Declaring mutations: a use case, its description, what it takes and what it returns.

`declare(licenses.assign_license, "Assign a license.", takes(...), gives("...", license="The license as it is now."))`.
The mutation is named after the use case's operation, its input and payload after the mutation. The types of the payload come
from the result of the use case, its arguments are compared with the input: a difference stops the start with its place.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import Parameter
from typing import Annotated, Any

import strawberry
from strawberry.scalars import JSON
from strawberry.types.field import StrawberryField

from authz.gate.results import Kind, ResultField, fields_of
from authz.gate.use_case import Operation
from schema.errors import UserError
from schema.fields.declare import changed, changed_each
from schema.fields.execute_mutation import MutationInfo, MutationOutcome, execute
from schema.fields.inputs import parameters_of

_ONE_TIME = "It is shown once: after a replay or a dry run it is null."


class Misdeclared(Exception):
    """A declaration differs from its use case; the message begins with FILE:LINE of the declaration."""


@strawberry.type(
    name="Change",
    description="A change that was recorded in the audit log; after a dry run, a change that would be recorded.",
)
class Changed:
    """One recorded change."""

    action: str = strawberry.field(description="The action, such as `license.assigned`.")
    node_id: strawberry.ID = strawberry.field(description="The ID of the object that was changed.")
    before: JSON | None = strawberry.field(
        description="The changed fields before the change, by name; null for a new object."
    )
    after: JSON | None = strawberry.field(description="The changed fields after the change, by name.")


@strawberry.interface(
    description="What every mutation returns: either its result, or the errors for which nothing was changed."
)
class Payload:
    """A refusal is data: its errors are set and all other fields are null."""

    errors: list[UserError] = strawberry.field(description="Why nothing was changed; empty if the mutation succeeded.")
    changes: list[Changed] = strawberry.field(
        description="The changes in the order in which they were recorded; after a dry run, those that would be recorded."
        " Objects that a dry run would create cannot be read."
    )


@dataclass(frozen=True, slots=True)
class Mutation:
    """A mutation of the schema."""

    name: str
    field: StrawberryField


@dataclass(frozen=True, slots=True)
class Gives:
    """The description of a payload and of each of its fields."""

    description: str
    fields: Mapping[str, str]

    def payload(self, name: str, result: Mapping[str, ResultField]) -> type:
        """The payload type, its fields in the order of the declaration."""
        body = {key: _payload_field(key, result[key], each) for key, each in self.fields.items()}
        return strawberry.type(type(name, (Payload,), {"__module__": __name__, **body}), description=self.description)


def gives(description: str, /, **fields: str) -> Gives:
    """A payload with these fields of the result, each with its description, beside errors and changes."""
    return Gives(description, fields)


def declare(
    case: Operation[Any, Any], description: str, takes: Callable[[str], type], gives: Gives, *, does: Any = execute
) -> Mutation:
    """Declare the mutation of a use case, which `does` runs. Raises Misdeclared where the two differ."""
    frame = sys._getframe(1)  # noqa: SLF001 - the line of the declaration belongs into the message
    result = fields_of(case.result)
    problems = [*_input_problems(case, parameters_of(takes)), *_payload_problems(gives, result)]
    if problems:
        place = f"{frame.f_code.co_filename}:{frame.f_lineno}"
        raise Misdeclared(f"{place}: {case.operation} ({case.location}) {'; '.join(sorted(problems))}")
    name = case.operation
    kind = name[0].upper() + name[1:]

    async def resolver(info: MutationInfo, given: Any) -> MutationOutcome:
        outcome: MutationOutcome = await does(info, case, given)
        return outcome.with_fields(result)

    resolver.__annotations__["given"] = Annotated[
        takes(f"{kind}Input"),
        strawberry.argument(name="input", description=f"What `{name}` needs; see the fields of the input."),
    ]
    payload = gives.payload(f"{kind}Payload", result)
    field: Any = strawberry.mutation(resolver=resolver, name=name, graphql_type=payload, description=description)
    return Mutation(name, field)


def _payload_field(name: str, field: ResultField, description: str) -> Any:
    match field.kind:
        case Kind.ROW:
            return changed(field.type, name, description)
        case Kind.ROWS | Kind.IDS:
            return changed_each(field.type, name, description)
        case Kind.ONE_TIME:
            return strawberry.field(description=f"{description} {_ONE_TIME}", graphql_type=_kind_of(field.type) | None)
        case Kind.VALUE:
            return strawberry.field(description=description, graphql_type=_kind_of(field.type) | None)


def _kind_of(type_: Any) -> Any:
    """The GraphQL type of a value: a mapping is JSON, everything else speaks for itself."""
    return JSON if getattr(type_, "__origin__", type_) in (dict, Mapping) else type_


def _payload_problems(gives: Gives, result: Mapping[str, ResultField]) -> list[str]:
    declared = gives.fields.keys()
    unknown = [f"returns no {name}" for name in declared - result.keys()]
    return [*unknown, *(f"returns {name}, which the payload does not declare" for name in result.keys() - declared)]


def _input_problems(case: Operation[Any, Any], provided: dict[str, bool]) -> list[str]:
    expected = case.parameters
    problems = [
        f"needs {each}, which the input lacks"
        for each in expected.keys() - provided.keys()
        if _is_needed(expected[each])
    ]
    problems += [f"takes no {each}, which the input has" for each in provided.keys() - expected.keys()]
    problems += [
        f"needs {each}, which is optional in the input"
        for each, may in provided.items()
        if may and each in expected and _is_needed(expected[each])
    ]
    return problems


def _is_needed(parameter: Parameter) -> bool:
    return parameter.default is Parameter.empty

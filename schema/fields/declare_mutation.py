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
from schema.fields.inputs import told_by

_ONE_TIME = "It is shown once: after a replay or a dry run it is null."


class Misdeclared(Exception):
    """A declaration differs from its use case; the message begins with FILE:LINE of the declaration."""


@strawberry.type(name="Change", description="One thing that was changed, or after a dry run would be.")
class Changed:
    """As it stands in the audit log."""

    action: str = strawberry.field(description="What was done, such as `license.assigned`.")
    node_id: strawberry.ID = strawberry.field(description="To which thing.")
    before: JSON | None = strawberry.field(description="What was changed, as it was; null for something new.")
    after: JSON | None = strawberry.field(description="What was changed, as it is now.")


@strawberry.interface(description="What a mutation answers.")
class Payload:
    """Refusals are data, and then the other fields are null."""

    errors: list[UserError] = strawberry.field(description="Why nothing has changed; empty where something has.")
    changes: list[Changed] = strawberry.field(
        description="What has changed, one for each act on record; after a dry run what would, and what is new is not there.",
    )


@dataclass(frozen=True, slots=True)
class Mutation:
    """A mutation and what a client may do with it."""

    name: str
    field: StrawberryField


@dataclass(frozen=True, slots=True)
class Gives:
    """A payload to be: its description, and the description of each field of the result."""

    description: str
    fields: Mapping[str, Any]

    def payload(self, name: str, result: Mapping[str, ResultField]) -> type:
        """The payload type, its fields in the order of the declaration."""
        body = {
            key: _payload_field(key, result[key], each) if isinstance(each, str) else each
            for key, each in self.fields.items()
        }
        return strawberry.type(type(name, (Payload,), {"__module__": __name__, **body}), description=self.description)


def gives(description: str, /, **fields: Any) -> Gives:
    """A payload with these fields of the result, each with its description, beside errors and changes."""
    return Gives(description, fields)


def declare(
    case: Operation[Any, Any], description: str, takes: Callable[[str], type], gives: Gives, *, does: Any = execute
) -> Mutation:
    """Declare the mutation of a use case, which `does` runs. Raises Misdeclared where the two differ."""
    frame = sys._getframe(1)  # noqa: SLF001 - the line of the declaration belongs into the message
    result = fields_of(case.result)
    problems = [*_input_problems(case, told_by(takes)), *_payload_problems(gives, result)]
    if problems:
        place = f"{frame.f_code.co_filename}:{frame.f_lineno}"
        raise Misdeclared(f"{place}: {case.operation} ({case.location}) {'; '.join(sorted(problems))}")
    name = case.operation
    kind = name[0].upper() + name[1:]

    async def resolver(info: MutationInfo, given: Any) -> MutationOutcome:
        return await does(info, case, given)  # type: ignore[no-any-return]

    resolver.__annotations__["given"] = Annotated[
        takes(f"{kind}Input"), strawberry.argument(name="input", description="The arguments.")
    ]
    payload = gives.payload(f"{kind}Payload", result)
    field: Any = strawberry.mutation(resolver=resolver, name=name, graphql_type=payload, description=description)
    return Mutation(name, field)


def told_once(description: str, kind: Any = str) -> Any:
    """A secret of the answer: a repeat of the same request does not tell it again."""
    return strawberry.field(description=f"{description} It is told once; a repeat says null.", graphql_type=kind | None)


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
    declared = {name for name, each in gives.fields.items() if isinstance(each, str)}
    unknown = [f"returns no {name}" for name in declared - result.keys()]
    return [*unknown, *(f"returns {name}, which the payload does not declare" for name in result.keys() - declared)]


def _input_problems(case: Operation[Any, Any], told: dict[str, bool]) -> list[str]:
    wanted = case.parameters
    problems = [
        f"needs {each}, which the input lacks" for each in wanted.keys() - told.keys() if _is_needed(wanted[each])
    ]
    problems += [f"takes no {each}, which the input has" for each in told.keys() - wanted.keys()]
    problems += [
        f"needs {each}, which is optional in the input"
        for each, may in told.items()
        if may and each in wanted and _is_needed(wanted[each])
    ]
    return problems


def _is_needed(parameter: Parameter) -> bool:
    return parameter.default is Parameter.empty

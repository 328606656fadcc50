"""The words that declare a mutation: a use case, its sentence, what it takes and what it gives.

`change(licenses.assign_license, "Give a license to a person.", takes(...), gives(..., license=shown(License, "...")))`.
The mutation is called what the use case is called, and its input and payload after it; so what is declared and what the
use case wants to be told cannot drift apart.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from inspect import Parameter
from typing import Annotated, Any

import strawberry
from strawberry.scalars import JSON
from strawberry.types.field import StrawberryField

from authz.gate.use_case import UseCase
from schema.errors import UserError
from schema.fields.execute_mutation import MutationInfo, MutationOutcome, execute
from schema.fields.inputs import told_by


class Misdeclared(Exception):
    """A mutation tells its use case something else than it wants to be told."""


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


def declare(
    case: UseCase,
    description: str,
    takes: Callable[[str], type],
    gives: Callable[[str], type],
    *,
    does: Any = execute,
) -> Mutation:
    """Declare the mutation of a use case."""
    _require_same(case, told_by(takes))
    return mutation(case.operation, description, takes, gives, lambda info, given: does(info, case, given))


def mutation(
    name: str,
    description: str,
    takes: Callable[[str], type],
    gives: Callable[[str], type],
    does: Callable[[MutationInfo, Any], Awaitable[MutationOutcome]],
) -> Mutation:
    """Declare a mutation that goes a way of its own, because nobody is known yet who could act."""
    kind = name[0].upper() + name[1:]

    async def resolver(info: MutationInfo, given: Any) -> MutationOutcome:
        return await does(info, given)

    resolver.__annotations__["given"] = Annotated[
        takes(f"{kind}Input"),
        strawberry.argument(name="input", description="The arguments."),
    ]
    field: Any = strawberry.mutation(
        resolver=resolver,
        name=name,
        graphql_type=gives(f"{kind}Payload"),
        description=description,
    )
    return Mutation(name, field)


def gives(description: str, /, **fields: Any) -> Callable[[str], type]:
    """A payload with these fields beside its errors and changes."""
    return lambda name: strawberry.type(
        type(name, (Payload,), {"__module__": __name__, **fields}),
        description=description,
    )


def told_once(description: str, kind: Any = str) -> Any:
    """A secret of the answer: a repeat of the same request does not tell it again."""
    return strawberry.field(description=f"{description} It is told once; a repeat says null.", graphql_type=kind | None)


def _require_same(case: UseCase, told: dict[str, bool]) -> None:
    wanted = case.arguments
    problems = [f"does not tell {each}" for each in wanted.keys() - told.keys() if _is_needed(wanted[each])]
    problems += [f"tells {each}, which nobody asks for" for each in told.keys() - wanted.keys()]
    problems += [
        f"may leave out {each}" for each, may in told.items() if may and each in wanted and _is_needed(wanted[each])
    ]
    if problems:
        raise Misdeclared(f"{case.operation} {', '.join(sorted(problems))}")


def _is_needed(parameter: Parameter) -> bool:
    return parameter.default is Parameter.empty

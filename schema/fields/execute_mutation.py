"""Executing a mutation: from its input to the use case, and from the result to the payload."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from strawberry.types.info import Info

from authz.gate.results import restored
from authz.gate.transaction import AlreadyAnswered
from authz.gate.use_case import UseCase
from schema.context import Context
from schema.errors import UserError, user_error
from schema.fields.ids import to_global_id
from schema.fields.inputs import Refused, decoded
from store.errors import Refusal, Unauthenticated

MutationInfo = Info[Context, None]


class Change:
    """One recorded change, with a global ID."""

    def __init__(self, kept: Mapping[str, Any]) -> None:
        self.action = kept["action"]
        self.node_id = to_global_id(kept["type"], UUID(kept["id"]))
        self.before = kept["before"]
        self.after = kept["after"]


class MutationOutcome:
    """The root of a payload: for each field of the result an ID, IDs or a value; all of them None if there are errors."""

    def __init__(
        self, values: Mapping[str, Any], errors: list[UserError], *, changes: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        self.errors = errors
        self.changes = [Change(each) for each in changes]
        vars(self).update(values)

    def with_fields(self, names: Iterable[str]) -> "MutationOutcome":
        """The same outcome, with None for the fields that it has no value for."""
        for name in names:
            vars(self).setdefault(name, None)
        return self


async def execute(info: MutationInfo, case: UseCase[Any, Any], given: Any) -> MutationOutcome:
    """Run the use case, then read its rows in a new snapshot; a refusal becomes an error of the payload.

    A replay of the idempotency key returns the rows, or the refusal, of the first request.
    """
    context = info.context
    try:
        key, dry_run, arguments = decoded(given)
        done = await case(context.access.attempt(key=key, dry_run=dry_run), **arguments)
        outcome = MutationOutcome(done.payload, [], changes=done.changes)
    except AlreadyAnswered as first:
        outcome = _replayed(case, first.answer)
    except Refused as refused:
        return refusal_of(refused.refusal, ["input", refused.argument])
    except Refusal as refusal:
        return refusal_of(refusal)
    await context.renew()
    try:
        await context.access.view.actor()
    except Unauthenticated:  # the mutation has ended the login of this very request, which reads nothing more
        return MutationOutcome({}, outcome.errors)
    return outcome


def _replayed(case: UseCase[Any, Any], answer: Mapping[str, Any]) -> MutationOutcome:
    if "refusal" not in answer:
        return MutationOutcome(restored(case.result, answer["result"]), [], changes=answer["changes"])
    first = answer["refusal"]
    return MutationOutcome({}, [user_error(first["code"], first["message"], first["details"])])


def refusal_of(refusal: Refusal, path: list[str] | None = None) -> MutationOutcome:
    return MutationOutcome({}, [user_error(refusal.code, refusal.message, refusal.details, path)])

"""From an input to a use case and from its outcome to a payload: the one way that every mutation goes."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from strawberry.types.info import Info

from authz.gate.results import restored
from authz.gate.transaction import AlreadyAnswered
from authz.gate.use_case import UseCase
from schema.context import Context
from schema.errors import UserError, user_error
from schema.fields.ids import encode
from schema.fields.inputs import Refused, decoded
from store.errors import Refusal, Unauthenticated

MutationInfo = Info[Context, None]


class Change:
    """One thing that was changed, or after a dry run would be."""

    def __init__(self, kept: Mapping[str, Any]) -> None:
        self.action = kept["action"]
        self.node_id = encode(kept["type"], UUID(kept["id"]))
        self.before = kept["before"]
        self.after = kept["after"]


class MutationOutcome:
    """The root of a payload: for each field of the result an id, ids or a value; all of them None where errors say why."""

    def __init__(
        self,
        values: Mapping[str, Any],
        errors: list[UserError],
        *,
        changes: Sequence[Mapping[str, Any]] = (),
        ids: Mapping[str, list[str]] | None = None,
    ) -> None:
        self.ids = {kind: [UUID(each) for each in found] for kind, found in (ids or {}).items()}
        self.errors = errors
        self.changes = [Change(each) for each in changes]
        vars(self).update(values)

    def __getattr__(self, name: str) -> Any:
        found = self.__dict__["ids"].get(name)
        return found[0] if found else None


async def execute(info: MutationInfo, case: UseCase[Any, Any], given: Any) -> MutationOutcome:
    """Run the use case, then read its rows in a new snapshot; a refusal becomes an error of the payload.

    A replay of the idempotency key returns the rows, or the refusal, of the first request.
    """
    context = info.context
    try:
        key, dry_run, arguments = decoded(given)
        done = await case(context.access.attempt(key=key, dry_run=dry_run), **arguments)
        values = {**done.payload, **done.told}
        outcome = MutationOutcome(values, [], changes=done.changes, ids=done.ids)
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
        values = restored(case.result, answer["result"])
        return MutationOutcome(values, [], changes=answer["changes"], ids=answer["ids"])
    first = answer["refusal"]
    return MutationOutcome({}, [user_error(first["code"], first["message"], first["details"])])


def refusal_of(refusal: Refusal, path: list[str] | None = None) -> MutationOutcome:
    return MutationOutcome({}, [user_error(refusal.code, refusal.message, refusal.details, path)])

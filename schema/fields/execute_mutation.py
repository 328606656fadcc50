"""From an input to a use case and from its outcome to a payload: the one way that every mutation goes."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from strawberry.types.info import Info

from authz.gate.gate import AlreadyAnswered
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
    """What a payload is made of: the ids of what was changed, by class, or why nothing was."""

    def __init__(
        self,
        ids: Mapping[str, list[str]],
        errors: list[UserError],
        *,
        changes: Sequence[Mapping[str, Any]] = (),
        told: Mapping[str, Any] | None = None,
    ) -> None:
        self.ids = {kind: [UUID(each) for each in found] for kind, found in ids.items()}
        self.errors = errors
        self.changes = [Change(each) for each in changes]
        self.__dict__.update(told or {})

    def __getattr__(self, name: str) -> Any:
        """The first that was changed of a class; what there is no word of is null."""
        found = self.__dict__["ids"].get(name)
        return found[0] if found else None


async def execute(info: MutationInfo, case: UseCase, given: Any) -> MutationOutcome:
    """Act, and read from a later instant on; what is refused becomes data.

    A repeated request gets the ids, or the refusal, of the first.
    """
    context = info.context
    try:
        key, dry_run, arguments = decoded(given)
        answer = await case(context.access, key=key, dry_run=dry_run, **arguments)
        outcome = MutationOutcome(answer.ids, [], changes=answer.changes, told=answer.told)
    except AlreadyAnswered as kept:
        outcome = _kept(kept.answer)
    except Refused as refused:
        return refusal_of(refused.refusal, ["input", refused.argument])
    except Refusal as refusal:
        return refusal_of(refusal)
    await context.renew()
    try:
        await context.access.view.actor()
    except Unauthenticated:  # he has ended the login of this very request, and reads nothing more
        return MutationOutcome({}, outcome.errors)
    return outcome


def _kept(answer: Mapping[str, Any]) -> MutationOutcome:
    if "refusal" not in answer:
        return MutationOutcome(answer["ids"], [], changes=answer["changes"])
    first = answer["refusal"]
    return MutationOutcome({}, [user_error(first["code"], first["message"], first["details"])])


def refusal_of(refusal: Refusal, path: list[str] | None = None) -> MutationOutcome:
    return MutationOutcome({}, [user_error(refusal.code, refusal.message, refusal.details, path)])

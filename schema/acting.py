"""From an input to a use case and from its outcome to a payload: the one way that every mutation goes."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

import strawberry
from strawberry.types.info import Info

from authz.access import Access
from authz.gate import AlreadyAnswered
from schema.context import Context
from schema.entities import ENTITIES, Entity
from schema.errors import UserError, user_error
from schema.ids import decode_as
from schema.scalars import clean
from store.errors import BadInput, Refusal
from store.mapping import Record

Asks = Info[Context, None]
_LONGEST_KEY = 200


@strawberry.input
class Once:
    """What every change takes besides its own arguments."""

    idempotency_key: str = strawberry.field(
        description="Your own name for this request, 1 to 200 characters: a repeat gets the first answer."
    )
    dry_run: bool = strawberry.field(
        default=False, description="Whether to try only: everything is checked as usual, and nothing changes."
    )


class Outcome:
    """What a payload is made of: the ids of what was changed, by kind, or why nothing was."""

    def __init__(self, ids: Mapping[str, UUID], errors: list[UserError], **more: Any) -> None:
        self.errors = errors
        self.__dict__.update(more)
        self.__dict__.update(ids)

    def __getattr__(self, name: str) -> None:
        """What there is no word of is null."""


class Refused(Exception):
    """An argument is wrong, and which."""

    def __init__(self, argument: str, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.argument = argument
        self.refusal = refusal


def id_in(argument: str, text: str, *expected: type[Record]) -> tuple[Entity, UUID]:
    """The thing that an argument names."""
    try:
        return decode_as(text, *(ENTITIES[each.__name__] for each in expected))
    except BadInput as refusal:
        raise Refused(argument, refusal) from None


def text_in(argument: str, text: str, *, longest: int = 2000, shortest: int = 0) -> str:
    """A text of a length that makes sense."""
    if not shortest <= len(text) <= longest:
        raise Refused(argument, BadInput(f"{argument} has {shortest} to {longest} characters"))
    try:
        return clean(text)
    except BadInput as refusal:
        raise Refused(argument, refusal) from None


def key_in(change: Once) -> dict[str, Any]:
    """The idempotency key and the wish to try only, as use cases take them."""
    key = text_in("idempotencyKey", change.idempotency_key, shortest=1, longest=_LONGEST_KEY)
    return {"key": key, "dry_run": change.dry_run}


Work = tuple[Mapping[str, UUID], Awaitable[None]]


async def done(info: Asks, begin: Callable[[Access], Work]) -> Outcome:
    """Act, and read from a later instant on; what is refused becomes data.

    `begin` decodes its arguments and gives the ids that it knows of itself, and the use case to await. The ids of what
    the gate has recorded come to them. A repeated request gets the ids, or the refusal, of the first.
    """
    context = info.context
    known: Mapping[str, UUID] = {}
    try:
        known, work = begin(context.access)
        await work
        answer: Mapping[str, Any] = context.access.last_answer
    except AlreadyAnswered as kept:
        answer = kept.answer
    except Refused as refused:
        return refusal_of(refused.refusal, ["input", refused.argument])
    except Refusal as refusal:
        return refusal_of(refusal)
    await context.renew()
    if "refusal" in answer:
        first = answer["refusal"]
        return Outcome({}, [user_error(first["code"], first["message"], first["details"])])
    return Outcome({**known, **{kind: UUID(id_) for kind, id_ in answer["ids"].items()}}, [])


def refusal_of(refusal: Refusal, path: list[str] | None = None) -> Outcome:
    return Outcome({}, [user_error(refusal.code, refusal.message, refusal.details, path)])

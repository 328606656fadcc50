"""The way of mutations that somebody asks for whom the portal does not know yet: no gate, no key, and no row to show."""

from collections.abc import Awaitable, Callable
from typing import Any

from schema.fields.execute_mutation import MutationInfo, MutationOutcome, refusal_of
from schema.fields.inputs import Refused, arguments_of
from store.errors import Refusal


async def as_stranger(info: MutationInfo, does: Callable[..., Awaitable[None]], given: Any) -> MutationOutcome:
    """Do it, and say no more than that it is done, or why not."""
    try:
        await does(info.context.access, **arguments_of(given))
    except Refused as refused:
        return refusal_of(refused.refusal, ["input", refused.argument])
    except Refusal as refusal:
        return refusal_of(refusal)
    await info.context.renew()
    return MutationOutcome({}, [])

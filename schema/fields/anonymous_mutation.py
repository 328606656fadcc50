"""Mutations of callers who have not authenticated: without an idempotency key, a dry run and changes."""

from typing import Any

from authz.gate.anonymous import AnonymousUseCase
from authz.gate.results import payload_of
from schema.fields.execute_mutation import MutationInfo, MutationOutcome, refusal_of
from schema.fields.inputs import Refused, arguments_of
from store.errors import Refusal


async def execute_anonymous(info: MutationInfo, case: AnonymousUseCase[Any, Any], given: Any) -> MutationOutcome:
    """Run the use case, then read in a new snapshot; a refusal becomes an error of the payload."""
    try:
        result = await case(info.context.access, **arguments_of(given))
    except Refused as refused:
        return refusal_of(refused.refusal, ["input", refused.argument])
    except Refusal as refusal:
        return refusal_of(refusal)
    await info.context.renew()
    return MutationOutcome(payload_of(result, dry_run=False), [])

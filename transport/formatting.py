"""The errors of an execution as a client may see them, and JSON that never fails to be written."""

import json
import logging
from typing import Any

from graphql import ExecutionResult, GraphQLError

from transport.errors import Broken, Formatted, NotAuthenticated, RequestRefused, Unavailable

log = logging.getLogger("portal.transport")


def answer(result: ExecutionResult, request_id: str) -> Formatted:
    """What was found, and beside it what was refused or went wrong."""
    if result.errors:
        return {"errors": [execution_error(each, request_id) for each in result.errors], "data": result.data}
    return {"data": result.data}


def execution_error(error: GraphQLError, request_id: str) -> Formatted:
    """A refusal keeps its words; a bug is logged once with its traceback and told by its id only."""
    cause = origin(error)
    extensions: Formatted
    if getattr(cause, "expected", False):
        message, extensions = str(cause), {"code": getattr(cause, "code", "REFUSED")}
    elif isinstance(cause, GraphQLError) and cause.message.startswith("Argument "):
        # A nullable variable in a place with a default: valid, and wrong only with the value null.
        message, extensions = f"{cause.message.split(' has ')[0].lower()}: expected a value", {"code": "BAD_USER_INPUT"}
    else:
        log.error("request %s failed at %s", request_id, _place(error), exc_info=cause)
        message, extensions = "something went wrong", {"code": "INTERNAL", "requestId": request_id}
    formatted: Formatted = dict(error.formatted)
    return {**formatted, "message": message, "extensions": extensions}


def refusal(error: Exception, request_id: str) -> RequestRefused:
    """What kept an operation from running, as a refusal; a bug is logged and masked."""
    if isinstance(error, RequestRefused):
        return error
    cause = origin(error)
    if getattr(cause, "expected", False):
        code = getattr(cause, "code", RequestRefused.code)
        for known in (NotAuthenticated, Unavailable):
            if code == known.code:
                return known(str(cause))
        return RequestRefused(GraphQLError(str(cause), extensions={"code": code}))
    log.error("request %s failed outside of its fields", request_id, exc_info=error)
    return Broken(request_id)


def unserved(result: ExecutionResult) -> BaseException | None:
    """What kept everything that was asked for from being served, where something that is needed is away."""
    if any(each is not None for each in (result.data or {}).values()):
        return None
    causes = (origin(each) for each in result.errors or ())
    return next((each for each in causes if getattr(each, "code", None) == Unavailable.code), None)


def origin(error: BaseException) -> BaseException:
    """What was raised first, below all the places that it passed through."""
    while (inner := getattr(error, "original_error", None)) is not None:
        error = inner
    return error


def encoded(value: Any) -> bytes:
    """JSON in UTF-8. A lone surrogate that got into the data is shown as a question mark instead of failing."""
    return text(value).encode("utf-8", "replace")


def text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _place(error: GraphQLError) -> str:
    return ".".join(map(str, error.path or ())) or "the operation"

"""Results and errors as clients may see them, and JSON that can always be encoded."""

import json
import logging
from typing import Any

from graphql import ExecutionResult, GraphQLError

from transport.errors import InternalError, JsonObject, NotAuthenticated, RequestError, ServiceUnavailable

log = logging.getLogger("portal.transport")


def formatted_result(result: ExecutionResult, request_id: str) -> JsonObject:
    """The `data` of a result, and its `errors` if there are any."""
    if result.errors:
        return {"errors": [execution_error(each, request_id) for each in result.errors], "data": result.data}
    return {"data": result.data}


def execution_error(error: GraphQLError, request_id: str) -> JsonObject:
    """A refusal keeps its message; a bug is logged with its traceback and masked."""
    cause = root_cause(error)
    extensions: JsonObject
    if getattr(cause, "expected", False):
        message, extensions = str(cause), {"code": getattr(cause, "code", "REFUSED")}
    elif isinstance(cause, GraphQLError) and cause.message.startswith("Argument "):
        # A nullable variable for an argument with a default value: valid, but null is not accepted.
        message, extensions = f"{cause.message.split(' has ')[0].lower()}: expected a value", {"code": "BAD_USER_INPUT"}
    else:
        log.error("request %s failed at %s", request_id, _path(error), exc_info=cause)
        message, extensions = "internal error", {"code": "INTERNAL", "requestId": request_id}
    formatted: JsonObject = dict(error.formatted)
    return {**formatted, "message": message, "extensions": extensions}


def request_error(error: Exception, request_id: str) -> RequestError:
    """What prevented an operation from running, as a request error; a bug is logged and masked."""
    if isinstance(error, RequestError):
        return error
    cause = root_cause(error)
    if getattr(cause, "expected", False):
        code = getattr(cause, "code", RequestError.code)
        for known in (NotAuthenticated, ServiceUnavailable):
            if code == known.code:
                return known(str(cause))
        return RequestError(GraphQLError(str(cause), extensions={"code": code}))
    log.error("request %s failed outside of its fields", request_id, exc_info=error)
    return InternalError(request_id)


def outage_in(result: ExecutionResult) -> BaseException | None:
    """The outage of a service because of which every root field is null; None if there is data or no outage."""
    if any(each is not None for each in (result.data or {}).values()):
        return None
    causes = (root_cause(each) for each in result.errors or ())
    return next((each for each in causes if getattr(each, "code", None) == ServiceUnavailable.code), None)


def root_cause(error: BaseException) -> BaseException:
    """The exception that was raised first, below all the GraphQL errors that wrap it."""
    while (inner := getattr(error, "original_error", None)) is not None:
        error = inner
    return error


def json_bytes(value: Any) -> bytes:
    """JSON in UTF-8; a lone surrogate in the data becomes a question mark instead of an error."""
    return json_text(value).encode("utf-8", "replace")


def json_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _path(error: GraphQLError) -> str:
    return ".".join(map(str, error.path or ())) or "the operation"

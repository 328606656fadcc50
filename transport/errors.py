"""The errors of the transport itself, each with its code and the corresponding HTTP status."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from graphql import GraphQLError

JsonObject = dict[str, Any]


class RequestError(Exception):
    """A request error as the GraphQL specification defines it: nothing was executed, the response has no `data`."""

    code: ClassVar[str] = "BAD_USER_INPUT"
    expected: ClassVar[bool] = True
    status: ClassVar[int] = 422
    well_formed: ClassVar[bool] = True
    """Whether the request is a GraphQL request at all; clients that accept `application/json` then get status 200."""

    def __init__(self, *problems: str | GraphQLError, headers: Mapping[str, str] | None = None) -> None:
        self.problems: Sequence[GraphQLError] = [
            each if isinstance(each, GraphQLError) else GraphQLError(each) for each in problems
        ]
        self.headers = headers or {}
        super().__init__("; ".join(each.message for each in self.problems))

    def formatted(self) -> list[JsonObject]:
        return [
            {**problem.formatted, "extensions": {"code": self.code, **(problem.extensions or {})}}
            for problem in self.problems
        ]


class InvalidSyntax(RequestError):
    code = "SYNTAX_ERROR"
    status = 400


class ValidationFailed(RequestError):
    """The document does not fit the schema, or does not contain the requested operation."""

    code = "VALIDATION_FAILED"


class InvalidVariables(RequestError):
    """A variable does not have the type that the document declares."""


class LimitExceeded(RequestError):
    code = "LIMIT_EXCEEDED"


class MalformedRequest(RequestError):
    """The HTTP request or the message is not a GraphQL request."""

    status = 400
    well_formed = False


class MethodNotAllowed(MalformedRequest):
    status = 405


class NotAcceptable(MalformedRequest):
    status = 406


class BodyTooLarge(MalformedRequest):
    code = "LIMIT_EXCEEDED"
    status = 413


class UnsupportedMediaType(MalformedRequest):
    status = 415


class NotAuthenticated(MalformedRequest):
    code = "UNAUTHENTICATED"
    status = 401


class TimedOut(MalformedRequest):
    code = "TIMEOUT"
    status = 503


class ServiceUnavailable(MalformedRequest):
    """A service that the portal depends on is temporarily unavailable; a mutation can be repeated with the same key."""

    code = "UNAVAILABLE"
    status = 503

    def __init__(self, message: str) -> None:
        super().__init__(message, headers={"Retry-After": "1"})


class InternalError(MalformedRequest):
    """A bug; the client gets nothing but the ID under which it is logged."""

    code = "INTERNAL"
    status = 500

    def __init__(self, request_id: str) -> None:
        super().__init__(GraphQLError("internal error", extensions={"requestId": request_id}))

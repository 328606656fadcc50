"""What the transport itself refuses, each with its code and the HTTP status that says the same."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from graphql import GraphQLError

Formatted = dict[str, Any]


class RequestRefused(Exception):
    """Nothing was executed: the answer has `errors` and no `data`."""

    code: ClassVar[str] = "BAD_USER_INPUT"
    expected: ClassVar[bool] = True
    status: ClassVar[int] = 422
    well_formed: ClassVar[bool] = True
    """The request is one of GraphQL; to clients of `application/json` its refusal is a 200."""

    def __init__(self, *problems: str | GraphQLError, headers: Mapping[str, str] | None = None) -> None:
        self.problems: Sequence[GraphQLError] = [
            each if isinstance(each, GraphQLError) else GraphQLError(each) for each in problems
        ]
        self.headers = headers or {}
        super().__init__("; ".join(each.message for each in self.problems))

    def formatted(self) -> list[Formatted]:
        return [
            {**problem.formatted, "extensions": {"code": self.code, **(problem.extensions or {})}}
            for problem in self.problems
        ]


class BadSyntax(RequestRefused):
    code = "SYNTAX_ERROR"
    status = 400


class Invalid(RequestRefused):
    """The document does not fit the schema, or the operation cannot be told."""

    code = "VALIDATION_FAILED"


class BadVariables(RequestRefused):
    """A value does not fit the type that the document gives it."""


class TooMuch(RequestRefused):
    code = "LIMIT_EXCEEDED"


class Malformed(RequestRefused):
    """The bytes are no GraphQL request."""

    status = 400
    well_formed = False


class MethodRefused(Malformed):
    status = 405


class NotAcceptable(Malformed):
    status = 406


class BodyTooLarge(Malformed):
    code = "LIMIT_EXCEEDED"
    status = 413


class WrongMediaType(Malformed):
    status = 415


class NotAuthenticated(Malformed):
    code = "UNAUTHENTICATED"
    status = 401


class TimedOut(Malformed):
    code = "TIMEOUT"
    status = 503


class Unavailable(Malformed):
    """What the portal needs is away for a moment. With its idempotency key a mutation is simply sent again."""

    code = "UNAVAILABLE"
    status = 503

    def __init__(self, message: str) -> None:
        super().__init__(message, headers={"Retry-After": "1"})


class Broken(Malformed):
    """A bug of ours. The client hears under which id it is logged, and nothing else."""

    code = "INTERNAL"
    status = 500

    def __init__(self, request_id: str) -> None:
        super().__init__(GraphQLError("something went wrong", extensions={"requestId": request_id}))

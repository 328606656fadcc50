"""What the portal refuses, each refusal named after the fact and carrying a stable code.

A refusal is part of the conversation with a client: it has words a person can act on and no secret.
Anything else that is raised is a bug.
"""

from typing import Any, ClassVar


class Refusal(Exception):
    """An expected no. `expected` tells the transport that the words may be shown."""

    code: ClassVar[str] = "REFUSED"
    expected: ClassVar[bool] = True
    is_guess: ClassVar[bool] = False
    """Whether somebody may be trying out secrets: then it goes on record from a dry run too."""

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class NotFound(Refusal):
    """There is no such thing, or the viewer may not know of it: the two read the same."""

    code = "NOT_FOUND"


class Forbidden(Refusal):
    """The viewer may see the thing and may not do this to it."""

    code = "FORBIDDEN"


class BadInput(Refusal):
    """The request itself is wrong, whoever sends it."""

    code = "BAD_USER_INPUT"


class Unauthenticated(Refusal):
    """The token is missing, expired, revoked or forged, or the password is wrong."""

    code = "UNAUTHENTICATED"


class WrongState(Refusal):
    """The step is not possible in the present state; `state` carries it."""

    code = "WRONG_STATE"

    def __init__(self, message: str, *, state: str) -> None:
        super().__init__(message, state=state)


class Conflict(Refusal):
    """Somebody else changed the row in between: read again, decide again."""

    code = "CONFLICT"


class IdempotencyConflict(Refusal):
    """An idempotency key comes back with other arguments."""

    code = "IDEMPOTENCY_KEY_REUSED"


class EditionRequired(Refusal):
    """The edition does not include the capability."""

    code = "EDITION_REQUIRED"

    def __init__(self, capability: str, minimum: str) -> None:
        super().__init__(f"{capability} needs the {minimum} edition", capability=capability, minimum=minimum)


class Unavailable(ConnectionError):
    """The database is away for a moment. It is no refusal: nobody has decided anything, and so nothing is on record.

    Where the connection is lost at the very commit, nobody knows whether it was done; the idempotency key tells.
    """

    code: ClassVar[str] = "UNAVAILABLE"
    expected: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__("the portal cannot reach its database; try again in a moment")

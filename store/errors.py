"""The errors that clients are shown: each has a stable code and a message that says what to do, without secrets.

Any other exception is a bug.
"""

from typing import Any, ClassVar


class Refusal(Exception):
    """A request that the portal refuses. `expected` marks errors whose message may be shown to clients."""

    code: ClassVar[str] = "REFUSED"
    expected: ClassVar[bool] = True
    is_guess: ClassVar[bool] = False
    """Whether the request may be an attempt to guess a secret; such attempts are recorded in dry runs, too."""

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class NotFound(Refusal):
    """The object does not exist, or the viewer may not know that it does: both give the same error."""

    code = "NOT_FOUND"


class Forbidden(Refusal):
    """The viewer may see the object, but may not do this to it."""

    code = "FORBIDDEN"


class BadInput(Refusal):
    """The input is invalid, regardless of who sends it."""

    code = "BAD_USER_INPUT"


class Unauthenticated(Refusal):
    """The token is missing, expired, revoked or invalid, or the password is wrong."""

    code = "UNAUTHENTICATED"


class WrongState(Refusal):
    """The action is not possible in the current state, which is in `state`."""

    code = "WRONG_STATE"

    def __init__(self, message: str, *, state: str) -> None:
        super().__init__(message, state=state)


class Conflict(Refusal):
    """Another request changed the row in the meantime: the client should read it again."""

    code = "CONFLICT"


class IdempotencyConflict(Refusal):
    """The idempotency key was used before with other arguments."""

    code = "IDEMPOTENCY_KEY_REUSED"


class EditionRequired(Refusal):
    """The portal's edition does not include the capability; `minimum` is the smallest one that does."""

    code = "EDITION_REQUIRED"

    def __init__(self, capability: str, minimum: str) -> None:
        super().__init__(f"{capability} needs the {minimum} edition", capability=capability, minimum=minimum)


class Unavailable(ConnectionError):
    """The database cannot be reached at the moment. Not a Refusal: nothing was decided, and nothing is recorded.

    If the connection breaks during a commit, the outcome is unknown; repeating the request with its idempotency key
    gives the answer.
    """

    code: ClassVar[str] = "UNAVAILABLE"
    expected: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__("the portal cannot reach its database; try again in a moment")

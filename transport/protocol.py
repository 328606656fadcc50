"""The words of the graphql-transport-ws protocol: how a socket is closed, and what its messages look like."""

from enum import IntEnum
from typing import Any

from transport.errors import Malformed
from transport.formatting import encoded
from transport.request_parsing import parsed

SUBPROTOCOL = "graphql-transport-ws"
_LONGEST_REASON = 123  # bytes, says the WebSocket protocol


class Close(IntEnum):
    """Why a socket is closed."""

    TRY_AGAIN_LATER = 1013
    SLOW_CONSUMER = 4008
    BAD_REQUEST = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    SUBPROTOCOL_NOT_ACCEPTABLE = 4406
    CONNECTION_INITIALISATION_TIMEOUT = 4408
    SUBSCRIBER_ALREADY_EXISTS = 4409
    TOO_MANY_INITIALISATION_REQUESTS = 4429
    INTERNAL_SERVER_ERROR = 4500


class Ended(Exception):
    """The conversation is over. Without a code the client has left already."""

    def __init__(self, code: Close | None = None, reason: str = "") -> None:
        super().__init__(reason)
        self.code = code
        words = reason or (code.name.replace("_", " ").capitalize() if code else "")
        self.reason = words.encode()[:_LONGEST_REASON].decode(errors="ignore")


def message_in(event: Any, limit: int) -> dict[str, Any]:
    """The message of a frame: a JSON object in text, whose payload, if any, is an object too."""
    text = event.get("text")
    if text is None:
        raise Ended(Close.BAD_REQUEST, "Messages are text")
    if len(text) > limit:
        raise Ended(Close.BAD_REQUEST, "The message is too long")
    try:
        message = parsed(text)
    except Malformed:
        raise Ended(Close.BAD_REQUEST, "The message is no JSON") from None
    if not isinstance(message, dict) or not isinstance(message.get("payload"), dict | None):
        raise Ended(Close.BAD_REQUEST, "A message is an object, and so is its payload")
    return message


def operation_id(message: dict[str, Any]) -> str:
    match message.get("id"):
        case str(name) if name:
            return name
        case _:
            raise Ended(Close.BAD_REQUEST, "A message about an operation has an id")


def written(kind: str, name: str | None = None, payload: Any = None) -> str:
    message: dict[str, Any] = {"type": kind}
    if name is not None:
        message["id"] = name
    if payload is not None:
        message["payload"] = payload
    return encoded(message).decode()  # as text: many clients take a binary frame for an error

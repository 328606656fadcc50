"""The messages and close codes of the graphql-transport-ws protocol."""

from enum import IntEnum
from typing import Any

from transport.errors import MalformedRequest
from transport.formatting import json_bytes
from transport.request_parsing import parse_json

SUBPROTOCOL = "graphql-transport-ws"
_MAX_REASON_BYTES = 123  # RFC 6455


class CloseCode(IntEnum):
    """Why a WebSocket is closed."""

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


class SocketClosed(Exception):
    """The socket must be closed with this code; without a code the client has closed it already."""

    def __init__(self, code: CloseCode | None = None, reason: str = "") -> None:
        super().__init__(reason)
        self.code = code
        words = reason or (code.name.replace("_", " ").capitalize() if code else "")
        self.reason = words.encode()[:_MAX_REASON_BYTES].decode(errors="ignore")


def parse_message(event: Any, max_length: int) -> dict[str, Any]:
    """The message in an ASGI event: a JSON object whose payload, if any, is an object; raises SocketClosed."""
    text = event.get("text")
    if text is None:
        raise SocketClosed(CloseCode.BAD_REQUEST, "A message must be sent as text")
    if len(text) > max_length:
        raise SocketClosed(CloseCode.BAD_REQUEST, f"A message must have at most {max_length} characters")
    try:
        message = parse_json(text)
    except MalformedRequest:
        raise SocketClosed(CloseCode.BAD_REQUEST, "The message is not valid JSON") from None
    if not isinstance(message, dict) or not isinstance(message.get("payload"), dict | None):
        raise SocketClosed(CloseCode.BAD_REQUEST, "A message and its payload must be JSON objects")
    return message


def operation_id(message: dict[str, Any]) -> str:
    """Raises SocketClosed for a message without an ID."""
    match message.get("id"):
        case str(id_) if id_:
            return id_
        case _:
            raise SocketClosed(CloseCode.BAD_REQUEST, "The message needs an id: a string that is not empty")


def encode_message(kind: str, id_: str | None = None, payload: Any = None) -> str:
    message: dict[str, Any] = {"type": kind}
    if id_ is not None:
        message["id"] = id_
    if payload is not None:
        message["payload"] = payload
    return json_bytes(message).decode()  # as text: many clients treat a binary frame as an error

"""From bytes to a GraphQL request; whatever a client sends, the result is a request or a RequestError."""

import json
import math
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from starlette.requests import Request

from transport.errors import BodyTooLarge, InvalidVariables, MalformedRequest, NotAuthenticated, UnsupportedMediaType
from transport.execution import GraphQLRequest

_MAX_PARAMETERS = 20
_MAX_DISCARDED = 64  # a body longer than this many times the limit is not read to its end
_MAX_DEPTH = 50


async def read_body(request: Request, limit: int) -> bytes:
    """The JSON body of a POST request; raises BodyTooLarge without keeping it in memory."""
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    if media_type.strip().lower() != "application/json":
        raise UnsupportedMediaType("content type must be application/json")
    charset = parameters.replace(" ", "").replace('"', "").lower()
    if charset not in {"", "charset=utf-8", "charset=utf8"} or "content-encoding" in request.headers:
        raise UnsupportedMediaType("request body must be encoded in UTF-8 and not compressed")
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:18]) > limit and "expect" in request.headers:
        raise _too_large(limit)  # the client waits for our consent before it sends the body
    body = bytearray()
    length = 0
    async for chunk in request.stream():
        length += len(chunk)
        if length <= limit:
            body += chunk
        elif length > limit * _MAX_DISCARDED:
            break
        else:  # read on and discard: a client that is still writing would only see a broken connection
            body.clear()
    if length > limit:
        raise _too_large(limit)
    return bytes(body)


def parse_json(raw: bytes | str) -> Any:
    """A JSON value of valid Unicode and finite numbers; raises MalformedRequest."""
    try:
        text = raw.decode() if isinstance(raw, bytes) else raw
        value = json.loads(text, parse_constant=_reject_constant, parse_float=_finite)
        if "\\u" in text:  # the only way to write a lone surrogate
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        # Syntax, encoding, lone surrogates, nesting, integers of more than 4,300 digits: Python's message is not shown.
        raise MalformedRequest("request is not valid JSON") from None
    return value


def request_from_json(value: Any) -> GraphQLRequest:
    """The request in the body of a POST request or the payload of a message; raises RequestError."""
    if not isinstance(value, dict):
        raise MalformedRequest("request must be a JSON object")
    query, name = value.get("query"), value.get("operationName")
    variables, extensions = value.get("variables"), value.get("extensions")
    if not isinstance(query, str):
        raise MalformedRequest("query must be a string")
    if not isinstance(name, str | None):
        raise MalformedRequest("operationName must be a string or null")
    if not isinstance(variables, dict | None):
        raise MalformedRequest("variables must be an object or null")
    if not isinstance(extensions, dict | None):
        raise MalformedRequest("extensions must be an object or null")
    if variables:
        _check_variables(variables)
    return GraphQLRequest(query, name or None, variables or {})


def request_from_query_string(query_string: bytes) -> GraphQLRequest:
    """The request in the parameters of a GET request; raises RequestError."""
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MAX_PARAMETERS
        )
    except ValueError:
        raise MalformedRequest(
            f"query string must be percent-encoded UTF-8 with at most {_MAX_PARAMETERS} parameters"
        ) from None
    parameters = {name: text for name, text in pairs if text}
    return request_from_json(
        {name: parse_json(text) if name in {"variables", "extensions"} else text for name, text in parameters.items()}
    )


def bearer_token(header: str | None) -> str | None:
    """The token of an Authorization header; None for an anonymous request. Raises NotAuthenticated."""
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotAuthenticated("the Authorization header must be `Bearer <token>`")
    return token.strip()


def _check_variables(variables: dict[str, Any]) -> None:
    """Refuse NUL characters, which PostgreSQL cannot store, and nesting that would overflow the interpreter's stack."""
    level: list[Any] = [variables]
    for _ in range(_MAX_DEPTH):
        below: list[Any] = []
        for value in level:
            match value:
                case str() if "\0" in value:
                    raise InvalidVariables("a string in the variables contains a NUL character")
                case list():
                    below += value
                case dict():
                    below += value
                    below += value.values()
        if not below:
            return
        level = below
    raise InvalidVariables(f"variables must be nested at most {_MAX_DEPTH} levels deep")


def _reject_constant(_text: str) -> NoReturn:
    raise ValueError


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError
    return number


def _too_large(limit: int) -> BodyTooLarge:
    # Parts of the body may be unread, so the connection cannot be used again.
    return BodyTooLarge(f"request body must have at most {limit} bytes", headers={"Connection": "close"})

"""From bytes to a question: whatever a client sends is a question or a refusal, never an exception of Python's."""

import json
import math
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from starlette.requests import Request

from transport.errors import BadVariables, BodyTooLarge, Malformed, NotAuthenticated, WrongMediaType
from transport.execution import Question

_MOST_PARAMETERS = 20
_PATIENCE = 64  # a body of so many times the limit is not even read to its end
_DEEPEST = 50


async def body_of(request: Request, limit: int) -> bytes:
    """The JSON of a POST. Of a body that is too long nothing is kept."""
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    if media_type.strip().lower() != "application/json":
        raise WrongMediaType("the body has to be application/json")
    charset = parameters.replace(" ", "").replace('"', "").lower()
    if charset not in {"", "charset=utf-8", "charset=utf8"} or "content-encoding" in request.headers:
        raise WrongMediaType("the body has to be plain UTF-8")
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:18]) > limit and "expect" in request.headers:
        raise _too_large(limit)  # the client asks before it sends, and need not
    body = bytearray()
    length = 0
    async for chunk in request.stream():
        length += len(chunk)
        if length <= limit:
            body += chunk
        elif length > limit * _PATIENCE:
            break
        else:  # read on and keep nothing: a client that is still writing would find its connection broken
            body.clear()
    if length > limit:
        raise _too_large(limit)
    return bytes(body)


def parsed(raw: bytes | str) -> Any:
    """A JSON value that consists of Unicode characters and numbers that exist."""
    try:
        text = raw.decode() if isinstance(raw, bytes) else raw
        value = json.loads(text, parse_constant=_no_number, parse_float=_finite)
        if "\\u" in text:  # the only way to spell half a character
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        # Covers syntax, UTF-8, half characters, nesting and integers of 5,000 digits; the words of Python stay here.
        raise Malformed("this is no JSON that can be read") from None
    return value


def question_in(value: Any) -> Question:
    """The question in the JSON of a body or a frame."""
    if not isinstance(value, dict):
        raise Malformed("a request is a JSON object")
    query, name = value.get("query"), value.get("operationName")
    variables, extensions = value.get("variables"), value.get("extensions")
    if not isinstance(query, str):
        raise Malformed("query has to be a string")
    if not isinstance(name, str | None):
        raise Malformed("operationName has to be a string")
    if not isinstance(variables, dict | None):
        raise Malformed("variables has to be an object")
    if not isinstance(extensions, dict | None):
        raise Malformed("extensions has to be an object")
    if variables:
        _refuse_nul_and_depth(variables)
    return Question(query, name or None, variables or {})


def question_in_url(query_string: bytes) -> Question:
    """The question in the parameters of a GET."""
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )
    except ValueError:
        raise Malformed("the parameters cannot be read") from None
    given = {name: text for name, text in pairs if text}
    return question_in(
        {name: parsed(text) if name in {"variables", "extensions"} else text for name, text in given.items()},
    )


def bearer_token(header: str | None) -> str | None:
    """The token of an Authorization header; a stranger sends none."""
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotAuthenticated("authorization has to be a bearer token")
    return token.strip()


def _refuse_nul_and_depth(variables: dict[str, Any]) -> None:
    """PostgreSQL keeps every character but one; the interpreter's stack keeps no value of a thousand levels."""
    level: list[Any] = [variables]
    for _ in range(_DEEPEST):
        below: list[Any] = []
        for value in level:
            match value:
                case str() if "\0" in value:
                    raise BadVariables("a string of the variables holds a NUL character")
                case list():
                    below += value
                case dict():
                    below += value
                    below += value.values()
        if not below:
            return
        level = below
    raise BadVariables(f"the variables are nested more than {_DEEPEST} levels deep")


def _no_number(_text: str) -> NoReturn:
    raise ValueError


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError
    return number


def _too_large(limit: int) -> BodyTooLarge:
    # The rest of the body is not read, so the connection is of no further use.
    return BodyTooLarge(f"the body is longer than {limit} bytes", headers={"Connection": "close"})

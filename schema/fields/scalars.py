"""Scalars beyond those of GraphQL, and texts that a database takes."""

from datetime import datetime
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from store.db.periods import CALENDAR_RANGE, to_utc
from store.errors import BadInput

Cursor = NewType("Cursor", str)
BigInt = NewType("BigInt", int)
Duration = NewType("Duration", str)
EmailAddress = NewType("EmailAddress", str)
URL = NewType("URL", str)

_LARGEST = 2**53 - 1


def _big(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _LARGEST:
        raise BadInput("a BigInt is a whole number of at most 53 bits")
    return value


def clean(text: str) -> str:
    """A text as it came, unless it holds what PostgreSQL cannot keep."""
    if "\x00" in text or (not text.isprintable() and any("\ud800" <= each <= "\udfff" for each in text)):
        raise BadInput("a text holds no NUL and no half of a character")
    return text


def instant(text: str) -> datetime:
    """A moment of ISO 8601 in UTC; without an offset it would mean another one on every server."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        message = "there is no offset"
        raise ValueError(message)
    try:
        return to_utc(moment)
    except OverflowError as problem:  # in UTC it lies outside of the calendar
        raise ValueError(text) from problem


def _instant(value: object) -> datetime:
    try:
        return instant(_string(value))
    except ValueError:
        raise BadInput(f"an instant is written like 2026-11-24T12:00:00Z, with its offset, {CALENDAR_RANGE}") from None


def _text(name: str, description: str, specification: str) -> ScalarDefinition:
    return strawberry.scalar(
        name=name,
        description=description,
        specified_by_url=specification,
        serialize=str,
        parse_value=_string,
    )


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise BadInput("a text is expected here")
    return clean(value)


SCALARS: dict[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description=f"An ISO 8601 instant with its offset, such as `2026-11-24T12:00:00Z`, {CALENDAR_RANGE}; answers are in UTC.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=datetime.isoformat,
        parse_value=_instant,
    ),
    Cursor: strawberry.scalar(
        name="Cursor",
        description="A place in a list, good for the same list in the same order; taken from `pageInfo` or an edge.",
        serialize=str,
        parse_value=_string,
    ),
    BigInt: strawberry.scalar(
        name="BigInt",
        description="A whole number of up to 53 bits, which every JSON reader keeps.",
        serialize=int,
        parse_value=_big,
    ),
    Duration: _text(
        "Duration",
        "A span of time of ISO 8601, such as `P1Y` or `P30D`.",
        "https://www.rfc-editor.org/rfc/rfc3339",
    ),
    EmailAddress: _text("EmailAddress", "An e-mail address.", "https://www.rfc-editor.org/rfc/rfc5321"),
    URL: _text("URL", "The address of something on the web.", "https://www.rfc-editor.org/rfc/rfc3986"),
}

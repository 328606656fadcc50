"""Scalars beyond the built-in ones, and the validation of texts and instants."""

from datetime import date, datetime
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

_LARGEST_INT = 2**53 - 1


def _big_int(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _LARGEST_INT:
        raise BadInput(f"a BigInt must be an integer between -{_LARGEST_INT} and {_LARGEST_INT}")
    return value


def valid_text(text: str) -> str:
    """The text itself; raises BadInput if it contains characters that PostgreSQL cannot store."""
    if "\x00" in text or (not text.isprintable() and any("\ud800" <= each <= "\udfff" for each in text)):
        raise BadInput("a text must not contain a NUL character or half of a surrogate pair")
    return text


def parse_instant(text: str) -> datetime:
    """An instant in ISO 8601, converted to UTC; raises ValueError, also for a text without an offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        message = f"{text!r} has no offset from UTC"
        raise ValueError(message)
    try:
        return to_utc(moment)
    except OverflowError as problem:
        raise ValueError(text) from problem


def _date(value: object) -> date:
    try:
        return date.fromisoformat(_string(value))
    except ValueError:
        raise BadInput("a Date must be written like 2026-11-24") from None


def _instant(value: object) -> datetime:
    try:
        return parse_instant(_string(value))
    except ValueError:
        raise BadInput(
            f"a DateTime must be written like 2026-11-24T12:00:00Z, with an offset from UTC, {CALENDAR_RANGE}"
        ) from None


def _text_scalar(name: str, description: str, specification: str) -> ScalarDefinition:
    return strawberry.scalar(
        name=name, description=description, specified_by_url=specification, serialize=str, parse_value=_string
    )


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise BadInput("expected a string")
    return valid_text(value)


SCALARS: dict[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="A date and time in ISO 8601 with an offset from UTC, such as `2026-11-24T12:00:00Z` or "
        f"`2026-11-24T13:00:00+01:00`, {CALENDAR_RANGE}. Returned values are in UTC.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=datetime.isoformat,
        parse_value=_instant,
    ),
    date: strawberry.scalar(
        name="Date",
        description="A calendar date in ISO 8601, such as `2026-11-24`.",
        serialize=date.isoformat,
        parse_value=_date,
    ),
    Cursor: strawberry.scalar(
        name="Cursor",
        description="An opaque position in a list or a stream. It is valid for the same list in the same order, or for the "
        "same subscription.",
        serialize=str,
        parse_value=_string,
    ),
    BigInt: strawberry.scalar(
        name="BigInt",
        description="An integer of up to 53 bits (±9007199254740991), which every JSON parser can represent exactly.",
        serialize=int,
        parse_value=_big_int,
    ),
    Duration: _text_scalar(
        "Duration",
        "A duration in ISO 8601 of whole years, months, weeks and days, such as `P1Y`, `P1M` or `P30D`.",
        "https://www.rfc-editor.org/rfc/rfc3339",
    ),
    EmailAddress: _text_scalar(
        "EmailAddress",
        "An email address, such as `ann@acme.example`. It is stored in lower case.",
        "https://www.rfc-editor.org/rfc/rfc5321",
    ),
    URL: _text_scalar(
        "URL", "A URL, such as `https://vendor.example/logo.svg`.", "https://www.rfc-editor.org/rfc/rfc3986"
    ),
}

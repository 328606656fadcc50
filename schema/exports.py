"""What can be taken away as a file: its columns, its parameters, and the ids that the rest of the API takes."""

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from authz.gate.access import Access
from authz.lists.queries import Row
from resolvers import exports
from resolvers.reports import Span
from schema.fields.ids import encode
from schema.fields.scalars import parse_instant
from store.db.periods import CALENDAR_RANGE
from store.errors import BadInput
from store.services.reports import CreatedKey

_BY = tuple(each.lower() for each in CreatedKey)
# The columns that are ids, and of what.
_IDS = {
    "license_id": "License",
    "group_id": "Group",
    "product_id": "Product",
    "creator_id": "User",
    "assigned_user_id": "User",
    "assigned_group_id": "Group",
    "assigned_project_id": "Project",
}


@dataclass(frozen=True, slots=True)
class Export:
    """A file of rows: `rows` opens the cursor, `parameters` are what it can be told."""

    columns: tuple[str, ...]
    rows: Callable[[Access, Mapping[str, str]], AsyncGenerator[Row, None]]
    parameters: frozenset[str] = frozenset({"from", "to"})

    def open(self, access: Access, given: Mapping[str, str]) -> AsyncGenerator[Row, None]:
        """Raises BadInput for parameters that mean nothing."""
        for name in given:
            if name not in self.parameters:
                raise BadInput(f"there is no parameter {name}; there are {', '.join(sorted(self.parameters))}")
        return self.rows(access, given)

    def values(self, row: Row) -> list[Any]:
        """What stands in the columns."""
        return [_value(name, getattr(row, name)) for name in self.columns]


def _value(name: str, value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return encode(_IDS[name], value) if value is not None and name in _IDS else value


def _span(given: Mapping[str, str]) -> Span:
    return Span(*(None if name not in given else _instant(name, given[name]) for name in ("from", "to")))


def _instant(name: str, text: str) -> datetime:
    """An instant with its offset, or a day, which begins at midnight in UTC."""
    try:
        return parse_instant(f"{text}T00:00:00Z" if len(text) == len("2026-11-24") else text)
    except ValueError:
        raise BadInput(f"{name} is written like 2026-11-24 or 2026-11-24T12:00:00Z, {CALENDAR_RANGE}") from None


def _by(given: Mapping[str, str]) -> frozenset[str]:
    names = given.get("by", ",".join(_BY)).split(",")
    if not set(names) <= set(_BY):
        raise BadInput(f"by names some of {', '.join(_BY)}")
    return frozenset(each.upper() for each in names)


EXPORTS: Mapping[str, Export] = {
    "licenses": Export(
        (
            "license_id", "product", "firm_code", "product_code", "model", "quantity", "seats_taken", "lifecycle", "starts_at",
            "expires_at", "period", "auto_renew", "cancelled_at", "not_for_resale", "visibility", "group_id", "group", "person",
            "assigned_user_id", "assigned_group_id", "assigned_project_id", "assignee", "source", "external_ref", "created_at",
        ),
        lambda access, given: exports.licenses(access, _span(given)),
    ),
    "created": Export(
        (
            "month", "creator_id", "creator_name", "group_id", "group_name", "product_id", "product_name", "model",
            "sold_licenses", "sold_seats", "demo_licenses", "internal_licenses",
        ),
        lambda access, given: exports.created(access, _span(given), _by(given)),
        frozenset({"from", "to", "by"}),
    ),
    "billing": Export(
        (
            "at", "kind", "external_ref", "source", "license_id", "product", "firm_code", "product_code", "model", "seats",
            "term_from", "term_to", "days", "group_id", "group", "person",
        ),
        lambda access, given: exports.billed(access, _span(given)),
    ),
}  # fmt: skip

"""The exports: their columns, parameters and rows, with the same global IDs as in the rest of the API."""

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from authz.gate.access import Access
from authz.lists.queries import Row
from resolvers import exports
from resolvers.reports import Span
from schema.fields.ids import to_global_id
from schema.fields.scalars import parse_instant
from store.db.periods import CALENDAR_RANGE
from store.errors import BadInput
from store.services.reports import CreatedKey

_KEYS = tuple(key.lower() for key in CreatedKey)
# The columns that contain IDs, and the types of their objects.
_ID_COLUMNS = {
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
    """A file: `rows` opens a database cursor."""

    columns: tuple[str, ...]
    rows: Callable[[Access, Mapping[str, str]], AsyncGenerator[Row, None]]
    parameters: frozenset[str] = frozenset({"from", "to"})

    def open(self, access: Access, parameters: Mapping[str, str]) -> AsyncGenerator[Row, None]:
        """The rows; raises BadInput for unknown or malformed parameters."""
        for name in parameters:
            if name not in self.parameters:
                raise BadInput(f"unknown parameter {name!r}; available are {', '.join(sorted(self.parameters))}")
        return self.rows(access, parameters)

    def values(self, row: Row) -> list[Any]:
        """The values of a row, in the order of the columns."""
        return [_value(name, getattr(row, name)) for name in self.columns]


def _value(column: str, value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return to_global_id(_ID_COLUMNS[column], value) if value is not None and column in _ID_COLUMNS else value


def _span(parameters: Mapping[str, str]) -> Span:
    return Span(*(None if name not in parameters else _instant(name, parameters[name]) for name in ("from", "to")))


def _instant(name: str, text: str) -> datetime:
    """An instant with an offset, or a date, which means midnight in UTC."""
    try:
        return parse_instant(f"{text}T00:00:00Z" if len(text) == len("2026-11-24") else text)
    except ValueError:
        raise BadInput(
            f"{name} must be written like 2026-11-24 or 2026-11-24T12:00:00Z, {CALENDAR_RANGE}, got {text[:50]!r}"
        ) from None


def _group_by(parameters: Mapping[str, str]) -> frozenset[str]:
    keys = parameters.get("by", ",".join(_KEYS)).split(",")
    if unknown := sorted(set(keys) - set(_KEYS)):
        raise BadInput(f"unknown key {unknown[0][:50]!r} in `by`; available are {', '.join(_KEYS)}")
    return frozenset(key.upper() for key in keys)


EXPORTS: Mapping[str, Export] = {
    "licenses": Export(
        (
            "license_id",
            "product",
            "firm_code",
            "product_code",
            "model",
            "quantity",
            "seats_taken",
            "lifecycle",
            "starts_at",
            "expires_at",
            "period",
            "auto_renew",
            "cancelled_at",
            "not_for_resale",
            "visibility",
            "group_id",
            "group",
            "person",
            "assigned_user_id",
            "assigned_group_id",
            "assigned_project_id",
            "assignee",
            "source",
            "external_ref",
            "created_at",
        ),
        lambda access, parameters: exports.licenses(access, _span(parameters)),
    ),
    "created": Export(
        (
            "month",
            "creator_id",
            "creator_name",
            "group_id",
            "group_name",
            "product_id",
            "product_name",
            "model",
            "sold_licenses",
            "sold_seats",
            "demo_licenses",
            "internal_licenses",
        ),
        lambda access, parameters: exports.created(access, _span(parameters), _group_by(parameters)),
        frozenset({"from", "to", "by"}),
    ),
    "billing": Export(
        (
            "at",
            "kind",
            "external_ref",
            "source",
            "license_id",
            "product",
            "firm_code",
            "product_code",
            "model",
            "seats",
            "term_from",
            "term_to",
            "days",
            "group_id",
            "group",
            "person",
        ),
        lambda access, parameters: exports.billed(access, _span(parameters)),
    ),
}

"""Billing lines: one for each license sold, each renewal, and each increase of seats or days.

A line shows the seats and the term at the time of the charge, reconstructed from the audit log, and not those of today.
"""

import enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from store.audit import AuditEntry, Outcome
from store.services.inventory import license_lines
from store.services.reports import CanRead, between, is_sold

_INSTANT = sa.DateTime(timezone=True)
_ROOT_PATH: Any = sa.literal_column("'{}'::text[]")


class Charge(enum.StrEnum):
    """The reason for a charge."""

    CREATED = "CREATED"
    RENEWED = "RENEWED"
    SEATS_ADDED = "SEATS_ADDED"
    DAYS_ADDED = "DAYS_ADDED"
    CONTINGENT_SOLD = "CONTINGENT_SOLD"


CHARGED = {
    "license.renewed": Charge.RENEWED,
    "license.modified": Charge.SEATS_ADDED,
    "license.days_added": Charge.DAYS_ADDED,
}
"""The actions on licenses that can be charged."""
CONTINGENT_SOLD = "time_contingent.sold"
# The columns of the license that a line is about; NULL for a contingent.
_LICENSE_COLUMNS = ("id", "product_id", "model", "owner_group_id", "owner_user_id", "order_id")


def billing_lines(licenses: Any, entries: Any, pools: Any, can_read: CanRead) -> sa.Select[Any]:
    """The lines from `since` to `until`, oldest first. Demo and internal licenses are not charged."""
    sold = sa.select(licenses).where(is_sold(licenses.c)).cte("sold")
    parts = _created(sold), _changed(sold, entries), _contingents(pools, entries, sold.c.model.type)
    lines = sa.union_all(*parts).subquery("lines")
    of = lines.c
    columns = (of.kind, of.at, of.seats, of.term_from, of.term_to, of.days)
    return license_lines(lines, can_read, lines, columns).order_by(of.at, of.id, of.kind)


def _created(sold: Any) -> sa.Select[Any]:
    of = sold.c

    def at_creation(name: str, current: Any) -> Any:
        return _value_after(name, current, of.id, sa.literal(0))

    return sa.select(
        *(of[name] for name in _LICENSE_COLUMNS),
        sa.literal(Charge.CREATED.value).label("kind"),
        of.created_at.label("at"),
        sa.cast(at_creation("quantity", of.quantity), sa.Integer).label("seats"),
        of.starts_at.label("term_from"),
        sa.cast(at_creation("expires_at", of.expires_at), _INSTANT).label("term_to"),
        sa.cast(at_creation("days", of.days), sa.Integer).label("days"),
    ).where(between(of.created_at))


def _contingents(pools: Any, entries: Any, model: Any) -> sa.Select[Any]:
    """The days that groups have bought for a product; drawing them is not charged again."""
    no_id = sa.cast(sa.null(), sa.Uuid)
    return (
        sa.select(
            no_id,
            pools.c.product_id,
            sa.cast(sa.null(), model),
            pools.c.group_id,
            no_id,
            no_id,
            sa.literal(Charge.CONTINGENT_SOLD.value),
            entries.c.at,
            sa.cast(sa.null(), sa.Integer),
            sa.cast(sa.null(), _INSTANT),
            sa.cast(sa.null(), _INSTANT),
            _number(entries.c.after, "days") - sa.func.coalesce(_number(entries.c.before, "days"), 0),
        )
        .select_from(entries)
        .join(AuditEntry, AuditEntry.id == entries.c.id)
        .join(pools, pools.c.id == AuditEntry.resource_id)
        .where(entries.c.action == CONTINGENT_SOLD)
    )


def _changed(sold: Any, entries: Any) -> sa.Select[Any]:
    entry = aliased(AuditEntry)
    before, after = entries.c.before, entries.c.after
    added_seats = _number(after, "quantity") - _number(before, "quantity")
    seats = sa.cast(_value_after("quantity", sold.c.quantity, sold.c.id, entry.number), sa.Integer)
    ends = sa.cast(_value_after("expires_at", sold.c.expires_at, sold.c.id, entry.number), _INSTANT)
    adds_seats, adds_days = entries.c.action == "license.modified", entries.c.action == "license.days_added"
    starts = sa.func.greatest(entries.c.at, _instant(before))
    added_days = sa.func.coalesce(
        _number(after, "days") - sa.func.coalesce(_number(before, "days"), 0),
        sa.cast(sa.func.extract("epoch", _instant(after) - starts) / 86400, sa.Integer),
    )
    kinds = [(entries.c.action == action, kind.value) for action, kind in CHARGED.items()]
    return (
        sa.select(
            *(sold.c[name] for name in _LICENSE_COLUMNS),
            sa.case(*kinds).label("kind"),
            entries.c.at,
            sa.case((adds_seats, added_seats), else_=seats).label("seats"),
            sa.case(
                (adds_seats, entries.c.at),
                (adds_days, sa.case((_instant(after).is_not(None), starts))),
                else_=_instant(before),
            ),
            ends,
            sa.case((adds_days, added_days)),
        )
        .select_from(entries)
        .join(entry, entry.id == entries.c.id)
        .join(sold, sold.c.id == entries.c.license_id)
        .where(sa.or_(sa.not_(adds_seats), added_seats > 0))
    )


def _number(values: Any, name: str) -> Any:
    return sa.cast(sa.type_coerce(values, JSONB)[name].astext, sa.Integer)


def _instant(values: Any) -> Any:
    return sa.cast(sa.type_coerce(values, JSONB)["expires_at"].astext, _INSTANT)


def _value_after(name: str, current: Any, license_id: Any, number: Any) -> sa.ColumnElement[Any]:
    """A column of a license after an audit entry, as text: the value before its next change, else the current one."""
    later = aliased(AuditEntry)
    changed = (
        sa.select(later.before[name])
        .where(
            later.license_id == license_id,
            later.resource_type == "License",
            later.outcome == Outcome.DONE,
            later.number > number,
            later.before.has_key(name),
        )
        .order_by(later.number)
        .limit(1)
    )
    value = sa.func.coalesce(changed.correlate_except(later).scalar_subquery(), sa.func.to_jsonb(current))
    return value.op("#>>", return_type=sa.Text())(_ROOT_PATH)

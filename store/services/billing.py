"""What is to be charged: a line for each license that was sold, each term that was settled, and more seats or days.

The trail says how a license was at an instant: a line shows the seats and the term that it was about, and not those that the
license has today.
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
_ITSELF: Any = sa.literal_column("'{}'::text[]")


class Charge(enum.StrEnum):
    """What a line is for."""

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
"""The acts on licenses that may cost something."""
CONTINGENT_SOLD = "time_contingent.sold"
# What every line is about; a contingent is no license and was not ordered.
_SUBJECT = ("id", "product_id", "model", "owner_group_id", "owner_user_id", "order_id")


def billing_lines(licenses: Any, acts: Any, pools: Any, knows: CanRead) -> sa.Select[Any]:
    """The lines from `since` to `until`, the oldest first; demos and what is for the house cost nothing."""
    sold = sa.select(licenses).where(is_sold(licenses.c)).cte("sold")
    lines = sa.union_all(_made(sold), _settled(sold, acts), _pooled(pools, acts, sold.c.model.type)).subquery("lines")
    of = lines.c
    columns = (of.kind, of.at, of.seats, of.term_from, of.term_to, of.days)
    return license_lines(lines, knows, lines, columns).order_by(of.at, of.id, of.kind)


def _made(sold: Any) -> sa.Select[Any]:
    of = sold.c

    def then(name: str, current: Any) -> Any:
        return _as_it_was(name, current, of.id, sa.literal(0))

    return sa.select(
        *(of[name] for name in _SUBJECT),
        sa.literal(Charge.CREATED.value).label("kind"),
        of.created_at.label("at"),
        sa.cast(then("quantity", of.quantity), sa.Integer).label("seats"),
        of.starts_at.label("term_from"),
        sa.cast(then("expires_at", of.expires_at), _INSTANT).label("term_to"),
        sa.cast(then("days", of.days), sa.Integer).label("days"),
    ).where(between(of.created_at))


def _pooled(pools: Any, acts: Any, model: Any) -> sa.Select[Any]:
    """Days that a group has bought for a product; what it draws from them is paid."""
    nobody = sa.cast(sa.null(), sa.Uuid)
    return (
        sa.select(
            nobody,
            pools.c.product_id,
            sa.cast(sa.null(), model),
            pools.c.group_id,
            nobody,
            nobody,
            sa.literal(Charge.CONTINGENT_SOLD.value),
            acts.c.at,
            sa.cast(sa.null(), sa.Integer),
            sa.cast(sa.null(), _INSTANT),
            sa.cast(sa.null(), _INSTANT),
            _number(acts.c.after, "days") - sa.func.coalesce(_number(acts.c.before, "days"), 0),
        )
        .select_from(acts)
        .join(AuditEntry, AuditEntry.id == acts.c.id)
        .join(pools, pools.c.id == AuditEntry.resource_id)
        .where(acts.c.action == CONTINGENT_SOLD)
    )


def _settled(sold: Any, acts: Any) -> sa.Select[Any]:
    entry = aliased(AuditEntry)
    before, after = acts.c.before, acts.c.after
    more = _number(after, "quantity") - _number(before, "quantity")
    seats = sa.cast(_as_it_was("quantity", sold.c.quantity, sold.c.id, entry.number), sa.Integer)
    ends = sa.cast(_as_it_was("expires_at", sold.c.expires_at, sold.c.id, entry.number), _INSTANT)
    adds_seats, adds_days = acts.c.action == "license.modified", acts.c.action == "license.days_added"
    begins = sa.func.greatest(acts.c.at, _instant(before))
    bought = sa.func.coalesce(
        _number(after, "days") - sa.func.coalesce(_number(before, "days"), 0),
        sa.cast(sa.func.extract("epoch", _instant(after) - begins) / 86400, sa.Integer),
    )
    kinds = [(acts.c.action == action, kind.value) for action, kind in CHARGED.items()]
    return (
        sa.select(
            *(sold.c[name] for name in _SUBJECT),
            sa.case(*kinds).label("kind"),
            acts.c.at,
            sa.case((adds_seats, more), else_=seats).label("seats"),
            sa.case(
                (adds_seats, acts.c.at),
                (adds_days, sa.case((_instant(after).is_not(None), begins))),
                else_=_instant(before),
            ),
            ends,
            sa.case((adds_days, bought)),
        )
        .select_from(acts)
        .join(entry, entry.id == acts.c.id)
        .join(sold, sold.c.id == acts.c.license_id)
        .where(sa.or_(sa.not_(adds_seats), more > 0))
    )


def _number(side: Any, name: str) -> Any:
    return sa.cast(sa.type_coerce(side, JSONB)[name].astext, sa.Integer)


def _instant(side: Any) -> Any:
    return sa.cast(sa.type_coerce(side, JSONB)["expires_at"].astext, _INSTANT)


def _as_it_was(name: str, current: Any, license_id: Any, number: Any) -> sa.ColumnElement[Any]:
    """A column of a license right after an act, as text: the next change that the trail has of it says what it was before."""
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
    kept = sa.func.coalesce(changed.correlate_except(later).scalar_subquery(), sa.func.to_jsonb(current))
    return kept.op("#>>", return_type=sa.Text())(_ITSELF)

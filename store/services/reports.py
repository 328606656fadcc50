"""Reports: statements that count rows the viewer may read, grouped by keys, with totals over all rows."""

import enum
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from store.activations import COUNTING, Activation
from store.containers import Container
from store.groups import Group
from store.orders import LicenseOrder
from store.products import LicenseModel, Product
from store.restores import RestoreState
from store.users import User

ROW_LIMIT = 1000
ALL_TIME = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
_LIMIT = sa.bindparam("limit", type_=sa.Integer)

CanRead = Callable[[Any], sa.ColumnElement[bool]]
"""A condition for related rows that the viewer can read; other rows are left out of the report's columns."""


class CreatedKey(enum.StrEnum):
    """A key to group created licenses by."""

    CREATOR = "CREATOR"
    GROUP = "GROUP"
    PRODUCT = "PRODUCT"
    MODEL = "MODEL"
    MONTH = "MONTH"


class LicenseKey(enum.StrEnum):
    """A key to group activations and changes of licenses by."""

    GROUP = "GROUP"
    PRODUCT = "PRODUCT"
    MODEL = "MODEL"
    MONTH = "MONTH"


class RestoreKey(enum.StrEnum):
    """A key to group restore cases by."""

    GROUP = "GROUP"
    REASON = "REASON"
    MONTH = "MONTH"


CHANGES: Mapping[str, str] = {
    "renewed": "license.renewed",
    "modified": "license.modified",
    "prolonged": "license.days_added",
    "cancelled": "license.cancelled",
    "expired": "license.expired",
    "revoked": "license.revoked",
}
"""The columns of the report of changes, and the audit actions that they count."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key to group by: its columns, and the related tables to join, each with its condition."""

    columns: Mapping[str, Any]
    joins: tuple[tuple[Any, sa.ColumnElement[bool]], ...] = ()


def created(licenses: Any, can_read: CanRead, by: Collection[str]) -> sa.Select[Any]:
    """Created licenses; demo and internal licenses are counted separately from those sold."""
    order, creator = aliased(LicenseOrder), aliased(User)
    of = licenses.c
    keys = license_keys(of, of.created_at, can_read) | {
        CreatedKey.CREATOR: Key(
            {"creator_id": creator.id, "creator_name": creator.name},
            (
                (order, sa.and_(order.id == of.order_id, can_read(order))),
                (creator, sa.and_(creator.id == order.actor_id, can_read(creator))),
            ),
        )
    }
    measures = {
        "sold_licenses": _count(is_sold(of)),
        "sold_seats": sa.case((is_sold(of), of.quantity), else_=0),
        "demo_licenses": _count(sa.and_(of.model == LicenseModel.DEMO, sa.not_(of.not_for_resale))),
        "internal_licenses": _count(sa.or_(of.model == LicenseModel.INTERNAL_NFR, of.not_for_resale)),
    }
    return _grouped(licenses, keys, by, measures)


def is_sold(of: Any) -> sa.ColumnElement[bool]:
    """Whether a license is sold, and neither a demo nor for internal use."""
    return sa.and_(of.model.not_in((LicenseModel.DEMO, LicenseModel.INTERNAL_NFR)), sa.not_(of.not_for_resale))


def activations(seats: Any, licenses: Any, can_read: CanRead, by: Collection[str]) -> sa.Select[Any]:
    """Requested activations, and how many of them hold a seat or have ended."""
    measures = {
        "activations": sa.literal(1),
        "holding": _count(seats.c.state.in_(COUNTING)),
        "ended": _count(seats.c.ended_at.is_not(None)),
    }
    source = seats.join(licenses, licenses.c.id == seats.c.license_id)
    return _grouped(source, license_keys(licenses.c, seats.c.requested_at, can_read), by, measures)


def restores(cases: Any, licenses: Any, can_read: CanRead, by: Collection[str]) -> sa.Select[Any]:
    """Restore cases, by the group that owns the license or the container."""
    seat, container, group = aliased(Activation), aliased(Container), aliased(Group)
    owner = sa.func.coalesce(licenses.c.owner_group_id, container.owner_group_id)
    source = (
        cases.outerjoin(seat, seat.id == cases.c.activation_id)
        .outerjoin(licenses, licenses.c.id == seat.license_id)
        .outerjoin(container, sa.and_(container.id == cases.c.lost_container_id, can_read(container)))
    )
    keys: dict[str, Key] = {
        RestoreKey.GROUP: _group(group, owner, can_read),
        RestoreKey.REASON: Key({"reason": cases.c.reason}),
        RestoreKey.MONTH: Key({"month": month_of(cases.c.created_at)}),
    }
    measures = {
        "cases": sa.literal(1),
        "completed": _count(cases.c.state == RestoreState.COMPLETED),
        "waiting": _count(cases.c.state == RestoreState.AWAITING_APPROVAL),
        "denied": _count(cases.c.state == RestoreState.DENIED),
    }
    return _grouped(source, keys, by, measures)


def changes(licenses: Any, entries: Any, can_read: CanRead, by: Collection[str]) -> sa.Select[Any]:
    """Changes of licenses from `since` to `until`: created, renewed, canceled and so on."""
    creations = sa.select(
        licenses.c.id.label("license_id"), licenses.c.created_at.label("at"), sa.literal("").label("action")
    )
    events = sa.union_all(creations, sa.select(entries.c.license_id, entries.c.at, entries.c.action)).subquery()
    source = sa.join(events, licenses, licenses.c.id == events.c.license_id)
    measures = {"created": _count(events.c.action == "")} | {
        name: _count(events.c.action == action) for name, action in CHANGES.items()
    }
    return _grouped(source, license_keys(licenses.c, events.c.at, can_read), by, measures, between(events.c.at))


def between(at: Any) -> sa.ColumnElement[bool]:
    """Whether an instant is at or after the parameter `since` and before `until`."""
    since, until = (sa.bindparam(name, type_=sa.DateTime(timezone=True)) for name in ("since", "until"))
    return sa.and_(at >= since, at < until)


def first(statement: sa.Select[Any], *order: Any) -> sa.Select[Any]:
    """Order the statement and return the first `limit` rows."""
    return statement.order_by(*order).limit(_LIMIT)


def month_of(at: Any) -> sa.ColumnElement[Any]:
    """The first day of the instant's month in UTC."""
    return sa.cast(sa.func.date_trunc("month", sa.func.timezone("UTC", at)), sa.Date)


def license_keys(of: Any, at: Any, can_read: CanRead) -> dict[str, Key]:
    """The keys of every report about licenses."""
    product = aliased(Product)
    return {
        LicenseKey.GROUP: _group(aliased(Group), of.owner_group_id, can_read),
        LicenseKey.PRODUCT: Key(
            {"product_id": product.id, "product_name": product.name},
            ((product, sa.and_(product.id == of.product_id, can_read(product))),),
        ),
        LicenseKey.MODEL: Key({"model": of.model}),
        LicenseKey.MONTH: Key({"month": month_of(at)}),
    }


def _group(group: Any, id_: Any, can_read: CanRead) -> Key:
    return Key({"group_id": group.id, "group_name": group.name}, ((group, sa.and_(group.id == id_, can_read(group))),))


def _grouped(
    source: Any, keys: Mapping[str, Key], by: Collection[str], measures: Mapping[str, Any], *where: Any
) -> sa.Select[Any]:
    """One row for each combination of keys, the newest month and then the largest first; `total_*` is over all rows.

    Columns of unused keys are NULL, so that a report always has the same columns.
    """
    used = [keys[name] for name in keys if name in by]
    for each in used:
        for neighbor, condition in each.joins:
            source = sa.outerjoin(source, neighbor, condition)
    selected: dict[str, Any] = {name: column for each in used for name, column in each.columns.items()}
    named = [column.label(name) for name, column in {**selected, **measures}.items()]
    rows = sa.select(*named).select_from(source).where(*where).subquery("counted")
    sums = {name: sa.func.coalesce(sa.func.sum(rows.c[name]), 0) for name in measures}
    totals = {f"total_{name}": sa.func.coalesce(sa.func.sum(sums[name]).over(), 0) for name in measures}
    unused = [name for each in keys.values() for name in each.columns if name not in selected]
    months = [rows.c.month.desc()] if "month" in selected else []
    rest = [rows.c[name] for name in selected]
    return (
        sa.select(
            *rest,
            *(sa.null().label(name) for name in unused),
            *(sa.cast(each, sa.BigInteger).label(name) for name, each in (sums | totals).items()),
        )
        .group_by(*rest)
        .order_by(*months, sums[next(iter(measures))].desc(), *rest)
        .limit(_LIMIT)
    )


def _count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.case((condition, 1), else_=0)

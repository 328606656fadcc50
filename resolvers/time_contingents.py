"""Time contingents: days that a group buys for a product and draws for its prepaid licenses."""

from dataclasses import dataclass
from uuid import UUID

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from store.db.base import new_id
from store.errors import NotFound
from store.groups import Group
from store.license_errors import TargetOutsideOwner
from store.licenses import License
from store.products import Product
from store.queries import time_contingents
from store.time_contingents import TimeContingent


@dataclass(frozen=True, slots=True)
class ContingentChanged:
    """A time contingent after its days changed."""

    time_contingent: TimeContingent


@dataclass(frozen=True, slots=True)
class DaysDrawn:
    """Days that went from a contingent to a license."""

    license: License
    time_contingent: TimeContingent


@use_case("timeContingentSell")
async def sell_contingent(gate: Gate, *, group_id: UUID, product_id: UUID, days: int) -> ContingentChanged:
    """Add days to the contingent of a group for a product; the first sale creates it."""
    group = await gate.one(Group, group_id, to="read")
    group.require_not_deleted()
    product = await gate.one(Product, product_id, to="read", lock=False)
    contingent_id = await gate.run(time_contingents.pool_of, group.id, product.id)
    if contingent_id is None:
        contingent = TimeContingent(id=new_id(), group_id=group.id, product_id=product.id, days=days)
        gate.add(contingent)
    else:
        contingent = await gate.one(TimeContingent, contingent_id, to="modify")
        contingent.days += days
    gate.record("time_contingent.sold", contingent)
    await gate.authorize_new(contingent, to="modify")
    return ContingentChanged(contingent)


@use_case("timeContingentModify")
async def modify_contingent(gate: Gate, *, contingent_id: UUID, days: int) -> ContingentChanged:
    """Correct the number of days that are left."""
    contingent = await gate.one(TimeContingent, contingent_id, to="modify")
    contingent.days = days
    gate.record("time_contingent.modified", contingent)
    return ContingentChanged(contingent)


@use_case("timeContingentDraw")
async def draw_contingent(gate: Gate, *, license_id: UUID, days: int, contingent_id: UUID | None = None) -> DaysDrawn:
    """Move days from a contingent to a license, never more than are left (spec 1.4)."""
    license = await gate.one(License, license_id, to="add_time")
    if contingent_id is None:
        contingent_id = await gate.run(time_contingents.pool_of, license.owner_group_id, license.product_id)
        if contingent_id is None:
            raise NotFound("there is no time contingent for this license")
    contingent = await gate.one(TimeContingent, contingent_id, to="draw")
    await _require_fits(gate, contingent, license)
    contingent.draw(days)
    license.add_contingent_days(days, at=gate.now)
    gate.record("time_contingent.drawn", contingent, about=license)
    return DaysDrawn(license, contingent)


async def _require_fits(gate: Gate, contingent: TimeContingent, license: License) -> None:
    """The days of one customer are not for another, nor those of one product for another."""
    group_id = license.owner_group_id
    related = group_id is not None and await gate.run(time_contingents.are_related, contingent.group_id, group_id)
    if contingent.product_id != license.product_id or not related:
        raise TargetOutsideOwner("the days of this time contingent are for another group or another product")

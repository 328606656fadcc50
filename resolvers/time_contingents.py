"""Days that groups buy, and use up for their prepaid licenses."""

from uuid import UUID

import sqlalchemy as sa

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from store.db.base import new_id
from store.errors import NotFound
from store.groups import Group, GroupClosure
from store.license_errors import TargetOutsideOwner
from store.licenses import License
from store.orders import TimeContingent
from store.products import Product


@use_case("timeContingentSell")
async def sell_contingent(gate: Gate, *, group_id: UUID, product_id: UUID, days: int) -> None:
    """More days for a group and a product; the first ones make the pool."""
    group = await gate.one(Group, group_id, to="read")
    group.require_not_deleted()
    product = await gate.one(Product, product_id, to="read", lock=False)
    pool_id = await gate.session.scalar(_pool_of(group.id, product.id))
    if pool_id is None:
        pool = TimeContingent(id=new_id(), group_id=group.id, product_id=product.id, days=days)
        gate.add(pool)
    else:
        pool = await gate.one(TimeContingent, pool_id, to="modify")
        pool.days += days
    gate.record("time_contingent.sold", pool)
    await gate.authorize_new(pool, to="modify")


@use_case("timeContingentModify")
async def modify_contingent(gate: Gate, *, contingent_id: UUID, days: int) -> None:
    """Correct how many days are left."""
    pool = await gate.one(TimeContingent, contingent_id, to="modify")
    pool.days = days
    gate.record("time_contingent.modified", pool)


@use_case("timeContingentDraw")
async def draw_contingent(gate: Gate, *, license_id: UUID, days: int, contingent_id: UUID | None = None) -> None:
    """Days go from the pool to a license, at once; never more than there are (spec 1.4)."""
    license = await gate.one(License, license_id, to="add_time")
    if contingent_id is None:
        contingent_id = await gate.session.scalar(_pool_of(license.owner_group_id, license.product_id))
        if contingent_id is None:
            raise NotFound("there is no time contingent for this license")
    pool = await gate.one(TimeContingent, contingent_id, to="draw")
    await _require_fits(gate, pool, license)
    pool.draw(days)
    license.add_contingent_days(days, at=gate.now)
    gate.record("time_contingent.drawn", pool, about=license)


def _pool_of(group_id: UUID | None, product_id: UUID) -> sa.Select[UUID]:
    return sa.select(TimeContingent.id).where(
        TimeContingent.group_id == group_id,
        TimeContingent.product_id == product_id,
    )


async def _require_fits(gate: Gate, pool: TimeContingent, license: License) -> None:
    """The days of one customer do not run for another, nor those of one product for another."""
    pairs = sa.tuple_(GroupClosure.ancestor_id, GroupClosure.descendant_id)
    line = pairs.in_([(pool.group_id, license.owner_group_id), (license.owner_group_id, pool.group_id)])
    kin = license.owner_group_id is not None and await gate.session.scalar(sa.select(sa.exists().where(line)))
    if pool.product_id != license.product_id or not kin:
        raise TargetOutsideOwner("these days are for licenses of another group or another product")

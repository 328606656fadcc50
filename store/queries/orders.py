"""Queries about orders, and about the demos and groups that restrict them."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from store.db.advisory_locks import acquire_lock
from store.groups import Group, GroupClosure, GroupKind
from store.license_states import Lifecycle
from store.licenses import License
from store.orders import LicenseOrder, OrderSource
from store.products import LicenseModel
from store.tickets import Ticket
from store.users import User


async def claim_reference(session: AsyncSession, source: OrderSource, external_ref: str) -> UUID | None:
    """The order with this external reference, if there is one; until the transaction ends no other request makes one."""
    await acquire_lock(session, f"order {source} {external_ref}")
    known = (LicenseOrder.source == source, LicenseOrder.external_ref == external_ref)
    return await session.scalar(sa.select(LicenseOrder.id).where(*known))


async def licenses_of(session: AsyncSession, order: LicenseOrder) -> list[License]:
    """The licenses of an order, in the order in which they were created."""
    return list(await session.scalars(sa.select(License).where(License.order_id == order.id).order_by(License.id)))


async def order_of(session: AsyncSession, ticket: Ticket) -> LicenseOrder | None:
    """The order that a ticket belongs to, with its template."""
    found = sa.select(LicenseOrder).where(LicenseOrder.ticket_id == ticket.id)
    order: LicenseOrder | None = await session.scalar(found.options(joinedload(LicenseOrder.template)))
    return order


async def is_below(session: AsyncSession, group_id: UUID, ancestor_id: UUID) -> bool:
    """Whether a group is another one or below it."""
    line = (GroupClosure.ancestor_id == ancestor_id, GroupClosure.descendant_id == group_id)
    return bool(await session.scalar(sa.select(sa.exists().where(*line))))


async def is_internal(session: AsyncSession, group_ids: list[UUID]) -> bool:
    """Whether one of the groups is the vendor's, a reseller's or tagged internal; a team is what the group above it is."""
    nearest = (
        sa.select(Group.is_internal, Group.kind)
        .join(GroupClosure, GroupClosure.ancestor_id == Group.id)
        .where(GroupClosure.descendant_id.in_(group_ids))
        .where(sa.or_(Group.kind != GroupKind.TEAM, Group.is_internal))
        .ext(distinct_on(GroupClosure.descendant_id))
        .order_by(GroupClosure.descendant_id, GroupClosure.depth)
    )
    found = await session.execute(nearest)
    return any(each.is_internal or each.kind in (GroupKind.ISV, GroupKind.RESELLER) for each in found)


async def claim_demo(
    session: AsyncSession, owner: User | Group, product_id: UUID, model: LicenseModel, *, at: datetime
) -> bool:
    """Whether the owner has no live demo of the product; until the transaction ends no other request creates one."""
    await acquire_lock(session, f"demo {owner.id} {product_id}")
    owned = License.owner_group_id if isinstance(owner, Group) else License.owner_user_id
    live = sa.exists().where(
        owned == owner.id,
        License.product_id == product_id,
        License.model == model,
        License.lifecycle.in_((Lifecycle.SCHEDULED, Lifecycle.VALID, Lifecycle.SUSPENDED)),
        sa.or_(License.expires_at.is_(None), License.expires_at > at),
    )
    return not await session.scalar(sa.select(live))

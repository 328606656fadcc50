"""Queries about time contingents."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from store.groups import GroupClosure
from store.time_contingents import TimeContingent


async def pool_of(session: AsyncSession, group_id: UUID | None, product_id: UUID) -> UUID | None:
    """The time contingent of a group for a product."""
    owned = (TimeContingent.group_id == group_id, TimeContingent.product_id == product_id)
    return await session.scalar(sa.select(TimeContingent.id).where(*owned))


async def are_related(session: AsyncSession, one: UUID, other: UUID) -> bool:
    """Whether one of two groups is the other one or below it."""
    pairs = sa.tuple_(GroupClosure.ancestor_id, GroupClosure.descendant_id)
    return bool(await session.scalar(sa.select(sa.exists().where(pairs.in_([(one, other), (other, one)])))))

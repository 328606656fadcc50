"""Queries about groups."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from store.activations import Activation
from store.groups import Group, GroupClosure
from store.services.group_content import counting_in_group_cloud


async def by_id(session: AsyncSession, group_id: UUID) -> Group:
    """The group with this ID, which exists."""
    return await session.get_one(Group, group_id)


async def lock_activations_in_cloud(session: AsyncSession, group_id: UUID) -> Sequence[Activation]:
    """The activations that take a seat in a group's cloud container, locked, with the container."""
    statement = (
        sa.select(Activation).where(*counting_in_group_cloud(group_id)).options(joinedload(Activation.container))
    )
    return (await session.scalars(statement.with_for_update(of=Activation))).all()


async def is_at_or_below(session: AsyncSession, group_id: UUID, ancestor_id: UUID) -> bool:
    """Whether a group is another one, or lies below it."""
    pair = (GroupClosure.ancestor_id == ancestor_id, GroupClosure.descendant_id == group_id)
    return bool(await session.scalar(sa.select(sa.exists().where(*pair))))

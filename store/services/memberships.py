"""Joining a group."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from store.db.base import new_id
from store.memberships import MemberRole, Membership, MembershipState


async def join_group(session: AsyncSession, *, user_id: UUID, group_id: UUID, role: MemberRole) -> Membership:
    """Make a person a member of a group: with a new membership, or the former one again. Raises AlreadyMember."""
    former = sa.select(Membership).where(Membership.user_id == user_id, Membership.group_id == group_id)
    membership = await session.scalar(former.with_for_update())
    if membership is not None:
        membership.activate(role)
        return membership
    membership = Membership(
        id=new_id(), user_id=user_id, group_id=group_id, role=role, state=MembershipState.ACTIVE, bundle=None
    )
    session.add(membership)
    return membership

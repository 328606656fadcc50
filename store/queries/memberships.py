"""Queries about memberships."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from store.memberships import MemberRole, Membership, MembershipState
from store.users import User


async def role_of(session: AsyncSession, email: str, group_id: UUID) -> MemberRole | None:
    """The role in a group of the account with this address; None where it is no active member."""
    active = (User.email == email, Membership.group_id == group_id, Membership.state == MembershipState.ACTIVE)
    return await session.scalar(sa.select(Membership.role).join(User, User.id == Membership.user_id).where(*active))


def active_of(user_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    """Conditions: the active memberships of a person."""
    return (Membership.user_id == user_id, Membership.state == MembershipState.ACTIVE)


async def has_active(session: AsyncSession, user_id: UUID) -> bool:
    """Whether a person is an active member of any group."""
    return bool(await session.scalar(sa.select(sa.exists().where(*active_of(user_id)))))

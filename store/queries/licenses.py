"""Queries about licenses."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from store.activations import Activation, ActivationState
from store.groups import Group, GroupClosure
from store.licenses import License
from store.memberships import Membership, MembershipState
from store.projects import Project
from store.users import User


async def homes_below(session: AsyncSession, receiver: User | Group | Project, group_id: UUID | None) -> list[UUID]:
    """The groups at or below this one to which a person, a group or a project belongs."""
    below = sa.select(GroupClosure.descendant_id).where(GroupClosure.ancestor_id == group_id)
    return list(await session.scalars(_homes(receiver).intersect(below)))


async def lock_memberships(session: AsyncSession, user_id: UUID) -> None:
    """Keep the memberships of a person as they are until the transaction ends."""
    memberships = sa.select(Membership.id).where(Membership.user_id == user_id).order_by(Membership.id)
    await session.execute(memberships.with_for_update(read=True))


async def lock_withdrawable(session: AsyncSession, license: License) -> Sequence[Activation]:
    """The pending and active activations of a license with their containers, locked."""
    states = (ActivationState.ACTIVE, ActivationState.PENDING)
    found = sa.select(Activation).where(Activation.license_id == license.id, Activation.state.in_(states))
    locked = found.options(joinedload(Activation.container)).with_for_update(of=Activation)
    return (await session.scalars(locked)).all()


def _homes(receiver: User | Group | Project) -> sa.Select[UUID]:
    match receiver:
        case Group():
            return sa.select(sa.literal(receiver.id, sa.Uuid))
        case Project():
            return sa.select(sa.literal(receiver.group_id, sa.Uuid))
        case User() if receiver.home_group_id is not None:
            return sa.select(sa.literal(receiver.home_group_id, sa.Uuid))
        case User():
            active = (Membership.user_id == receiver.id, Membership.state == MembershipState.ACTIVE)
            return sa.select(Membership.group_id).where(*active)

"""Queries about what people and groups lose when they leave, are deleted or move."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, joinedload

from store.activations import COUNTING, Activation, ActivationState
from store.containers import Container, ContainerState, ContainerType
from store.devices import ContainerDevice
from store.groups import GroupClosure
from store.licenses import License
from store.memberships import Membership, MembershipState
from store.products import Product
from store.projects import Project
from store.users import User


async def lock_assigned_to(session: AsyncSession, user_id: UUID) -> Sequence[License]:
    """The licenses of groups that are assigned to a person, locked."""
    return await _lock_of_groups(session, License.assigned_user_id == user_id)


async def lock_misplaced_of(session: AsyncSession, user_id: UUID) -> Sequence[License]:
    """The licenses assigned to a person who no longer belongs to their owner group or one below it (spec 1.1), locked."""
    return await _lock_of_groups(session, License.assigned_user_id == user_id, sa.not_(_is_inside_owner()))


async def lock_misplaced_below(session: AsyncSession, group_id: UUID) -> Sequence[License]:
    """The licenses assigned at or below a group whose owner group is no longer above the assignee, locked."""
    below = sa.select(GroupClosure.descendant_id).where(GroupClosure.ancestor_id == group_id)
    active = (Membership.group_id.in_(below), Membership.state == MembershipState.ACTIVE)
    members = sa.select(Membership.user_id).where(*active)
    technical = sa.select(User.id).where(User.home_group_id.in_(below))
    projects = sa.select(Project.id).where(Project.group_id.in_(below))
    assigned = sa.or_(
        License.assigned_group_id.in_(below),
        License.assigned_project_id.in_(projects),
        License.assigned_user_id.in_(sa.union(members, technical)),
    )
    return await _lock_of_groups(session, assigned, sa.not_(_is_inside_owner()))


async def lock_activations_of(
    session: AsyncSession, user_id: UUID, *, assigned_to: Sequence[UUID] | None = None
) -> Sequence[Activation]:
    """The active activations in a person's own containers, locked: of any license, or of those assigned to these groups."""
    conditions = [Container.owner_user_id == user_id, Activation.state == ActivationState.ACTIVE]
    if assigned_to is not None:
        conditions.append(License.assigned_group_id.in_(assigned_to))
    statement = (
        sa.select(Activation)
        .join(License, License.id == Activation.license_id)
        .join(Container, Container.id == Activation.container_id)
        .where(*conditions)
        .options(joinedload(Activation.container))
        .with_for_update(of=Activation)
    )
    return (await session.scalars(statement)).all()


async def lock_containers_of(session: AsyncSession, user_id: UUID) -> Sequence[UUID]:
    """The IDs of a person's own containers, locked together with the licenses that have seats in them."""
    return await _lock_containers(session, Container.owner_user_id == user_id)


async def lock_containers_below(session: AsyncSession, group_id: UUID) -> Sequence[UUID]:
    """The IDs of the containers whose owners belong to a group or one below it, locked together with their licenses."""
    below = sa.select(GroupClosure.descendant_id).where(GroupClosure.ancestor_id == group_id)
    active = (Membership.group_id.in_(below), Membership.state == MembershipState.ACTIVE)
    owners = sa.union(
        sa.select(Membership.user_id).where(*active), sa.select(User.id).where(User.home_group_id.in_(below))
    )
    projects = sa.select(Project.id).where(Project.group_id.in_(below))
    return await _lock_containers(
        session,
        sa.or_(
            Container.owner_group_id.in_(below),
            Container.owner_project_id.in_(projects),
            Container.owner_user_id.in_(owners),
        ),
    )


async def lock_group_cloud(session: AsyncSession, group_id: UUID) -> Sequence[UUID]:
    """The ID of a group's cloud container, locked together with the licenses that have seats in it."""
    return await _lock_containers(
        session, Container.type == ContainerType.GROUP_CLOUD, Container.owner_group_id == group_id
    )


async def lock_seats_outside_owner(
    session: AsyncSession, container_ids: Sequence[UUID], *, left: Sequence[UUID]
) -> Sequence[Activation]:
    """The seats in locked containers whose owner is no longer at or below the license's owner group (spec A32), locked.

    Only licenses of the groups that were left, and of those above and below them. Seats of licenses whose deactivation
    the vendor disabled are left out (spec A24).
    """
    line = sa.union(
        sa.select(GroupClosure.ancestor_id).where(GroupClosure.descendant_id.in_(left)),
        sa.select(GroupClosure.descendant_id).where(GroupClosure.ancestor_id.in_(left)),
    )
    statement = (
        sa.select(Activation)
        .join(License, License.id == Activation.license_id)
        .join(Product, Product.id == License.product_id)
        .join(Container, Container.id == Activation.container_id)
        .where(
            Container.id.in_(container_ids),
            Activation.state.in_((ActivationState.PENDING, ActivationState.ACTIVE)),
            License.owner_group_id.in_(line),
            sa.func.coalesce(License.deactivation_allowed, Product.deactivation_allowed),
            sa.not_(_container_is_inside_owner()),
        )
        .options(joinedload(Activation.container), joinedload(Activation.license))
        .order_by(Activation.id)
        .with_for_update(of=Activation)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(statement)).all()


async def lock_group_clouds(session: AsyncSession, group_ids: Sequence[UUID]) -> Sequence[Container]:
    """The cloud containers of groups, locked."""
    clouds = (
        Container.type == ContainerType.GROUP_CLOUD,
        Container.owner_group_id.in_(group_ids),
        Container.state != ContainerState.DELETED,
    )
    return (await session.scalars(sa.select(Container).where(*clouds).with_for_update())).all()


async def end_devices(session: AsyncSession, container_id: UUID, *, at: datetime) -> None:
    """End the access of every device of a container."""
    devices = (ContainerDevice.container_id == container_id, ContainerDevice.ended_at.is_(None))
    statement = sa.update(ContainerDevice).where(*devices).values(ended_at=at)
    await session.execute(statement, execution_options={"synchronize_session": False})


async def _lock_containers(session: AsyncSession, *where: sa.ColumnElement[bool]) -> Sequence[UUID]:
    """Lock the licenses first and then the containers, as an activation does, so that neither deadlocks with the other.

    An activation that holds a container is waited for: statements after this one see its seat.
    """
    where = (*where, Container.state != ContainerState.DELETED)
    inside = sa.select(Activation.license_id).join(Container, Container.id == Activation.container_id)
    licenses = sa.select(License.id).where(License.id.in_(inside.where(*where, Activation.state.in_(COUNTING))))
    await session.execute(licenses.order_by(License.id).with_for_update(key_share=True))
    containers = sa.select(Container.id).where(*where).order_by(Container.id)
    return (await session.scalars(containers.with_for_update(key_share=True))).all()


async def _lock_of_groups(session: AsyncSession, *where: sa.ColumnElement[bool]) -> Sequence[License]:
    owned = sa.select(License).where(*where, License.owner_group_id.is_not(None))
    return (await session.scalars(owned.order_by(License.id).with_for_update(of=License))).all()


def _is_inside_owner() -> sa.ColumnElement[bool]:
    """Whether the assignee of a license is at or below its owner group."""
    above = aliased(GroupClosure)
    owned = above.ancestor_id == License.owner_group_id
    return sa.or_(
        sa.exists().where(owned, above.descendant_id == License.assigned_group_id),
        sa.exists().where(owned, above.descendant_id == Project.group_id, Project.id == License.assigned_project_id),
        sa.exists().where(owned, above.descendant_id == User.home_group_id, User.id == License.assigned_user_id),
        sa.exists().where(
            owned,
            above.descendant_id == Membership.group_id,
            Membership.user_id == License.assigned_user_id,
            Membership.state == MembershipState.ACTIVE,
        ),
    )


def _container_is_inside_owner() -> sa.ColumnElement[bool]:
    """Whether the owner of a container is at or below the owner group of a license."""
    above = aliased(GroupClosure)
    owned = above.ancestor_id == License.owner_group_id
    return sa.or_(
        sa.exists().where(owned, above.descendant_id == Container.owner_group_id),
        sa.exists().where(owned, above.descendant_id == Project.group_id, Project.id == Container.owner_project_id),
        sa.exists().where(owned, above.descendant_id == User.home_group_id, User.id == Container.owner_user_id),
        sa.exists().where(
            owned,
            above.descendant_id == Membership.group_id,
            Membership.user_id == Container.owner_user_id,
            Membership.state == MembershipState.ACTIVE,
        ),
    )

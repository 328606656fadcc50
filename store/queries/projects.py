"""Queries about projects: what they plan, what their revisions hold, and which containers belong to them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from store.containers import Container
from store.groups import GroupClosure
from store.licenses import License
from store.memberships import Membership, MembershipState
from store.projects import (
    Project,
    ProjectParticipant,
    ProjectRevision,
    VirtualContainer,
    VirtualContainerLicense,
    VirtualContainerState,
)
from store.users import User

_VIRTUAL_CONTAINERS, _LICENSES = "virtualContainers", "licenses"
"""The keys of a snapshot: `{"virtualContainers": {ID: {"name": NAME, "licenses": [ID, ...]}}}`."""


async def planned_snapshot(session: AsyncSession, project: Project) -> dict[str, Any]:
    """The virtual containers of a project with the planned licenses that are still assigned to it, as a revision keeps it."""
    rows = await session.execute(
        sa.select(VirtualContainer.id, VirtualContainer.name, License.id.label("license_id"))
        .outerjoin(VirtualContainerLicense, VirtualContainerLicense.virtual_container_id == VirtualContainer.id)
        .outerjoin(
            License,
            sa.and_(License.id == VirtualContainerLicense.license_id, License.assigned_project_id == project.id),
        )
        .where(VirtualContainer.project_id == project.id)
        .order_by(VirtualContainer.id, License.id)
    )
    planned: dict[str, dict[str, Any]] = {}
    for row in rows:
        licenses = planned.setdefault(str(row.id), {"name": row.name, _LICENSES: []})[_LICENSES]
        if row.license_id is not None:
            licenses.append(str(row.license_id))
    return {_VIRTUAL_CONTAINERS: planned}


async def published_licenses(
    session: AsyncSession, project: Project, virtual_container_id: UUID
) -> tuple[list[UUID], set[UUID]]:
    """The licenses of a virtual container in the last revision that are still assigned to the project, and in any revision.

    A license that no revision has ever held was activated in the real container without the project, and stays there.
    """
    path = (_VIRTUAL_CONTAINERS, str(virtual_container_id), _LICENSES)
    rows = await session.execute(
        sa.select(ProjectRevision.number, sa.func.jsonb_extract_path(ProjectRevision.snapshot, *path)).where(
            ProjectRevision.project_id == project.id
        )
    )
    by_number = {number: {UUID(each) for each in licenses or ()} for number, licenses in rows}
    last = by_number.get(project.revision, set())
    assigned = sa.select(License.id).where(License.id.in_(last), License.assigned_project_id == project.id)
    return sorted(await session.scalars(assigned)), {each for licenses in by_number.values() for each in licenses}


async def lock_participant(session: AsyncSession, project_id: UUID, user_id: UUID) -> ProjectParticipant | None:
    """The participation of a user in a project, locked."""
    same = (ProjectParticipant.project_id == project_id, ProjectParticipant.user_id == user_id)
    return await session.scalar(sa.select(ProjectParticipant).where(*same).with_for_update())


async def lock_bound(session: AsyncSession, project_id: UUID) -> Sequence[VirtualContainer]:
    """The virtual containers of a project that are bound to a real container and up to date, locked."""
    bound = sa.select(VirtualContainer).where(
        VirtualContainer.project_id == project_id, VirtualContainer.state == VirtualContainerState.BOUND
    )
    return (await session.scalars(bound.order_by(VirtualContainer.id).with_for_update(key_share=True))).all()


async def is_name_taken(session: AsyncSession, project_id: UUID, name: str) -> bool:
    """Whether a project has a virtual container of this name."""
    return await _exists(session, VirtualContainer.project_id == project_id, VirtualContainer.name == name)


async def lock_plan_of(session: AsyncSession, license_id: UUID) -> VirtualContainerLicense | None:
    """The link of a license to the virtual container in which it is planned, locked."""
    return await session.get(VirtualContainerLicense, license_id, with_for_update=True)


async def project_id_of(session: AsyncSession, virtual_container_id: UUID) -> UUID:
    """The id of the project of a virtual container."""
    return (await session.get_one(VirtualContainer, virtual_container_id)).project_id


async def is_bound(session: AsyncSession, container_id: UUID) -> bool:
    """Whether a virtual container is bound to this container."""
    return await _exists(session, VirtualContainer.container_id == container_id)


async def is_container_of(session: AsyncSession, project: Project, container_id: UUID) -> bool:
    """Whether a container belongs to a project, to its group or a group below, or to one of the people in them."""
    below = sa.select(GroupClosure.descendant_id).where(GroupClosure.ancestor_id == project.group_id)
    active = (Membership.state == MembershipState.ACTIVE, Membership.group_id.in_(below))
    people = sa.union_all(
        sa.select(ProjectParticipant.user_id).where(ProjectParticipant.project_id == project.id),
        sa.select(Membership.user_id).where(*active),
        sa.select(User.id).where(User.home_group_id.in_(below)),
    )
    owned = sa.or_(
        Container.owner_project_id == project.id,
        Container.owner_group_id.in_(below),
        Container.owner_user_id.in_(people),
    )
    return await _exists(session, Container.id == container_id, owned)


async def _exists(session: AsyncSession, *where: sa.ColumnElement[bool]) -> bool:
    return bool(await session.scalar(sa.select(sa.exists().where(*where))))

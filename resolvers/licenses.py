"""Handing licenses on: to a person, a group or a project, and back; showing them to all members or to administrators."""

from uuid import UUID

import sqlalchemy as sa

from authz.access import Access
from authz.gate import Gate
from resolvers.activations import withdraw_all
from store.groups import Group, GroupClosure, Membership, MembershipState
from store.licenses import License, OutsideOwner, Visibility
from store.projects import Project
from store.users import User

Target = type[User] | type[Group] | type[Project]


async def assign_license(
    access: Access, *, license_id: UUID, target: Target, target_id: UUID, key: str, dry_run: bool = False
) -> None:
    """Assign a license; what the former assignee has activated is withdrawn (spec 1.4)."""
    arguments = {"license": license_id, target.__name__: target_id}
    async with access.gate("licenseAssign", key=key, arguments=arguments, dry_run=dry_run) as gate:
        license = await gate.one(License, license_id, to="assign")
        receiver = await gate.one(target, target_id, to="receive", lock=False)
        await _require_inside(gate, license, receiver)
        license.assign_to(receiver, at=gate.now)
        await withdraw_all(gate, license)
        gate.record("license.assigned", license)


async def unassign_license(access: Access, *, license_id: UUID, key: str, dry_run: bool = False) -> None:
    """Take a license back into the pool of its group, at once; open activations are withdrawn."""
    arguments = {"license": license_id}
    async with access.gate("licenseUnassign", key=key, arguments=arguments, dry_run=dry_run) as gate:
        license = await gate.one(License, license_id, to="unassign")
        license.unassign()
        await withdraw_all(gate, license)
        gate.record("license.unassigned", license)


async def set_visibility(
    access: Access, *, license_id: UUID, visibility: Visibility, key: str, dry_run: bool = False
) -> None:
    """Show a license to all members of its group or project, or to the administrators only."""
    arguments = {"license": license_id, "visibility": visibility.value}
    async with access.gate("licenseSetVisibility", key=key, arguments=arguments, dry_run=dry_run) as gate:
        license = await gate.one(License, license_id, to="set_visibility")
        license.show(visibility)
        gate.record("license.visibility_changed", license)


async def _require_inside(gate: Gate, license: License, receiver: User | Group | Project) -> None:
    """A license of a group stays in the group and below it (spec 1.1), however many groups its administrator has."""
    home = {User: _homes_of_user, Group: _home_of_group, Project: _home_of_project}[type(receiver)](receiver)
    inside = sa.select(GroupClosure.descendant_id).where(GroupClosure.ancestor_id == license.owner_group_id)
    if not await gate.session.scalar(sa.select(sa.exists(home.intersect(inside)))):
        raise OutsideOwner("a license goes only to people, groups and projects of its own group and below")


def _homes_of_user(user: User) -> sa.Select[tuple[UUID]]:
    if user.home_group_id is not None:
        return sa.select(sa.literal(user.home_group_id, sa.Uuid))
    return sa.select(Membership.group_id).where(Membership.user_id == user.id, Membership.state == MembershipState.ACTIVE)


def _home_of_group(group: Group) -> sa.Select[tuple[UUID]]:
    return sa.select(sa.literal(group.id, sa.Uuid))


def _home_of_project(project: Project) -> sa.Select[tuple[UUID]]:
    return sa.select(sa.literal(project.group_id, sa.Uuid))

"""Handing licenses on: to a person, a group or a project, and back; showing them to all members or to administrators."""

from uuid import UUID

import sqlalchemy as sa

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from resolvers.activations import withdraw_all
from resolvers.fulfillment import is_internal
from store.groups import Group, GroupClosure, Membership, MembershipState
from store.license_errors import NotForResale, OutsideOwner
from store.licenses import License, Visibility
from store.projects import Project
from store.services import group_tree
from store.users import User

Target = type[User] | type[Group] | type[Project]


@use_case("licenseAssign")
async def assign_license(gate: Gate, *, license_id: UUID, target: Target, target_id: UUID) -> None:
    """Assign a license; what the former assignee has activated is withdrawn (spec 1.4)."""
    await hand_over(gate, license_id, target, target_id)


@use_case("licenseUnassign")
async def unassign_license(gate: Gate, *, license_id: UUID) -> None:
    """Take a license back into the pool of its group, at once; open activations are withdrawn."""
    license = await gate.one(License, license_id, to="unassign")
    license.unassign()
    await withdraw_all(gate, license)
    gate.record("license.unassigned", license)


@use_case("licenseSetVisibility")
async def set_visibility(gate: Gate, *, license_id: UUID, visibility: Visibility) -> None:
    """Show a license to all members of its group or project, or to the administrators only."""
    license = await gate.one(License, license_id, to="set_visibility")
    license.show(visibility)
    gate.record("license.visibility_changed", license)


async def hand_over(gate: Gate, license_id: UUID, target: Target, target_id: UUID) -> None:
    """What an assignment is, of one license or of all that came by a ticket."""
    await group_tree.share(gate.session)  # neither is the group moved away meanwhile, nor does the person leave it
    license = await gate.one(License, license_id, to="assign")
    receiver = await gate.one(target, target_id, to="receive", lock=False)
    if isinstance(receiver, User):
        receiver.require_kept()
        belonging = sa.select(Membership.id).where(Membership.user_id == receiver.id).order_by(Membership.id)
        await gate.session.execute(belonging.with_for_update(read=True))
    await _require_inside(gate, license, receiver)
    license.assign_to(receiver, at=gate.now)
    await withdraw_all(gate, license)
    gate.record("license.assigned", license)


async def _require_inside(gate: Gate, license: License, receiver: User | Group | Project) -> None:
    """A license of a group stays in the group and below it (spec 1.1), however many groups its administrator has."""
    home = _home_of(receiver)
    inside = sa.select(GroupClosure.descendant_id).where(GroupClosure.ancestor_id == license.owner_group_id)
    homes = list(await gate.session.scalars(home.intersect(inside)))
    if not homes:
        raise OutsideOwner("a license goes only to people, groups and projects of its own group and below")
    if license.not_for_resale and not await is_internal(gate, homes):
        raise NotForResale("this license is for the vendor's and the resellers' own people")


def _home_of(receiver: User | Group | Project) -> sa.Select[UUID]:
    """The groups that a receiver is at home in."""
    match receiver:
        case Group():
            return sa.select(sa.literal(receiver.id, sa.Uuid))
        case Project():
            return sa.select(sa.literal(receiver.group_id, sa.Uuid))
        case User() if receiver.home_group_id is not None:
            return sa.select(sa.literal(receiver.home_group_id, sa.Uuid))
        case User():
            belongs = (Membership.user_id == receiver.id, Membership.state == MembershipState.ACTIVE)
            return sa.select(Membership.group_id).where(*belongs)

"""Assigning licenses to people, groups and projects, taking them back, and choosing who sees them."""

from dataclasses import dataclass
from uuid import UUID

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from resolvers.activations import withdraw_all
from store.groups import Group
from store.license_errors import NotForResale, TargetOutsideOwner
from store.license_states import Visibility
from store.licenses import License
from store.projects import Project
from store.queries import licenses, orders
from store.services import group_tree
from store.users import User

Target = type[User] | type[Group] | type[Project]


@dataclass(frozen=True, slots=True)
class LicenseChanged:
    """A license after its assignment or its visibility changed."""

    license: License


@use_case("licenseAssign")
async def assign_license(gate: Gate, *, license_id: UUID, target: Target, target_id: UUID) -> LicenseChanged:
    """Assign a license; what the former assignee has activated is withdrawn (spec 1.4)."""
    return LicenseChanged(license=await reassign(gate, license_id, target, target_id))


@use_case("licenseUnassign")
async def unassign_license(gate: Gate, *, license_id: UUID) -> LicenseChanged:
    """Return a license to the pool of its group; its open activations are withdrawn."""
    license = await gate.one(License, license_id, to="unassign")
    license.unassign()
    await withdraw_all(gate, license)
    gate.record("license.unassigned", license)
    return LicenseChanged(license=license)


@use_case("licenseSetVisibility")
async def set_visibility(gate: Gate, *, license_id: UUID, visibility: Visibility) -> LicenseChanged:
    """Show a license to all members of its group or project, or to the administrators only."""
    license = await gate.one(License, license_id, to="set_visibility")
    license.set_visibility(visibility)
    gate.record("license.visibility_changed", license)
    return LicenseChanged(license=license)


async def reassign(gate: Gate, license_id: UUID, target: Target, target_id: UUID) -> License:
    """Assign one license: alone, or as one of those of a ticket."""
    await gate.run(
        group_tree.lock_tree_shared
    )  # the group is not moved, and the person does not leave it, in the meantime
    license = await gate.one(License, license_id, to="assign")
    receiver = await gate.one(target, target_id, to="receive", lock=False)
    if isinstance(receiver, User):
        receiver.require_not_erased()
        await gate.run(licenses.lock_memberships, receiver.id)
    await _require_inside(gate, license, receiver)
    license.assign_to(receiver, at=gate.now)
    await withdraw_all(gate, license)
    gate.record("license.assigned", license)
    return license


async def _require_inside(gate: Gate, license: License, receiver: User | Group | Project) -> None:
    """A license of a group stays in the group and below it (spec 1.1), whatever else its administrator administers."""
    homes = await gate.run(licenses.homes_below, receiver, license.owner_group_id)
    if not homes:
        raise TargetOutsideOwner(
            "a license can be assigned only to people, groups and projects of its owner group or below"
        )
    if license.not_for_resale and not await gate.run(orders.is_internal, homes):
        raise NotForResale("an internal license can be assigned only to people of the vendor or a reseller")

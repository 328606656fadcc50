"""Memberships: who belongs to which group, and in which role."""

from dataclasses import dataclass
from uuid import UUID

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from resolvers.offboarding import offboard_member
from store.groups import Group
from store.memberships import Bundle, MemberRole, Membership
from store.services import group_tree
from store.services.memberships import join_group
from store.users import User


@dataclass(frozen=True, slots=True)
class MembershipChanged:
    """A membership that is new, has changed or has ended."""

    membership: Membership


@use_case("membershipAdd")
async def add_membership(
    gate: Gate, *, group_id: UUID, user_id: UUID, role: MemberRole = MemberRole.MEMBER
) -> MembershipChanged:
    """Add a person whom the caller administers already to a further group; anyone else is invited."""
    await gate.run(group_tree.lock_tree_shared)
    group = await gate.one(Group, group_id, to="manage_roles", lock=False)
    group.require_not_deleted()
    user = await gate.one(User, user_id, to="remove", lock=False)
    user.require_person()
    membership = await gate.run(join_group, user_id=user.id, group_id=group.id, role=role)
    gate.record("membership.added", membership)
    await gate.authorize_new(membership, to="change_role")
    return MembershipChanged(membership=membership)


@use_case("membershipChangeRole")
async def change_role(gate: Gate, *, membership_id: UUID, role: MemberRole) -> MembershipChanged:
    """Make a member an administrator of the group, or an administrator a member."""
    membership = await gate.one(Membership, membership_id, to="change_role")
    membership.change_role(role)
    gate.record("membership.role_changed", membership)
    return MembershipChanged(membership=membership)


@use_case("membershipSetBundle")
async def set_bundle(gate: Gate, *, membership_id: UUID, bundle: Bundle | None = None) -> MembershipChanged:
    """Give an employee of the vendor the permissions of sales, support or audits, or none of them any more."""
    membership = await gate.one(Membership, membership_id, to="entrust", load=(Membership.group,))
    membership.set_bundle(bundle)
    gate.record("membership.bundle_set", membership)
    return MembershipChanged(membership=membership)


@use_case("membershipRemove")
async def remove_membership(gate: Gate, *, membership_id: UUID) -> MembershipChanged:
    """Remove a person from a group; the licenses that the group had assigned to them return to it (spec A10)."""
    membership = await gate.one(Membership, membership_id, to="remove", load=(Membership.user,))
    return await _end(gate, membership, "membership.removed")


@use_case("membershipLeave")
async def leave_group(gate: Gate, *, membership_id: UUID) -> MembershipChanged:
    """Leave a group; the licenses that it had assigned to the caller return to it."""
    membership = await gate.one(Membership, membership_id, to="leave", load=(Membership.user,))
    return await _end(gate, membership, "membership.left")


async def _end(gate: Gate, membership: Membership, action: str) -> MembershipChanged:
    membership.end()
    gate.record(action, membership)
    await offboard_member(gate, membership.user, [membership.group_id])
    return MembershipChanged(membership=membership)

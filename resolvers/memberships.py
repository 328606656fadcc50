"""Who belongs to which group, and as what."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from resolvers.offboarding import follow_leaving
from store.db.base import new_id
from store.groups import Bundle, Group, MemberRole, Membership, MembershipState
from store.services import group_tree
from store.users import User


@use_case("membershipAdd")
async def add_membership(gate: Gate, *, group_id: UUID, user_id: UUID, role: MemberRole = MemberRole.MEMBER) -> None:
    """Take somebody into a further group, whom one administers already; anybody else is invited."""
    await group_tree.lock_tree_shared(gate.session)
    group = await gate.one(Group, group_id, to="manage_roles", lock=False)
    group.require_not_deleted()
    user = await gate.one(User, user_id, to="remove", lock=False)
    user.require_person()
    membership = await joining(gate.session, user_id=user.id, group_id=group.id, role=role)
    gate.add(membership)
    gate.record("membership.added", membership)
    await gate.authorize_new(membership, to="change_role")


@use_case("membershipChangeRole")
async def change_role(gate: Gate, *, membership_id: UUID, role: MemberRole) -> None:
    """Make a member an administrator, or an administrator a member; it counts from the next statement on."""
    membership = await gate.one(Membership, membership_id, to="change_role")
    membership.change_role(role)
    gate.record("membership.role_changed", membership)


@use_case("membershipSetBundle")
async def set_bundle(gate: Gate, *, membership_id: UUID, bundle: Bundle | None = None) -> None:
    """Entrust an employee of the vendor with sales, support or audits, or with none of them any more."""
    membership = await gate.one(Membership, membership_id, to="entrust", load=(Membership.group,))
    membership.set_bundle(bundle)
    gate.record("membership.bundle_set", membership)


@use_case("membershipRemove")
async def remove_membership(gate: Gate, *, membership_id: UUID) -> None:
    """Take somebody out of a group, with all that the group had given him (spec A10)."""
    await _end(gate, await gate.one(Membership, membership_id, to="remove", load=(Membership.user,)), "removed")


@use_case("membershipLeave")
async def leave_group(gate: Gate, *, membership_id: UUID) -> None:
    """Leave a group, without what it had given."""
    await _end(gate, await gate.one(Membership, membership_id, to="leave", load=(Membership.user,)), "left")


async def joining(session: AsyncSession, *, user_id: UUID, group_id: UUID, role: MemberRole) -> Membership:
    """The membership of a person in a group as it begins: a new row, or the one that had ended. Raises AlreadyMember."""
    belongs = (Membership.user_id == user_id, Membership.group_id == group_id)
    membership = await session.scalar(sa.select(Membership).where(*belongs).with_for_update())
    if membership is None:
        return Membership(
            id=new_id(),
            user_id=user_id,
            group_id=group_id,
            role=role,
            state=MembershipState.ACTIVE,
            bundle=None,
        )
    membership.activate(role)
    return membership


async def _end(gate: Gate, membership: Membership, how: str) -> None:
    membership.end()
    gate.record(f"membership.{how}", membership)
    await follow_leaving(gate, membership.user, [membership.group_id])

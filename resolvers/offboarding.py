"""What follows when somebody no longer belongs somewhere: what was lent to him goes back to whose it is (spec A10)."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from authz.gate.gate import Gate
from resolvers.activations import withdraw_all
from store.activations import Activation, ActivationState
from store.containers import Container, ContainerState, ContainerType
from store.devices import ContainerDevice
from store.groups import Group, GroupClosure, Membership, MembershipState
from store.licenses import License
from store.products import CategoryGrant
from store.projects import Project
from store.services import data_erasure
from store.services.grant_revocation import revoke_grants
from store.users import User


async def follow_leaving(gate: Gate, user: User, left: Sequence[UUID]) -> None:
    """A person has left groups: their licenses go back to the pool, and the group containers get other credentials."""
    await _take_back(gate, License.assigned_user_id == user.id)
    await _withdraw(gate, License.assigned_group_id.in_(left), Container.owner_user_id == user.id)
    known = (
        Container.type == ContainerType.GROUP_CLOUD,
        Container.owner_group_id.in_(left),
        Container.state != ContainerState.DELETED,
    )
    for cloud in await gate.session.scalars(sa.select(Container).where(*known).with_for_update()):
        cloud.credential_generation += 1
        devices = (ContainerDevice.container_id == cloud.id, ContainerDevice.ended_at.is_(None))
        await gate.session.execute(
            sa.update(ContainerDevice).where(*devices).values(ended_at=gate.now),
            execution_options={"synchronize_session": False},
        )


async def take_back_outside(gate: Gate, *, below: Group) -> None:
    """A group has got another place: whatever a group that is no longer above it had lent below it goes back."""
    inside = sa.select(GroupClosure.descendant_id).where(GroupClosure.ancestor_id == below.id)
    members = sa.select(Membership.user_id).where(
        Membership.group_id.in_(inside),
        Membership.state == MembershipState.ACTIVE,
    )
    technical = sa.select(User.id).where(User.home_group_id.in_(inside))
    projects = sa.select(Project.id).where(Project.group_id.in_(inside))
    lent = sa.or_(
        License.assigned_group_id.in_(inside),
        License.assigned_project_id.in_(projects),
        License.assigned_user_id.in_(sa.union(members, technical)),
    )
    await _take_back(gate, lent)
    # A right that was passed on lies below the right that it came from, or it is none.
    source, above = aliased(CategoryGrant), aliased(GroupClosure)
    still = sa.exists().where(
        source.id == CategoryGrant.passed_on_from_id,
        above.ancestor_id == source.scope_group_id,
        above.descendant_id == CategoryGrant.scope_group_id,
    )
    passed_on = (CategoryGrant.passed_on_from_id.is_not(None), CategoryGrant.scope_group_id.in_(inside))
    await revoke_grants(gate.session, *passed_on, sa.not_(still), at=gate.now)


async def _take_back(gate: Gate, *where: sa.ColumnElement[bool]) -> None:
    """The assigned licenses among these whose holder is not below their owner; invariant of spec 1.1."""
    above = aliased(GroupClosure)
    owned = above.ancestor_id == License.owner_group_id
    at_home = sa.or_(
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
    await _give_back(gate, *where, sa.not_(at_home))


async def _give_back(gate: Gate, *where: sa.ColumnElement[bool]) -> None:
    await gate.session.flush()
    lent = sa.select(License).where(*where, License.owner_group_id.is_not(None))
    for license in await gate.session.scalars(lent.order_by(License.id).with_for_update(of=License)):
        license.unassign()
        await withdraw_all(gate, license)


async def _withdraw(gate: Gate, *where: sa.ColumnElement[bool]) -> None:
    """Take seats away, of whatever license, in whatever container."""
    await gate.session.flush()
    found = await gate.session.scalars(
        sa.select(Activation)
        .join(License, License.id == Activation.license_id)
        .join(Container, Container.id == Activation.container_id)
        .where(Activation.state == ActivationState.ACTIVE, *where)
        .options(joinedload(Activation.container))
        .with_for_update(of=Activation),
    )
    for each in found:
        each.withdraw(at=gate.now)


async def end_account(gate: Gate, user: User) -> None:
    """An account is erased: nothing that it had opens, counts or tells anything any more."""
    await _give_back(gate, License.assigned_user_id == user.id)
    await _withdraw(gate, Container.owner_user_id == user.id)
    await gate.session.flush()
    await data_erasure.erase_personal_data(gate.session, user.id, at=gate.now)
    await revoke_grants(gate.session, CategoryGrant.holder_id == user.id, at=gate.now)

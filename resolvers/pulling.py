"""On site: a virtual container becomes a real one, and later takes over what was published since."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from authz.gate import Gate
from authz.use_case import use_case
from central.grants import grant_of
from resolvers.planning import HELD, note
from store.activations import COUNTING, Activation, ActivationState, LicenseFile, SeatsExhausted
from store.containers import Container, ContainerNotReady
from store.groups import GroupClosure, Membership, MembershipState
from store.licenses import License
from store.mapping import new_id
from store.portal import Capability
from store.projects import (
    ContainerElsewhere,
    ContainerOccupied,
    Project,
    ProjectParticipant,
    ProjectRevision,
    VirtualContainer,
)
from store.users import User


@use_case("virtualContainerPull", needs=Capability.PROJECT_WORKFLOW)
async def pull_virtual_container(gate: Gate, *, virtual_container_id: UUID, container_id: UUID | None = None) -> None:
    """Bring what is published into a real container: all of it into an empty one, later the difference.

    Whoever may pull need not see the licenses: the pull includes those for administrators only (spec A13).
    """
    named = await gate.one(VirtualContainer, virtual_container_id, to="pull", lock=False)
    project = await gate.one(Project, named.project_id, to="pull")
    planned = await gate.one(VirtualContainer, virtual_container_id, to="pull")
    project.require_published()
    planned.require_stale()
    container = await _target(gate, planned, container_id)
    _require_receiving(container)
    if planned.container_id is None:
        await _require_empty(gate, container)
        await _require_of_project(gate, container, project)
    licenses = await _published(gate, project, planned)
    held = await _held(gate, container)
    removed = [each for each in held if each.license_id not in {license.id for license in licenses}]
    added = [each for each in licenses if each.id not in {activation.license_id for activation in held}]
    planned.bind(container.id, revision=project.revision, at=gate.now)
    entry = note(gate, "project.pulled", planned, project)
    entry.after = {**(entry.after or {}), "licenses_added": len(added), "licenses_removed": len(removed)}
    gate.shows(container)
    for each in removed:
        each.withdraw(at=gate.now)
    for license in added:
        await _seat(gate, license, container)
    container.update_counter += 1 if removed else 0


async def _target(gate: Gate, planned: VirtualContainer, container_id: UUID | None) -> Container:
    """The container that it has become already, or the one that is named."""
    if planned.container_id is not None and container_id not in (None, planned.container_id):
        raise ContainerOccupied("the virtual container has become another container already")
    chosen = container_id or planned.container_id
    if chosen is None:
        raise ContainerOccupied("name the empty container that it shall become")
    return await gate.one(Container, chosen, to="fetch_update")


async def _require_empty(gate: Gate, container: Container) -> None:
    held = sa.exists().where(Activation.container_id == container.id, Activation.state.in_(HELD))
    bound = sa.exists().where(VirtualContainer.container_id == container.id)
    if await gate.session.scalar(sa.select(sa.or_(held, bound))):
        raise ContainerOccupied("a virtual container goes into an empty container that is none of a project yet")


async def _require_of_project(gate: Gate, container: Container, project: Project) -> None:
    """The project's own container, one of its group and below, or one of its people."""
    below = sa.select(GroupClosure.descendant_id).where(GroupClosure.ancestor_id == project.group_id)
    belongs = (Membership.state == MembershipState.ACTIVE, Membership.group_id.in_(below))
    ours = sa.or_(
        Container.owner_project_id == project.id,
        Container.owner_group_id.in_(below),
        Container.owner_user_id.in_(
            sa.union_all(
                sa.select(ProjectParticipant.user_id).where(ProjectParticipant.project_id == project.id),
                sa.select(Membership.user_id).where(*belongs),
                sa.select(User.id).where(User.home_group_id.in_(below)),
            )
        ),
    )
    if not await gate.session.scalar(sa.select(sa.exists().where(Container.id == container.id, ours))):
        raise ContainerElsewhere("the container belongs neither to the project nor to its group or people")


async def _published(gate: Gate, project: Project, planned: VirtualContainer) -> Sequence[License]:
    """The licenses of the revision that are still the project's, held in one order by everybody who pulls."""
    revision = (
        await gate.session.scalars(
            sa.select(ProjectRevision).where(
                ProjectRevision.project_id == project.id, ProjectRevision.number == project.revision
            )
        )
    ).one()
    line = revision.snapshot["virtualContainers"].get(str(planned.id), {"licenses": []})
    found = await gate.session.scalars(
        sa.select(License)
        .where(License.id.in_([UUID(each) for each in line["licenses"]]), License.assigned_project_id == project.id)
        .order_by(License.id)
        .options(joinedload(License.product), selectinload(License.features))
        .with_for_update(key_share=True, of=License)
    )
    return found.all()


async def _held(gate: Gate, container: Container) -> Sequence[Activation]:
    """What the container holds of the project."""
    active = sa.select(Activation).where(
        Activation.container_id == container.id, Activation.state == ActivationState.ACTIVE
    )
    found = await gate.session.scalars(
        active.options(joinedload(Activation.container)).order_by(Activation.id).with_for_update(of=Activation)
    )
    return found.all()


def _require_receiving(container: Container) -> None:
    container.require_ready()
    if not container.type.is_cloud:
        raise ContainerNotReady("only a cloud container confirms a whole configuration at once", state=container.type)


async def _seat(gate: Gate, license: License, container: Container) -> None:
    """Take a seat for the container, which confirms at once; the right to pull is the right to all of it."""
    license.require_usable(at=gate.now)
    taken = await gate.session.scalars(
        sa.select(Activation.seat).where(Activation.license_id == license.id, Activation.state.in_(COUNTING))
    )
    free = set(range(1, license.quantity + 1)) - set(taken)
    if not free:
        raise SeatsExhausted(f"all {license.quantity} seats of this license are taken", quantity=license.quantity)
    activation = Activation(
        id=new_id(), license_id=license.id, container_id=container.id, generation=license.generation, seat=min(free),
        requested_by_id=gate.actor.id, requested_at=gate.now, state=ActivationState.PENDING,
    )  # fmt: skip
    activation.confirm(at=gate.now)
    license.start_clock(gate.now)
    container.update_counter += 1
    gate.add(activation)
    await gate.session.flush()
    signed = await gate.central.issue(
        grant_of(license, activation, container, license.product, license.features), at=gate.now
    )
    gate.add(LicenseFile(activation_id=activation.id, key_id=signed.key_id, content=signed.content))

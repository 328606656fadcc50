"""On site: a virtual container becomes a real one, and later takes over what was published since."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from resolvers.container_files import accept_receipt, accept_statement, issue_file, request_file_of
from resolvers.locking import lock_container_with_activations, lowest_free_seat, require_no_open_operation
from resolvers.project_revisions import published
from resolvers.virtual_containers import note
from store.activations import Activation, ActivationState
from store.container_files import FileKind
from store.containers import Container
from store.db.base import new_id
from store.errors import Conflict
from store.groups import GroupClosure, Membership, MembershipState
from store.licenses import License
from store.portal import Capability
from store.projects import (
    ContainerOccupied,
    ContainerOutsideProject,
    Project,
    ProjectParticipant,
    VirtualContainer,
)
from store.queries import activations
from store.users import User


@use_case("virtualContainerPull", needs=Capability.PROJECT_WORKFLOW)
async def pull_virtual_container(
    gate: Gate,
    *,
    virtual_container_id: UUID,
    container_id: UUID | None = None,
    request_file: str | None = None,
    receipt_file: str | None = None,
) -> None:
    """Bring what is published into a real container: all of it into an empty one, later the difference.

    A cloud takes everything at once. A container in the field takes one file after the other: each pull brings the receipt
    for the last one and asks for the next, and the last pull finds that nothing is left. Whoever may pull need not see the
    licenses: the pull includes those for administrators only (spec A13).

    A pull that meets a publication of its project is told so: who asked for it has not seen what would now arrive.
    """
    planned, project = await _hold_plan(gate, virtual_container_id)
    project.require_published()
    planned.require_stale()
    wanted, ever = await published(gate, project, planned)
    container, held = await lock_container_with_activations(
        gate, _chosen(planned, container_id), to="fetch_update", license_ids=wanted
    )
    container.require_ready()
    if planned.container_id is None:
        await _require_empty(gate, container, held)
        await _require_of_project(gate, container, project)
    if receipt_file is not None:
        await _settle(gate, held, container, receipt_file)
    there = {each.license_id for each in held if each.state in (ActivationState.ACTIVE, ActivationState.PENDING)}
    removed = [
        each for each in held if each.state is ActivationState.ACTIVE and each.license_id in set(ever) - set(wanted)
    ]
    added = [await gate.run(activations.lock_license, each) for each in wanted if each not in there]
    gate.shows(container)
    if container.type.is_cloud:
        planned.bind(container.id, revision=project.revision, at=gate.now)
        _note(gate, planned, project, len(added), len(removed))
        await _all_at_once(gate, container, added, removed)
        return
    planned.start_pull(container.id)
    if any(each.update_number is not None for each in held):
        _note(gate, planned, project, 0, 0)
        await _tell_again(gate, held)
        return
    if not added and not removed:
        planned.bind(container.id, revision=project.revision, at=gate.now)
        _note(gate, planned, project, 0, 0)
        return
    _note(gate, planned, project, int(not removed), int(bool(removed)))
    await _next_file(gate, container, added, removed, request_file)


async def _hold_plan(gate: Gate, virtual_container_id: UUID) -> tuple[VirtualContainer, Project]:
    """The project before its virtual container, as everybody takes them; the revision is still that which was looked at."""
    named = await gate.one(VirtualContainer, virtual_container_id, to="pull", lock=False)
    seen = (await gate.one(Project, named.project_id, to="pull", lock=False)).revision
    project = await gate.one(Project, named.project_id, to="pull")
    if project.revision != seen:
        raise Conflict("a newer revision was published at the same moment; look at what it holds and pull again")
    return await gate.one(VirtualContainer, virtual_container_id, to="pull"), project


def _note(gate: Gate, planned: VirtualContainer, project: Project, added: int, removed: int) -> None:
    entry = note(gate, "project.pulled", planned, project)
    entry.after = {**(entry.after or {}), "licenses_added": added, "licenses_removed": removed}


async def _all_at_once(
    gate: Gate,
    container: Container,
    added: Sequence[License],
    removed: Sequence[Activation],
) -> None:
    for each in removed:
        each.withdraw(at=gate.now)
        container.update_counter += 1
    for license in added:
        activation = await _seat(gate, license, container)
        activation.confirm(at=gate.now)
        await gate.session.flush()
        await issue_file(gate, activation, container, license)


async def _next_file(
    gate: Gate,
    container: Container,
    added: Sequence[License],
    removed: Sequence[Activation],
    request_file: str | None,
) -> None:
    """What is to go goes first, for it may be in the way of what is to come."""
    content = request_file_of(container, request_file)
    await require_no_open_operation(gate, container)
    license = removed[0].license if removed else added[0]
    await accept_statement(gate, container, content, FileKind.REQUEST, about=license)
    if removed:
        activation = removed[0]
        activation.withdraw(at=gate.now)
        license = await gate.run(activations.lock_license, activation.license_id)
    else:
        activation = await _seat(gate, license, container)
        await gate.session.flush()
    file = await issue_file(gate, activation, container, license, removes=bool(removed))
    gate.tell("license_file", file.content)


async def _seat(gate: Gate, license: License, container: Container) -> Activation:
    """A seat for the container; the right to pull is the right to all of it, and nobody is asked again."""
    license.require_usable(at=gate.now)
    license.require_container(container.type)
    activation = Activation(
        id=new_id(), license_id=license.id, container_id=container.id, generation=license.generation,
        seat=await lowest_free_seat(gate, license), requested_by_id=gate.actor.id, requested_at=gate.now,
        state=ActivationState.PENDING,
    )  # fmt: skip
    license.start_clock(gate.now)
    gate.add(activation)
    return activation


async def _settle(gate: Gate, held: Sequence[Activation], container: Container, receipt_file: str) -> None:
    """The container has done what the last file said."""
    for each in held:
        if each.update_number is not None:
            await accept_receipt(gate, each, container, receipt_file)
            await gate.session.flush()
            return


async def _tell_again(gate: Gate, held: Sequence[Activation]) -> None:
    """The last file is not confirmed yet: whoever has lost it gets the same one."""
    (waiting,) = (each for each in held if each.update_number is not None)
    file = await gate.run(activations.newest_file, waiting.id)
    if file is not None:
        gate.tell("license_file", file.content)


def _chosen(planned: VirtualContainer, container_id: UUID | None) -> UUID:
    """The container that it has become already, or the one that is named."""
    if planned.container_id is not None and container_id not in (None, planned.container_id):
        raise ContainerOccupied("the virtual container has become another container already")
    chosen = container_id or planned.container_id
    if chosen is None:
        raise ContainerOccupied("name the empty container that it shall become")
    return chosen


async def _require_empty(gate: Gate, container: Container, held: Sequence[Activation]) -> None:
    bound = sa.exists().where(VirtualContainer.container_id == container.id)
    if held or await gate.session.scalar(sa.select(bound)):
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
            ),
        ),
    )
    if not await gate.session.scalar(sa.select(sa.exists().where(Container.id == container.id, ours))):
        raise ContainerOutsideProject("the container belongs neither to the project nor to its group or people")

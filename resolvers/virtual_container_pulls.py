"""Pulling on site: a virtual container is bound to a real one, which later receives what was published since."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from authz.gate.gate import Gate
from authz.gate.results import OneTime
from authz.gate.use_case import use_case
from resolvers.container_files import accept_receipt, accept_statement, issue_file, request_file_of
from resolvers.locking import lock_container_with_activations, lowest_free_seat, require_no_open_operation
from resolvers.projects import record_in_project
from store.activations import Activation, ActivationState, LicenseFile
from store.container_files import FileKind
from store.containers import Container
from store.db.base import new_id
from store.errors import Conflict
from store.licenses import License
from store.portal import Capability
from store.projects import ContainerOccupied, ContainerOutsideProject, Project, VirtualContainer
from store.queries import activations, projects


@dataclass(frozen=True, slots=True)
class VirtualContainerPulled:
    """A virtual container, its real one, and the content of the next file for it; it is shown to those who may pull."""

    virtual_container: VirtualContainer
    container: Container
    license_file: OneTime[str] | None = None


@dataclass(frozen=True, slots=True)
class _Difference:
    """What a container lacks of the published licenses, and the activations that are no longer published."""

    added: Sequence[License]
    removed: Sequence[Activation]


@use_case("virtualContainerPull", needs=Capability.PROJECT_WORKFLOW)
async def pull_virtual_container(
    gate: Gate,
    *,
    virtual_container_id: UUID,
    container_id: UUID | None = None,
    request_file: str | None = None,
    receipt_file: str | None = None,
) -> VirtualContainerPulled:
    """Bring the published licenses into a real container: all of them into an empty one, later the difference.

    A cloud container receives them immediately, any other one file per pull: each pull sends the receipt for the last file
    and a request for the next, until nothing is left. Licenses for administrators only are included, although the caller
    may not read them (spec A13). A pull that meets a publication raises Conflict.
    """
    virtual, project = await _lock_plan(gate, virtual_container_id)
    project.require_published()
    virtual.require_stale()
    published, ever = await gate.run(projects.published_licenses, project, virtual.id)
    container, locked = await lock_container_with_activations(
        gate, _container_id(virtual, container_id), to="fetch_update", license_ids=published
    )
    container.require_ready()
    if virtual.container_id is None:
        await _require_bindable(gate, project, container, locked)
    waiting = next((each for each in locked if each.update_number is not None), None)
    if receipt_file is not None and waiting is not None:
        await accept_receipt(gate, waiting, container, receipt_file)
        await gate.flush()
        waiting = None
    present = {each.license_id for each in locked if each.state in (ActivationState.ACTIVE, ActivationState.PENDING)}
    outdated = ever - set(published)
    difference = _Difference(
        added=[await gate.run(activations.lock_license, each) for each in published if each not in present],
        removed=[each for each in locked if each.state is ActivationState.ACTIVE and each.license_id in outdated],
    )
    if container.type.is_cloud:
        return await _pull_into_cloud(gate, virtual, project, container, difference)
    virtual.start_pull(container.id)
    if waiting is not None:
        return await _pull_again(gate, virtual, project, container, waiting)
    if not difference.added and not difference.removed:
        virtual.bind(container.id, revision=project.revision, at=gate.now)
        _record(gate, virtual, project)
        return VirtualContainerPulled(virtual_container=virtual, container=container)
    return await _pull_next_file(gate, virtual, project, container, difference, request_file)


async def _lock_plan(gate: Gate, virtual_container_id: UUID) -> tuple[VirtualContainer, Project]:
    """A virtual container and its project, locked; raises Conflict where a revision was published in the meantime."""
    seen = await gate.one(VirtualContainer, virtual_container_id, to="pull", lock=False)
    revision = (await gate.one(Project, seen.project_id, to="pull", lock=False)).revision
    project = await gate.one(Project, seen.project_id, to="pull")
    if project.revision != revision:
        raise Conflict("a newer revision was published in the meantime; read it and pull again")
    return await gate.one(VirtualContainer, virtual_container_id, to="pull"), project


async def _pull_into_cloud(
    gate: Gate, virtual: VirtualContainer, project: Project, container: Container, difference: _Difference
) -> VirtualContainerPulled:
    virtual.bind(container.id, revision=project.revision, at=gate.now)
    _record(gate, virtual, project, added=len(difference.added), removed=len(difference.removed))
    for each in difference.removed:
        each.withdraw(at=gate.now)
        container.update_counter += 1
    for license in difference.added:
        activation = await _new_activation(gate, license, container)
        activation.confirm(at=gate.now)
        await gate.flush()
        await issue_file(gate, activation, container, license)
    return VirtualContainerPulled(virtual_container=virtual, container=container)


async def _pull_again(
    gate: Gate, virtual: VirtualContainer, project: Project, container: Container, waiting: Activation
) -> VirtualContainerPulled:
    """Return the file that the container has not confirmed once more: it may have been lost."""
    _record(gate, virtual, project)
    file = await gate.run(activations.newest_file, waiting.id)
    return _pulled(virtual, container, file)


async def _pull_next_file(
    gate: Gate,
    virtual: VirtualContainer,
    project: Project,
    container: Container,
    difference: _Difference,
    request_file: str | None,
) -> VirtualContainerPulled:
    """Issue one file; removals come first, because they make room for new licenses."""
    removed = next(iter(difference.removed), None)
    _record(gate, virtual, project, added=int(removed is None), removed=int(removed is not None))
    content = request_file_of(container, request_file)
    await require_no_open_operation(gate, container)
    about = removed.license if removed is not None else difference.added[0]
    await accept_statement(gate, container, content, FileKind.REQUEST, about=about)
    if removed is not None:
        removed.withdraw(at=gate.now)
        license = await gate.run(activations.lock_license, removed.license_id)
        file = await issue_file(gate, removed, container, license, removes=True)
    else:
        activation = await _new_activation(gate, difference.added[0], container)
        await gate.flush()
        file = await issue_file(gate, activation, container, difference.added[0])
    return _pulled(virtual, container, file)


async def _new_activation(gate: Gate, license: License, container: Container) -> Activation:
    """Take a seat for the container; the right to pull covers all licenses of the virtual container."""
    license.require_usable(at=gate.now)
    license.require_container(container.type)
    activation = Activation(
        id=new_id(),
        license_id=license.id,
        container_id=container.id,
        generation=license.generation,
        seat=await lowest_free_seat(gate, license),
        requested_by_id=gate.actor.id,
        requested_at=gate.now,
        state=ActivationState.PENDING,
    )
    license.start_clock(gate.now)
    gate.add(activation)
    return activation


def _pulled(virtual: VirtualContainer, container: Container, file: LicenseFile | None) -> VirtualContainerPulled:
    content = OneTime(file.content) if file is not None else None
    return VirtualContainerPulled(virtual_container=virtual, container=container, license_file=content)


def _record(gate: Gate, virtual: VirtualContainer, project: Project, *, added: int = 0, removed: int = 0) -> None:
    entry = record_in_project(gate, "project.pulled", virtual, project)
    entry.after = {**(entry.after or {}), "licenses_added": added, "licenses_removed": removed}


def _container_id(virtual: VirtualContainer, container_id: UUID | None) -> UUID:
    """The container to which the virtual container is bound, or else the one in the input."""
    if virtual.container_id is not None and container_id not in (None, virtual.container_id):
        raise ContainerOccupied("the virtual container is bound to another container; leave containerId out")
    chosen = container_id or virtual.container_id
    if chosen is None:
        raise ContainerOccupied("the virtual container is not bound yet; name an empty container in containerId")
    return chosen


async def _require_bindable(gate: Gate, project: Project, container: Container, locked: Sequence[Activation]) -> None:
    """Raise unless the container is empty, not bound yet, and belongs to the project or its group."""
    is_bound = await gate.run(projects.is_bound, container.id)
    if locked or is_bound:
        raise ContainerOccupied("the container holds licenses or is bound to a virtual container; choose an empty one")
    if not await gate.run(projects.is_container_of, project, container.id):
        raise ContainerOutsideProject(
            "the container belongs neither to the project, nor to its group or the groups below, nor to one of their people"
        )

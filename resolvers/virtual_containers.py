"""Virtual containers: create, rename and delete them in edit mode, and plan licenses in them."""

from dataclasses import dataclass
from uuid import UUID

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from resolvers.projects import ProjectChanged, record_in_project
from store.db.base import new_id
from store.licenses import License
from store.portal import Capability
from store.projects import (
    LicenseNotInProject,
    LicenseNotPlanned,
    LicensePlanned,
    NameTaken,
    Project,
    VirtualContainer,
    VirtualContainerBound,
    VirtualContainerLicense,
)
from store.queries import activations, projects

_WORKFLOW = Capability.PROJECT_WORKFLOW


@dataclass(frozen=True, slots=True)
class VirtualContainerChanged:
    """A virtual container that was created or changed."""

    virtual_container: VirtualContainer


@use_case("virtualContainerCreate", needs=_WORKFLOW)
async def create_virtual_container(gate: Gate, *, project_id: UUID, name: str) -> VirtualContainerChanged:
    """Plan a container in a project that is in edit mode."""
    project = await gate.one(Project, project_id, to="edit")
    project.require_in_progress()
    await _require_free_name(gate, project, name)
    virtual = VirtualContainer(id=new_id(), project_id=project.id, name=name)
    gate.add(virtual)
    record_in_project(gate, "virtual_container.created", virtual, project)
    return VirtualContainerChanged(virtual)


@use_case("virtualContainerRename", needs=_WORKFLOW)
async def rename_virtual_container(gate: Gate, *, virtual_container_id: UUID, name: str) -> VirtualContainerChanged:
    """Rename a virtual container."""
    virtual, project = await _lock_for_edit(gate, virtual_container_id)
    if virtual.name != name:
        await _require_free_name(gate, project, name)
    virtual.name = name
    record_in_project(gate, "virtual_container.renamed", virtual, project)
    return VirtualContainerChanged(virtual)


@use_case("virtualContainerDelete", needs=_WORKFLOW)
async def delete_virtual_container(gate: Gate, *, virtual_container_id: UUID) -> ProjectChanged:
    """Delete a virtual container; one that is bound to a real container can be deleted once that is empty."""
    virtual, project = await _lock_for_edit(gate, virtual_container_id)
    if virtual.container_id is not None and await gate.run(activations.is_container_used, virtual.container_id):
        raise VirtualContainerBound(
            "the virtual container is bound to a container that is not empty; publish it without licenses and pull it first",
            state=virtual.state,
        )
    record_in_project(gate, "virtual_container.deleted", virtual, project)
    await gate.delete(virtual)
    return ProjectChanged(project)


@use_case("virtualContainerAddLicense", needs=_WORKFLOW)
async def add_license(gate: Gate, *, virtual_container_id: UUID, license_id: UUID) -> VirtualContainerChanged:
    """Plan a license of the project; the caller has to administer its group as well as the project."""
    virtual, project = await _lock_for_edit(gate, virtual_container_id)
    license = await gate.one(License, license_id, to="assign")
    if license.assigned_project_id != project.id:
        raise LicenseNotInProject("the license is not assigned to this project; assign it to the project first")
    former = await gate.run(projects.lock_plan_of, license.id)
    if former is not None:
        await _require_other_project(gate, former, project)
        await gate.delete(former)
        await gate.flush()  # a license is planned once
    gate.add(VirtualContainerLicense(license_id=license.id, virtual_container_id=virtual.id))
    record_in_project(gate, "virtual_container.license_added", virtual, project, license)
    return VirtualContainerChanged(virtual)


@use_case("virtualContainerRemoveLicense", needs=_WORKFLOW)
async def remove_license(gate: Gate, *, virtual_container_id: UUID, license_id: UUID) -> VirtualContainerChanged:
    """Remove a license from the plan; on site it stays until the next revision is pulled."""
    virtual, project = await _lock_for_edit(gate, virtual_container_id)
    license = await gate.one(License, license_id, to="assign")
    planned = await gate.run(projects.lock_plan_of, license.id)
    if planned is None or planned.virtual_container_id != virtual.id:
        raise LicenseNotPlanned("the license is not in this virtual container")
    await gate.delete(planned)
    record_in_project(gate, "virtual_container.license_removed", virtual, project, license)
    return VirtualContainerChanged(virtual)


async def _lock_for_edit(gate: Gate, virtual_container_id: UUID) -> tuple[VirtualContainer, Project]:
    """A virtual container and its project in edit mode, locked; the project first, so that transactions cannot deadlock."""
    seen = await gate.one(VirtualContainer, virtual_container_id, to="edit", lock=False)
    project = await gate.one(Project, seen.project_id, to="edit")
    project.require_in_progress()
    return await gate.one(VirtualContainer, virtual_container_id, to="edit"), project


async def _require_free_name(gate: Gate, project: Project, name: str) -> None:
    """Raise NameTaken; the project is locked, so that the name stays free."""
    if await gate.run(projects.is_name_taken, project.id, name):
        raise NameTaken(f'the project has a virtual container named "{name}"; choose another name')


async def _require_other_project(gate: Gate, former: VirtualContainerLicense, project: Project) -> None:
    """Raise LicensePlanned where the license is planned in this project; the plan of a former project does not count."""
    if await gate.run(projects.project_id_of, former.virtual_container_id) == project.id:
        raise LicensePlanned("the license is in a virtual container of this project already; remove it there first")

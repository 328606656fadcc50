"""Virtual containers: planned in edit mode, with licenses that the planner also administers at their source."""

from uuid import UUID

import sqlalchemy as sa

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from store.activations import Activation, ActivationState
from store.audit import AuditEntry
from store.db.base import Base, new_id
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

_WORKFLOW = Capability.PROJECT_WORKFLOW
HELD = (
    ActivationState.PENDING, ActivationState.ACTIVE, ActivationState.RETURNING, ActivationState.WITHDRAWING,
    ActivationState.BORROWED,
)  # fmt: skip
"""What is in a container, or on its way in or out."""


@use_case("virtualContainerCreate", needs=_WORKFLOW)
async def create_virtual_container(gate: Gate, *, project_id: UUID, name: str) -> None:
    """Plan a container in a project that is in edit mode."""
    project = await gate.one(Project, project_id, to="edit")
    project.require_in_progress()
    await _require_free_name(gate, project, name)
    planned = VirtualContainer(id=new_id(), project_id=project.id, name=name)
    gate.add(planned)
    note(gate, "virtual_container.created", planned, project)


@use_case("virtualContainerRename", needs=_WORKFLOW)
async def rename_virtual_container(gate: Gate, *, virtual_container_id: UUID, name: str) -> None:
    """Give a planned container another name."""
    planned, project = await in_edit_mode(gate, virtual_container_id)
    if planned.name != name:
        await _require_free_name(gate, project, name)
    planned.name = name
    note(gate, "virtual_container.renamed", planned, project)


@use_case("virtualContainerDelete", needs=_WORKFLOW)
async def delete_virtual_container(gate: Gate, *, virtual_container_id: UUID) -> None:
    """Plan a container no longer; one that has become real has to be emptied first, by a pull."""
    planned, project = await in_edit_mode(gate, virtual_container_id)
    held = sa.exists().where(Activation.container_id == planned.container_id, Activation.state.in_(HELD))
    if planned.container_id is not None and await gate.session.scalar(sa.select(held)):
        raise VirtualContainerBound(
            "the virtual container has become a real one; publish it empty and pull that first",
            state=planned.state,
        )
    note(gate, "virtual_container.deleted", planned, project)
    gate.shows(project)
    await gate.session.delete(planned)


@use_case("virtualContainerAddLicense", needs=_WORKFLOW)
async def add_license(gate: Gate, *, virtual_container_id: UUID, license_id: UUID) -> None:
    """Plan a license of the project: whoever does administers the project and the group that the license comes from."""
    planned, project = await in_edit_mode(gate, virtual_container_id)
    license = await gate.one(License, license_id, to="assign")
    if license.assigned_project_id != project.id:
        raise LicenseNotInProject("only a license that is assigned to the project can be planned in it")
    sits = await gate.session.get(VirtualContainerLicense, license.id, with_for_update=True)
    if sits is not None:
        await _require_left_behind(gate, sits, project)
        await gate.session.delete(sits)
        await gate.session.flush()
    gate.add(VirtualContainerLicense(license_id=license.id, virtual_container_id=planned.id))
    note(gate, "virtual_container.license_added", planned, project, license)


@use_case("virtualContainerRemoveLicense", needs=_WORKFLOW)
async def remove_license(gate: Gate, *, virtual_container_id: UUID, license_id: UUID) -> None:
    """Plan a license no longer; on site it stays until the next revision is pulled."""
    planned, project = await in_edit_mode(gate, virtual_container_id)
    license = await gate.one(License, license_id, to="assign")
    sits = await gate.session.get(VirtualContainerLicense, license.id, with_for_update=True)
    if sits is None or sits.virtual_container_id != planned.id:
        raise LicenseNotPlanned("the license is not in this virtual container")
    await gate.session.delete(sits)
    note(gate, "virtual_container.license_removed", planned, project, license)


async def in_edit_mode(gate: Gate, virtual_container_id: UUID) -> tuple[VirtualContainer, Project]:
    """A planned container and its project, both held: always the project first, so that nobody waits in a circle."""
    named = await gate.one(VirtualContainer, virtual_container_id, to="edit", lock=False)
    project = await gate.one(Project, named.project_id, to="edit")
    project.require_in_progress()
    return await gate.one(VirtualContainer, virtual_container_id, to="edit"), project


def note(gate: Gate, action: str, resource: Base, project: Project, license: License | None = None) -> AuditEntry:
    """On record for the administrators of the project and of its group, whatever of the project was changed."""
    entry = gate.record(action, resource, about=license)
    entry.group_id, entry.project_id = project.group_id, project.id
    return entry


async def _require_free_name(gate: Gate, project: Project, name: str) -> None:
    """The project is held, so nobody else takes the name at this moment."""
    same = sa.exists().where(VirtualContainer.project_id == project.id, VirtualContainer.name == name)
    if await gate.session.scalar(sa.select(same)):
        raise NameTaken("the project has a virtual container of this name")


async def _require_left_behind(gate: Gate, sits: VirtualContainerLicense, project: Project) -> None:
    """A license that was handed on to another project is no longer planned in the former one."""
    former = await gate.session.get_one(VirtualContainer, sits.virtual_container_id)
    if former.project_id == project.id:
        raise LicensePlanned("the license sits in a virtual container of the project already; take it out there first")

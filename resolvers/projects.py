"""Projects: create, rename, edit, publish and archive them, and choose who participates."""

from dataclasses import dataclass
from uuid import UUID

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from store.audit import AuditEntry
from store.db.base import Base, new_id
from store.groups import Group
from store.licenses import License
from store.portal import Capability
from store.projects import ParticipantRole, Project, ProjectParticipant, ProjectRevision
from store.queries import projects
from store.services import group_tree
from store.users import User

_WORKFLOW = Capability.PROJECT_WORKFLOW


@dataclass(frozen=True, slots=True)
class ProjectChanged:
    """A project that was created or changed, or from which something was removed."""

    project: Project


@dataclass(frozen=True, slots=True)
class ParticipantAdded:
    """The participation of a user in a project."""

    project_participant: ProjectParticipant


@use_case("projectCreate", needs=_WORKFLOW)
async def create_project(gate: Gate, *, group_id: UUID, name: str) -> ProjectChanged:
    """Create a project in a group, in edit mode."""
    await gate.run(group_tree.lock_tree_shared)  # the group is not deleted in the meantime
    group = await gate.one(Group, group_id, to="create_project", lock=False)
    group.require_not_deleted()
    project = Project(id=new_id(), group_id=group.id, name=name)
    gate.add(project)
    gate.record("project.created", project)
    await gate.authorize_new(project, to="edit")
    return ProjectChanged(project)


@use_case("projectRename", needs=_WORKFLOW)
async def rename_project(gate: Gate, *, project_id: UUID, name: str) -> ProjectChanged:
    """Rename a project, which may be published."""
    project = await gate.one(Project, project_id, to="edit")
    project.require_open()
    project.name = name
    gate.record("project.renamed", project)
    return ProjectChanged(project)


@use_case("projectArchive", needs=_WORKFLOW)
async def archive_project(gate: Gate, *, project_id: UUID) -> ProjectChanged:
    """Archive a project: nothing is planned or pulled any more, and the licenses on site stay there."""
    project = await gate.one(Project, project_id, to="archive")
    project.archive()
    gate.record("project.archived", project)
    return ProjectChanged(project)


@use_case("projectEdit", needs=_WORKFLOW)
async def edit_project(gate: Gate, *, project_id: UUID) -> ProjectChanged:
    """Return a published project to edit mode, in which nothing can be pulled (spec A14)."""
    project = await gate.one(Project, project_id, to="edit")
    project.reopen()
    gate.record("project.reopened", project)
    return ProjectChanged(project)


@use_case("projectPublish", needs=_WORKFLOW)
async def publish_project(gate: Gate, *, project_id: UUID) -> ProjectChanged:
    """Keep the plan as the next revision, and mark the containers on site as stale."""
    project = await gate.one(Project, project_id, to="publish")
    project.publish()
    gate.record("project.published", project)
    gate.add(
        ProjectRevision(
            project_id=project.id,
            number=project.revision,
            snapshot=await gate.run(projects.planned_snapshot, project),
            published_by_id=gate.actor.id,
        )
    )
    for each in await gate.run(projects.lock_bound, project.id):
        each.mark_stale()
    return ProjectChanged(project)


@use_case("projectAddParticipant", needs=_WORKFLOW)
async def add_participant(gate: Gate, *, project_id: UUID, user_id: UUID, role: ParticipantRole) -> ParticipantAdded:
    """Add a person to a project, or change the role of a participant."""
    project = await gate.one(Project, project_id, to="manage_participants")
    project.require_open()
    user = await gate.one(User, user_id, to="read", lock=False)
    user.require_person()
    participant = await gate.run(projects.lock_participant, project.id, user.id)
    if participant is None:
        participant = ProjectParticipant(id=new_id(), project_id=project.id, user_id=user.id, role=role)
        gate.add(participant)
    participant.role = role
    record_in_project(gate, "project.participant_added", participant, project)
    return ParticipantAdded(participant)


@use_case("projectRemoveParticipant", needs=_WORKFLOW)
async def remove_participant(gate: Gate, *, participant_id: UUID) -> ProjectChanged:
    """Remove a participant from a project."""
    participant = await gate.one(ProjectParticipant, participant_id, to="remove", load=(ProjectParticipant.project,))
    record_in_project(gate, "project.participant_removed", participant, participant.project)
    await gate.delete(participant)
    return ProjectChanged(participant.project)


def record_in_project(
    gate: Gate, action: str, resource: Base, project: Project, license: License | None = None
) -> AuditEntry:
    """Record a change to a part of a project for the administrators of the project and of its group."""
    entry = gate.record(action, resource, about=license)
    entry.group_id, entry.project_id = project.group_id, project.id
    return entry

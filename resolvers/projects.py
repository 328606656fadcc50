"""Preparing a project: who takes part, which containers it plans, and when it is published."""

from uuid import UUID

import sqlalchemy as sa

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from resolvers.project_revisions import planned_now
from resolvers.virtual_containers import note
from store.db.base import new_id
from store.groups import Group
from store.portal import Capability
from store.projects import (
    ParticipantRole,
    Project,
    ProjectParticipant,
    ProjectRevision,
    VirtualContainer,
    VirtualContainerState,
)
from store.services import group_tree
from store.users import User

_WORKFLOW = Capability.PROJECT_WORKFLOW


@use_case("projectCreate", needs=_WORKFLOW)
async def create_project(gate: Gate, *, group_id: UUID, name: str) -> None:
    """Begin a project in a group; it is in edit mode."""
    await group_tree.lock_tree_shared(gate.session)  # a group that is deleted at this moment takes nothing in any more
    group = await gate.one(Group, group_id, to="create_project", lock=False)
    group.require_not_deleted()
    project = Project(id=new_id(), group_id=group.id, name=name)
    gate.add(project)
    gate.record("project.created", project)
    await gate.authorize_new(project, to="edit")


@use_case("projectRename", needs=_WORKFLOW)
async def rename_project(gate: Gate, *, project_id: UUID, name: str) -> None:
    """Give a project another name; it may be published, for its name is nothing that goes on site."""
    project = await gate.one(Project, project_id, to="edit")
    project.require_open()
    project.name = name
    gate.record("project.renamed", project)


@use_case("projectArchive", needs=_WORKFLOW)
async def archive_project(gate: Gate, *, project_id: UUID) -> None:
    """End a project: nothing is planned and nothing is pulled any more, and what is on site stays."""
    project = await gate.one(Project, project_id, to="archive")
    project.archive()
    gate.record("project.archived", project)


@use_case("projectEdit", needs=_WORKFLOW)
async def edit_project(gate: Gate, *, project_id: UUID) -> None:
    """Back to edit mode, where on site nothing new arrives (spec A14)."""
    project = await gate.one(Project, project_id, to="edit")
    project.reopen()
    gate.record("project.reopened", project)


@use_case("projectPublish", needs=_WORKFLOW)
async def publish_project(gate: Gate, *, project_id: UUID) -> None:
    """Keep what is planned as the next revision, for good; what is on site is older from now on."""
    project = await gate.one(Project, project_id, to="publish")
    project.publish()
    gate.record("project.published", project)
    snapshot = {"virtualContainers": await planned_now(gate, project)}
    gate.add(
        ProjectRevision(
            project_id=project.id,
            number=project.revision,
            snapshot=snapshot,
            published_by_id=gate.actor.id,
        ),
    )
    bound = sa.select(VirtualContainer).where(
        VirtualContainer.project_id == project.id,
        VirtualContainer.state == VirtualContainerState.BOUND,
    )
    for each in await gate.session.scalars(bound.order_by(VirtualContainer.id).with_for_update(key_share=True)):
        each.mark_stale()


@use_case("projectAddParticipant", needs=_WORKFLOW)
async def add_participant(gate: Gate, *, project_id: UUID, user_id: UUID, role: ParticipantRole) -> None:
    """Let somebody take part, as administrator or on site; who takes part already gets the role."""
    project = await gate.one(Project, project_id, to="manage_participants")
    project.require_open()
    user = await gate.one(User, user_id, to="read", lock=False)
    user.require_person()
    same = (ProjectParticipant.project_id == project.id, ProjectParticipant.user_id == user.id)
    participant = await gate.session.scalar(sa.select(ProjectParticipant).where(*same).with_for_update())
    if participant is None:
        participant = ProjectParticipant(id=new_id(), project_id=project.id, user_id=user.id, role=role)
        gate.add(participant)
    participant.role = role
    note(gate, "project.participant_added", participant, project)


@use_case("projectRemoveParticipant", needs=_WORKFLOW)
async def remove_participant(gate: Gate, *, participant_id: UUID) -> None:
    """Somebody takes part no longer."""
    participant = await gate.one(ProjectParticipant, participant_id, to="remove", load=(ProjectParticipant.project,))
    note(gate, "project.participant_removed", participant, participant.project)
    gate.shows(participant.project)
    await gate.session.delete(participant)

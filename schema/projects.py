"""Projects as clients read them."""

from authz.lists.queries import ParentLink
from schema.fields.declare import column, sql_expression, to_many, to_one
from schema.fields.entities import entity
from schema.nodes import Assignee, Node
from schema.pending_updates import licenses_published, licenses_to_add, licenses_to_remove, waits
from store.audit import AuditEntry as AuditEntryRow
from store.containers import Container as ContainerRow
from store.licenses import License as LicenseRow
from store.projects import Project as ProjectRow
from store.projects import ProjectParticipant as ProjectParticipantRow
from store.projects import ProjectRevision as ProjectRevisionRow
from store.projects import VirtualContainer as VirtualContainerRow
from store.projects import VirtualContainerLicense


@entity(ProjectRow, "A configuration of licenses that is prepared, published and carried out on site.")
class Project(Node, Assignee):
    """What it holds, and who works on it."""

    name = column(ProjectRow.name, "What people call it.", filterable=True)
    group = to_one(ProjectRow.group, "The group it belongs to.", filterable=True)
    state = column(ProjectRow.state, "Where it stands.", filterable=True)
    revision = column(ProjectRow.revision, "How often it was published.")
    participants = to_many(ParentLink(ProjectParticipantRow.project_id), "Who takes part, and as what.")
    virtual_containers = to_many(ParentLink(VirtualContainerRow.project_id), "The containers that are planned in it.")
    revisions = to_many(ParentLink(ProjectRevisionRow.project_id), "What was published, and when.")
    licenses = to_many(ParentLink(LicenseRow.assigned_project_id), "The licenses that are assigned to it.")
    containers = to_many(ParentLink(ContainerRow.owner_project_id), "Its containers.")
    audit_entries = to_many(ParentLink(AuditEntryRow.project_id), "What was done in it.")
    created_at = column(ProjectRow.created_at, "When it was created.", filterable=True, sortable=True)
    updated_at = column(ProjectRow.updated_at, "When it was changed last.")


@entity(ProjectParticipantRow, "That somebody takes part in a project.")
class ProjectParticipant(Node):
    """Who, where, as what."""

    project = to_one(ProjectParticipantRow.project, "The project.", filterable=True)
    user = to_one(ProjectParticipantRow.user, "Who takes part.", filterable=True)
    role = column(ProjectParticipantRow.role, "What the person does.", filterable=True)
    created_at = column(ProjectParticipantRow.created_at, "Since when.", filterable=True, sortable=True)


@entity(ProjectRevisionRow, "A project as it was published.")
class ProjectRevision(Node):
    """When and by whom."""

    project = to_one(ProjectRevisionRow.project, "The project.")
    number = column(ProjectRevisionRow.number, "Which revision it is, from 1 on.", filterable=True)
    published_by = to_one(ProjectRevisionRow.published_by, "Who has published it.")
    snapshot = column(ProjectRevisionRow.snapshot, "What it held; told to those who prepare the project.", guarded=True)
    created_at = column(ProjectRevisionRow.created_at, "When it was published.", filterable=True, sortable=True)


@entity(VirtualContainerRow, "A container that is planned in a project and becomes a real one on site.")
class VirtualContainer(Node):
    """What is planned in it, and what became of it."""

    name = column(VirtualContainerRow.name, "What people call it.", filterable=True)
    project = to_one(VirtualContainerRow.project, "The project.", filterable=True)
    state = column(VirtualContainerRow.state, "Whether it is real yet.", filterable=True)
    container = to_one(VirtualContainerRow.container, "The real container that it has become.", filterable=True)
    bound_revision = column(VirtualContainerRow.bound_revision, "Which revision of the project went into that.")
    bound_at = column(VirtualContainerRow.bound_at, "When.")
    licenses = to_many(
        ParentLink(VirtualContainerLicense.virtual_container_id, VirtualContainerLicense.license_id),
        "The licenses that are planned in it.",
        of=LicenseRow,
    )
    licenses_published = sql_expression(
        "licenses_published",
        licenses_published,
        int,
        "How many licenses the last revision has in it, seen or not.",
    )
    update_waits = sql_expression(
        "update_waits",
        waits,
        bool,
        "Whether its real container can take over a newer revision now.",
    )
    licenses_to_add = sql_expression(
        "licenses_to_add",
        licenses_to_add,
        int,
        "How many licenses that would bring, seen or not.",
    )
    licenses_to_remove = sql_expression(
        "licenses_to_remove",
        licenses_to_remove,
        int,
        "How many licenses that would take out, seen or not.",
    )
    created_at = column(VirtualContainerRow.created_at, "When it was planned.", filterable=True, sortable=True)

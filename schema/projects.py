"""The GraphQL types of projects, revisions and virtual containers."""

from authz.lists.queries import ParentLink
from schema.fields.declare import column, sql_expression, to_many, to_one
from schema.fields.entities import entity
from schema.nodes import Assignee, Node
from schema.pending_updates import licenses_published, licenses_to_add, licenses_to_remove, update_pending
from store.audit import AuditEntry as AuditEntryRow
from store.containers import Container as ContainerRow
from store.licenses import License as LicenseRow
from store.projects import Project as ProjectRow
from store.projects import ProjectParticipant as ProjectParticipantRow
from store.projects import ProjectRevision as ProjectRevisionRow
from store.projects import VirtualContainer as VirtualContainerRow
from store.projects import VirtualContainerLicense


@entity(
    ProjectRow,
    "A configuration of licenses in virtual containers, which is prepared by administrators, published, and pulled into real "
    "containers on site.",
)
class Project(Node, Assignee):
    """A project with its virtual containers, participants and revisions."""

    name = column(ProjectRow.name, "The name of the project.", filterable=True)
    group = to_one(ProjectRow.group, "The group to which the project belongs.", filterable=True)
    state = column(ProjectRow.state, "The state of the project.", filterable=True)
    revision = column(ProjectRow.revision, "The number of the latest published revision. 0: never published.")
    participants = to_many(
        ParentLink(ProjectParticipantRow.project_id),
        "The participants of the project that the viewer may read, with their roles.",
    )
    virtual_containers = to_many(ParentLink(VirtualContainerRow.project_id), "The virtual containers of the project.")
    revisions = to_many(ParentLink(ProjectRevisionRow.project_id), "The published revisions of the project.")
    licenses = to_many(ParentLink(LicenseRow.assigned_project_id), "The licenses that are assigned to the project.")
    containers = to_many(ParentLink(ContainerRow.owner_project_id), "The real containers that the project owns.")
    audit_entries = to_many(ParentLink(AuditEntryRow.project_id), "The entries of the audit log about the project.")
    created_at = column(ProjectRow.created_at, "When the project was created.", filterable=True, sortable=True)
    updated_at = column(ProjectRow.updated_at, "When the project was last changed.")


@entity(ProjectParticipantRow, "The participation of a user in a project.")
class ProjectParticipant(Node):
    """A user in a project, with a role."""

    project = to_one(ProjectParticipantRow.project, "The project in which the user participates.", filterable=True)
    user = to_one(
        ProjectParticipantRow.user, "The participant. Null if the viewer may not read the account.", filterable=True
    )
    role = column(ProjectParticipantRow.role, "The role of the participant in the project.", filterable=True)
    created_at = column(
        ProjectParticipantRow.created_at, "When the user was added to the project.", filterable=True, sortable=True
    )


@entity(ProjectRevisionRow, "A published revision of a project. It is never changed.")
class ProjectRevision(Node):
    """A project as it was published."""

    project = to_one(ProjectRevisionRow.project, "The project that was published.")
    number = column(ProjectRevisionRow.number, "The number of the revision, counted from 1.", filterable=True)
    published_by = to_one(
        ProjectRevisionRow.published_by,
        "The user who published the revision. Null if the viewer may not read the account.",
    )
    snapshot = column(
        ProjectRevisionRow.snapshot,
        "The virtual containers of the revision with their licenses, as a JSON object. Null unless the viewer administers the "
        "project or is vendor staff.",
        guarded=True,
    )
    created_at = column(
        ProjectRevisionRow.created_at, "When the revision was published.", filterable=True, sortable=True
    )


@entity(
    VirtualContainerRow,
    "A container planned in a project. On site it is pulled into a real container, which then holds its licenses.",
)
class VirtualContainer(Node):
    """A planned container with its licenses and the real container."""

    name = column(
        VirtualContainerRow.name, "The name of the virtual container, unique in the project.", filterable=True
    )
    project = to_one(VirtualContainerRow.project, "The project in which the container is planned.", filterable=True)
    state = column(
        VirtualContainerRow.state,
        "Whether the virtual container was pulled into a real container, and is up to date.",
        filterable=True,
    )
    container = to_one(
        VirtualContainerRow.container,
        "The real container into which it was pulled. Null: it was not pulled yet, or the viewer may not read the container.",
        filterable=True,
    )
    bound_revision = column(
        VirtualContainerRow.bound_revision,
        "The number of the project revision that the real container holds. Null: none was pulled completely yet.",
    )
    bound_at = column(
        VirtualContainerRow.bound_at, "When that revision was pulled. Null: none was pulled completely yet."
    )
    licenses = to_many(
        ParentLink(VirtualContainerLicense.virtual_container_id, VirtualContainerLicense.license_id),
        "The licenses that are planned in the virtual container and that the viewer may read.",
        of=LicenseRow,
    )
    licenses_published = sql_expression(
        "licenses_published",
        licenses_published,
        int,
        "The number of licenses in the latest published revision, including those that the viewer may not read.",
    )
    update_waits = sql_expression(
        "update_waits", update_pending, bool, "Whether a newer revision can be pulled into the real container now."
    )
    licenses_to_add = sql_expression(
        "licenses_to_add",
        licenses_to_add,
        int,
        "The number of licenses that the latest revision adds to the real container, including those that the viewer may not "
        "read.",
    )
    licenses_to_remove = sql_expression(
        "licenses_to_remove",
        licenses_to_remove,
        int,
        "The number of licenses that the latest revision removes from the real container, including those that the viewer may "
        "not read.",
    )
    created_at = column(
        VirtualContainerRow.created_at, "When the virtual container was created.", filterable=True, sortable=True
    )

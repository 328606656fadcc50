"""The GraphQL type of the audit log."""

from authz.lists.queries import SortOrder
from schema.fields.declare import column, to_one
from schema.fields.entities import entity
from schema.nodes import Node
from store.audit import AuditEntry as AuditEntryRow


@entity(
    AuditEntryRow,
    "An entry of the audit log: an action that succeeded or was refused. Entries are never changed or deleted.",
    default_order=SortOrder("at"),
)
class AuditEntry(Node):
    """An action with its actor, object and changes."""

    number = column(
        AuditEntryRow.number,
        "The number of the entry, counted from 1 in the order of commits. Visible to vendor staff only, because it reveals how "
        "many actions there are.",
        filterable=True,
        guarded=True,
    )
    at = column(AuditEntryRow.at, "When the action happened.", filterable=True, sortable=True)
    action = column(AuditEntryRow.action, "The name of the action, such as `license.assigned`.", filterable=True)
    outcome = column(AuditEntryRow.outcome, "Whether the action succeeded or was refused.", filterable=True)
    code = column(
        AuditEntryRow.code,
        "The error code of a refused action, such as `FORBIDDEN`. Null: the action succeeded.",
        filterable=True,
    )
    actor = to_one(
        AuditEntryRow.actor,
        "The user who performed the action. Null for a scheduled job, or if the viewer may not read the account.",
        filterable=True,
    )
    on_behalf_of = to_one(
        AuditEntryRow.on_behalf_of, "The user on whose behalf the action was performed. Null if it was the actor's own."
    )
    resource_type = column(
        AuditEntryRow.resource_type,
        "The type of the object on which the action was performed, such as `License`. Null if there is none.",
        filterable=True,
    )
    before = column(
        AuditEntryRow.before,
        "The changed values before the action, as a JSON object. Visible to administrators of the group or project and to "
        "vendor staff. Null if there are none.",
        guarded=True,
    )
    after = column(
        AuditEntryRow.after,
        "The changed values after the action, as a JSON object. Visible to administrators of the group or project and to "
        "vendor staff. Null if there are none.",
        guarded=True,
    )
    license = to_one(
        AuditEntryRow.license,
        "The license that the action concerns. Null if there is none, or the viewer may not read it.",
        filterable=True,
    )
    group = to_one(
        AuditEntryRow.group,
        "The group in which the action happened. Null if there is none, or the viewer may not read it.",
        filterable=True,
    )
    project = to_one(
        AuditEntryRow.project,
        "The project in which the action happened. Null if there is none, or the viewer may not read it.",
        filterable=True,
    )
    request_id = column(
        AuditEntryRow.request_id,
        "The ID of the request, as in the response header `X-Request-Id`. Null for a scheduled job.",
    )

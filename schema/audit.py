"""The audit trail as clients read it."""

from authz.lists.queries import SortOrder
from schema.fields.declare import column, to_one
from schema.fields.entities import entity
from schema.nodes import Node
from store.audit import AuditEntry as AuditEntryRow


@entity(AuditEntryRow, "One act, done or refused, kept for good.", default_order=SortOrder("at"))
class AuditEntry(Node):
    """Who did what to what, and when."""

    number = column(
        AuditEntryRow.number,
        "Its number: the acts are counted as they were committed. It is for the vendor's people, because it counts all acts.",
        filterable=True,
        guarded=True,
    )
    at = column(AuditEntryRow.at, "When.", filterable=True, sortable=True)
    action = column(
        AuditEntryRow.action, "What was done, such as `license.assigned`, or what was tried.", filterable=True
    )
    outcome = column(AuditEntryRow.outcome, "Whether it was done.", filterable=True)
    code = column(AuditEntryRow.code, "Why it was refused.", filterable=True)
    actor = to_one(AuditEntryRow.actor, "Who did it.", filterable=True)
    on_behalf_of = to_one(AuditEntryRow.on_behalf_of, "For whom he did it.")
    resource_type = column(AuditEntryRow.resource_type, "What kind of thing it was done to.", filterable=True)
    before = column(
        AuditEntryRow.before,
        "What was changed, as it was; for those who administer what it happened in.",
        guarded=True,
    )
    after = column(AuditEntryRow.after, "What was changed, as it was then; for the same people.", guarded=True)
    license = to_one(AuditEntryRow.license, "The license that it was about.", filterable=True)
    group = to_one(AuditEntryRow.group, "The group that it happened in.", filterable=True)
    project = to_one(AuditEntryRow.project, "The project that it happened in.", filterable=True)
    request_id = column(AuditEntryRow.request_id, "The request that it was part of.")

"""Reported losses as clients read them."""

from authz.lists.queries import ParentLink
from schema.fields.declare import column, to_many, to_one
from schema.fields.entities import entity
from schema.nodes import Node
from store.activations import Activation as ActivationRow
from store.restores import RestoreCase as RestoreCaseRow
from store.restores import RestoredActivation


@entity(RestoreCaseRow, "The case of a lost, broken, newly set up or stolen container.")
class RestoreCase(Node):
    """What was lost, and what the vendor said to it."""

    activation = to_one(RestoreCaseRow.activation, "The single seat that is lost.", filterable=True)
    lost_container = to_one(
        RestoreCaseRow.lost_container,
        "The container that is lost with all that is in it.",
        filterable=True,
    )
    activations = to_many(
        ParentLink(RestoredActivation.case_id, RestoredActivation.activation_id),
        "What was replaced.",
        of=ActivationRow,
    )
    reason = column(RestoreCaseRow.reason, "Why.", filterable=True)
    state = column(RestoreCaseRow.state, "Where it stands.", filterable=True)
    requested_by = to_one(RestoreCaseRow.requested_by, "Who has reported it.", filterable=True)
    decided_by = to_one(RestoreCaseRow.decided_by, "Who has decided.")
    decided_at = column(RestoreCaseRow.decided_at, "When it was decided.")
    completed_at = column(RestoreCaseRow.completed_at, "When the license was back.")
    created_at = column(RestoreCaseRow.created_at, "When it was reported.", filterable=True, sortable=True)

"""The GraphQL type of restore cases."""

from authz.lists.queries import ParentLink
from schema.fields.declare import column, to_many, to_one
from schema.fields.entities import entity
from schema.nodes import Node
from store.activations import Activation as ActivationRow
from store.restores import RestoreCase as RestoreCaseRow
from store.restores import RestoredActivation


@entity(
    RestoreCaseRow,
    "The report that an activation or a container is lost, damaged, stolen or was set up again, and the decision about it.",
)
class RestoreCase(Node):
    """A reported loss with its reason and decision."""

    activation = to_one(
        RestoreCaseRow.activation,
        "The lost activation, if the case is about a single one. Null if it is about a container.",
        filterable=True,
    )
    lost_container = to_one(
        RestoreCaseRow.lost_container,
        "The lost container, if the case is about all activations in it. Null if it is about a single activation.",
        filterable=True,
    )
    activations = to_many(
        ParentLink(RestoredActivation.case_id, RestoredActivation.activation_id),
        "The lost activations that the viewer may read. They are replaced when the case is completed.",
        of=ActivationRow,
    )
    reason = column(RestoreCaseRow.reason, "The reason for the restore.", filterable=True)
    state = column(RestoreCaseRow.state, "The state of the case.", filterable=True)
    requested_by = to_one(
        RestoreCaseRow.requested_by,
        "The user who reported the loss. Null if the viewer may not read the account.",
        filterable=True,
    )
    decided_by = to_one(
        RestoreCaseRow.decided_by,
        "The user who decided the case. Null if it is not decided, was decided automatically, or the viewer may not read the "
        "account.",
    )
    decided_at = column(RestoreCaseRow.decided_at, "When the case was decided. Null: it is not decided yet.")
    completed_at = column(
        RestoreCaseRow.completed_at, "When the lost activations were replaced. Null: the case is not completed."
    )
    created_at = column(RestoreCaseRow.created_at, "When the loss was reported.", filterable=True, sortable=True)

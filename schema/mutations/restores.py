"""What clients may do about losses: report one, and for the vendor: decide."""

from resolvers import restores
from schema.fields.declare import shown, shown_each
from schema.fields.declare_mutation import declare, gives
from schema.fields.inputs import ref, takes, value
from store.activations import Activation
from store.licenses import License
from store.restores import RestoreCase, RestoreReason

_CASE = "Which case."
_GIVES = gives(
    "What became of the case.",
    restore_case=shown(RestoreCase, "The case as it is now."),
    activations=shown_each(Activation, "What was replaced."),
)

CHANGES = (
    declare(
        restores.request_restore,
        "Report the loss of one seat: the rules replace it at once, leave it to the vendor, or say no.",
        takes(
            "What is lost, and why.",
            activation_id=ref("Which activation.", Activation),
            reason=value("Why.", RestoreReason),
        ),
        gives(
            "What became of it.",
            restore_case=shown(RestoreCase, "The case, and what the rules say to it."),
            activations=shown_each(Activation, "What was replaced."),
            license=shown(License, "The license as it is now; a replaced seat can be taken anew."),
        ),
    ),
    declare(
        restores.approve_restore,
        "Approve a case that the rules have left to the vendor; what was lost is replaced.",
        takes("Which case is approved.", restore_case_id=ref(_CASE, RestoreCase)),
        _GIVES,
    ),
    declare(
        restores.deny_restore,
        "Refuse a case that the rules have left to the vendor.",
        takes("Which case is refused.", restore_case_id=ref(_CASE, RestoreCase)),
        _GIVES,
    ),
)

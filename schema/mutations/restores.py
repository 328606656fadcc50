"""Mutations of restores: report a loss and, for the vendor, decide about it."""

from resolvers import restores
from schema.fields.declare_mutation import declare, gives
from schema.fields.inputs import ref, takes, value
from store.activations import Activation
from store.restores import RestoreCase, RestoreReason

_CASE = "The case as it is now; null if the mutation failed or the viewer can no longer read it."
REPLACED = "The activations that were replaced; empty if the mutation failed or the case is not approved."

CHANGES = (
    declare(
        restores.request_restore,
        "Reports the loss of one activation. The rules of the license replace it immediately, leave it to the vendor, or deny it.",
        takes(
            "What `restoreRequest` needs: the lost activation and the reason.",
            activation_id=ref("The lost activation.", Activation),
            reason=value("Why the activation is lost; it decides which limit applies.", RestoreReason),
        ),
        gives(
            "What `restoreRequest` returns.",
            restore_case="The new case with the decision; null if the mutation failed, and after a dry run.",
            activations=REPLACED,
            license="The license as it is now, with a free seat if the activation was replaced; null if the mutation failed"
            " or the viewer can no longer read it.",
        ),
    ),
    declare(
        restores.approve_restore,
        "Approves a case that the rules have left to the vendor, and replaces what was lost.",
        takes(
            "What `restoreApprove` needs: the case.",
            restore_case_id=ref("The case to approve; it must be AWAITING_APPROVAL.", RestoreCase),
        ),
        gives("What `restoreApprove` returns.", restore_case=_CASE, activations=REPLACED),
    ),
    declare(
        restores.deny_restore,
        "Denies a case that the rules have left to the vendor.",
        takes(
            "What `restoreDeny` needs: the case.",
            restore_case_id=ref("The case to deny; it must be AWAITING_APPROVAL.", RestoreCase),
        ),
        gives("What `restoreDeny` returns.", restore_case=_CASE, activations="Always empty: nothing was replaced."),
    ),
)

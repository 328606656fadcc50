"""Mutations of activations: activate a license, deactivate, transfer and borrow it, immediately or by signed files."""

from datetime import datetime

from resolvers import activations, borrows, checkpoints, transfers
from schema.fields.declare_mutation import declare, gives
from schema.fields.inputs import ref, takes, text, value
from store.activations import Activation
from store.containers import Container
from store.licenses import License
from store.restores import RestoreReason

MAX_FILE = 200_000
_MAX_LABEL = 200
_FAILED = "null if the mutation failed or the viewer can no longer read it"
_LICENSE = f"The license as it is now; {_FAILED}."
_ACTIVATION = f"The activation as it is now; {_FAILED}."
_LOAN = f"The loan as it is now; {_FAILED}, and after the dry run of a new loan."
REQUEST_FILE = (
    "The request file that the local container or dongle has just signed, at most 200,000 characters. A cloud container"
    " needs none."
)
LICENSE_FILE = (
    "The signed file for the container to import, shown to viewers who may use it. The container answers with a receipt for"
    " `activationConfirm`. Null if the mutation failed, if nothing is to be imported, and after a dry run."
)
_LABEL = "A name for the device, such as `laptop 4`, at most 200 characters; empty by default."

CHANGES = (
    declare(
        activations.activate_license,
        "Activates one seat of a license in a container. A cloud container confirms immediately, any other container"
        " with its receipt.",
        takes(
            "What `licenseActivate` needs: the license, the container and, for a local container or a dongle, its request file.",
            license_id=ref("The license to activate.", License),
            container_id=ref("The container in which the license will be activated.", Container),
            device_label=text(_LABEL, longest=_MAX_LABEL, default=""),
            request_file=text(REQUEST_FILE, longest=MAX_FILE, optional=True),
        ),
        gives(
            "What `licenseActivate` returns.",
            license=_LICENSE,
            activation="The new activation with its seat; null if the mutation failed, and after a dry run.",
            license_file=LICENSE_FILE,
        ),
    ),
    declare(
        activations.confirm_activation,
        "Applies the receipt of a container that has imported a license file or a removal.",
        takes(
            "What `activationConfirm` needs: the activation and the receipt.",
            activation_id=ref("The activation whose newest file the container has imported.", Activation),
            receipt_file=text(
                "The receipt that the container signed when it imported the file, at most 200,000 characters.",
                longest=MAX_FILE,
            ),
        ),
        gives(
            "What `activationConfirm` returns.",
            license=_LICENSE,
            activation=_ACTIVATION,
            container=f"The container as it is now; {_FAILED}.",
        ),
    ),
    declare(
        activations.deactivate_activation,
        "Returns a seat. A cloud container returns it immediately; any other container imports a removal, and its receipt"
        " returns the seat.",
        takes(
            "What `licenseDeactivate` needs: the activation and, optionally, a request file of its container.",
            activation_id=ref("The activation to end.", Activation),
            request_file=text(REQUEST_FILE, longest=MAX_FILE, optional=True),
        ),
        gives("What `licenseDeactivate` returns.", license=_LICENSE, activation=_ACTIVATION, license_file=LICENSE_FILE),
    ),
    declare(
        activations.abort_activation,
        "Aborts an activation that its container has not confirmed; its seat is free again.",
        takes(
            "What `activationAbort` needs: the activation.",
            activation_id=ref("The pending activation to abort.", Activation),
        ),
        gives("What `activationAbort` returns.", license=_LICENSE, activation=_ACTIVATION),
    ),
    declare(
        activations.withdraw_activation,
        "Withdraws a seat: immediately from a cloud container, from any other container with its next contact.",
        takes(
            "What `activationWithdraw` needs: the activation.",
            activation_id=ref("The activation to withdraw.", Activation),
        ),
        gives("What `activationWithdraw` returns.", license=_LICENSE, activation=_ACTIVATION),
    ),
    declare(
        transfers.transfer_license,
        "Moves a seat to another container in one step. If the original container is not available, the transfer is a"
        " restore: the vendor's rules allow it, deny it or ask for approval, and `restoreCase` shows the decision.",
        takes(
            "What `licenseTransfer` needs: the activation, its new container, and whether the original container is available.",
            activation_id=ref("The activation to transfer.", Activation),
            container_id=ref("The container in which the license will be activated.", Container),
            device_label=text(_LABEL, longest=_MAX_LABEL, default=""),
            request_file=text(REQUEST_FILE, longest=MAX_FILE, optional=True),
            original_available=value(
                "Whether the original container can still return the seat; true by default.", bool, default=True
            ),
            reason=value(
                "Why the original container is not available; LOST by default, ignored if it is available.",
                RestoreReason,
                default=RestoreReason.LOST,
            ),
        ),
        gives(
            "What `licenseTransfer` returns.",
            license=_LICENSE,
            activations="The former and the new activation; empty if the mutation failed or waits for a decision.",
            license_file=LICENSE_FILE,
            restore_case="The restore case; null if the original container is available, and after a dry run.",
        ),
    ),
    declare(
        borrows.borrow_activation,
        "Borrows an active seat for another local container or dongle until a given time. The original activation keeps its"
        " seat, and cannot be deactivated until the loan is over.",
        takes(
            "What `activationBorrow` needs: the activation to borrow from, the borrowing container and the end of the loan.",
            activation_id=ref("The active activation whose seat is borrowed.", Activation),
            container_id=ref("The local container or dongle that borrows the seat.", Container),
            until=value("The end of the loan, exclusive; the rules of the license limit its length.", datetime),
            device_label=text(_LABEL, longest=_MAX_LABEL, default=""),
            request_file=text(REQUEST_FILE, longest=MAX_FILE, optional=True),
        ),
        gives("What `activationBorrow` returns.", activation=_LOAN, license_file=LICENSE_FILE),
    ),
    declare(
        borrows.return_activation,
        "Ends a loan early. The borrowing container imports a removal, and its receipt returns the seat.",
        takes("What `activationReturn` needs: the loan.", activation_id=ref("The loan to end.", Activation)),
        gives("What `activationReturn` returns.", activation=_LOAN, license_file=LICENSE_FILE),
    ),
    declare(
        borrows.extend_activation,
        "Extends a loan, within the longest loan that the license allows, counted from the beginning of the loan.",
        takes(
            "What `activationExtend` needs: the loan and its new end.",
            activation_id=ref("The loan to extend.", Activation),
            until=value("The new end of the loan, exclusive.", datetime),
        ),
        gives("What `activationExtend` returns.", activation=_LOAN, license_file=LICENSE_FILE),
    ),
    declare(
        checkpoints.check_license,
        "Checks whether a license has changed since the newest file of an activation. A cloud container gets the newer file"
        " immediately.",
        takes(
            "What `licenseCheckpoint` needs: the activation.",
            activation_id=ref("The activation whose license file is checked.", Activation),
        ),
        gives(
            "What `licenseCheckpoint` returns.",
            activation=_ACTIVATION,
            newer_waits="Whether a newer license file is ready for the container; null if the mutation failed.",
            license_file="The newer file that a cloud container has imported; null if there is none, and after a dry run."
            " Other containers get theirs from `containerCheckpoint`.",
        ),
    ),
)

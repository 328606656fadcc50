"""What clients may do with seats: take them into containers and give them back, at once or by signed files."""

from datetime import datetime

from resolvers import activations, borrows, checkpoints, transfers
from schema.fields.declare import shown, shown_each
from schema.fields.declare_mutation import declare, gives, told_once
from schema.fields.inputs import ref, takes, text, value
from store.activations import Activation, LicenseFile
from store.containers import Container
from store.licenses import License
from store.restores import RestoreCase, RestoreReason

FILE = 200_000
_LICENSE = "The license as it is now."
_ACTIVATION = "The activation as it is now."
_CONTAINER = "The container as it is now."
_WHICH = "Which activation."
_DEVICE = 200
REQUEST = "For a computer or a dongle: the request file that it has just signed."
UPDATE = "The signed file for the container, for whoever may use it; its receipt goes to `activationConfirm`."
_LOAN = gives(
    "What became of the loan.",
    activation=shown(Activation, "The loan as it is now."),
    license_file=shown(LicenseFile, UPDATE),
)

CHANGES = (
    declare(
        activations.activate_license,
        "Put a seat of a license into a container: a cloud confirms at once, any other with its receipt.",
        takes(
            "What is activated where.",
            license_id=ref("Which license.", License),
            container_id=ref("Into which container.", Container),
            device_label=text("What you call the place; up to 200 characters.", longest=_DEVICE, default=""),
            request_file=text(REQUEST, longest=FILE, optional=True),
        ),
        gives(
            "What became of the activation.",
            license=shown(License, _LICENSE),
            activation=shown(Activation, "The seat that was taken; null after a dry run."),
            license_file=shown(LicenseFile, UPDATE),
        ),
    ),
    declare(
        activations.confirm_activation,
        "Bring the container's receipt: it has taken the license in, or out.",
        takes(
            "What is confirmed by what.",
            activation_id=ref(_WHICH, Activation),
            receipt_file=text("What the container has signed when it took the file in.", longest=FILE),
        ),
        gives(
            "What became of the receipt.",
            license=shown(License, _LICENSE),
            activation=shown(Activation, _ACTIVATION),
            container=shown(Container, _CONTAINER),
        ),
    ),
    declare(
        activations.deactivate_activation,
        "Give a seat back: at once in a cloud; any other container takes the file in, and its receipt ends it.",
        takes(
            "Which seat is given back.",
            activation_id=ref(_WHICH, Activation),
            request_file=text(REQUEST, longest=FILE, optional=True),
        ),
        gives(
            "What became of the return.",
            license=shown(License, _LICENSE),
            activation=shown(Activation, _ACTIVATION),
            license_file=shown(LicenseFile, UPDATE),
        ),
    ),
    declare(
        activations.abort_activation,
        "Give up an activation that its container has not confirmed; the seat is free again.",
        takes("Which one is given up.", activation_id=ref(_WHICH, Activation)),
        gives("What became of it.", license=shown(License, _LICENSE), activation=shown(Activation, _ACTIVATION)),
    ),
    declare(
        activations.withdraw_activation,
        "Take a seat away from whoever has it: at once in a cloud, elsewhere with the container's next contact.",
        takes("Which seat is taken away.", activation_id=ref(_WHICH, Activation)),
        gives("What became of it.", license=shown(License, _LICENSE), activation=shown(Activation, _ACTIVATION)),
    ),
    declare(
        transfers.transfer_license,
        "Move a seat to another container as one act. Without the old container it is a restore, if the vendor's rules have it;"
        " `restoreCase` says what they say.",
        takes(
            "What moves where.",
            activation_id=ref(_WHICH, Activation),
            container_id=ref("Into which container.", Container),
            device_label=text("What you call the place; up to 200 characters.", longest=_DEVICE, default=""),
            request_file=text(REQUEST, longest=FILE, optional=True),
            original_available=value("Whether the old container is still there.", bool, default=True),
            reason=value("Why it is not.", RestoreReason, default=RestoreReason.LOST),
        ),
        gives(
            "What became of the move.",
            license=shown(License, _LICENSE),
            activations=shown_each(Activation, "What has changed: the old seat, and the new one where there is one."),
            license_file=shown(LicenseFile, UPDATE),
            restore_case=shown(RestoreCase, "The case, where the old container is not available."),
        ),
    ),
    declare(
        borrows.borrow_activation,
        "Take a seat along in another computer or dongle until an instant; the lender's seat is held meanwhile.",
        takes(
            "What is lent to what.",
            activation_id=ref("The seat that lends.", Activation),
            container_id=ref("Which container borrows.", Container),
            until=value("Until when.", datetime),
            device_label=text("What you call the place; up to 200 characters.", longest=_DEVICE, default=""),
            request_file=text(REQUEST, longest=FILE, optional=True),
        ),
        _LOAN,
    ),
    declare(
        borrows.return_activation,
        "End a loan early: the borrower takes the file in, and its receipt is the return.",
        takes("Which loan ends.", activation_id=ref("The loan.", Activation)),
        _LOAN,
    ),
    declare(
        borrows.extend_activation,
        "Lend for longer, within what the license allows from the beginning of the loan.",
        takes(
            "Which loan lasts until when.",
            activation_id=ref("The loan.", Activation),
            until=value("Until when.", datetime),
        ),
        _LOAN,
    ),
    declare(
        checkpoints.check_license,
        "Ask whether the file of an activation still says what its license does; a cloud gets the newer one at once.",
        takes("Which activation is looked at.", activation_id=ref(_WHICH, Activation)),
        gives(
            "What was found.",
            activation=shown(Activation, _ACTIVATION),
            newer_waits=told_once("Whether a newer file waits.", bool),
            license_file=shown(
                LicenseFile,
                "The newer file for a cloud; other containers get it by `containerCheckpoint`.",
            ),
        ),
    ),
)

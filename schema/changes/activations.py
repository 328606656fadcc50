"""What clients may do with seats: take them into containers and give them back, at once or by signed files."""

from resolvers import activations
from schema.changing import change, gives
from schema.fields import shown
from schema.inputs import ref, takes, text
from store.activations import Activation, LicenseFile
from store.containers import Container
from store.licenses import License

FILE = 200_000
_LICENSE = "The license as it is now."
_ACTIVATION = "The activation as it is now."
_CONTAINER = "The container as it is now."
_WHICH = "Which activation."
_DEVICE = 200
REQUEST = "For a computer or a dongle: the request file that it has just signed."
UPDATE = "The signed file for the container, for whoever may use it; its receipt goes to `activationConfirm`."

CHANGES = (
    change(
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
    change(
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
    change(
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
    change(
        activations.abort_activation,
        "Give up an activation that its container has not confirmed; the seat is free again.",
        takes("Which one is given up.", activation_id=ref(_WHICH, Activation)),
        gives("What became of it.", license=shown(License, _LICENSE), activation=shown(Activation, _ACTIVATION)),
    ),
    change(
        activations.withdraw_activation,
        "Take a seat away from whoever has it: at once in a cloud, elsewhere with the container's next contact.",
        takes("Which seat is taken away.", activation_id=ref(_WHICH, Activation)),
        gives("What became of it.", license=shown(License, _LICENSE), activation=shown(Activation, _ACTIVATION)),
    ),
)

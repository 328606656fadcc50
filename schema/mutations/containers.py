"""What clients may do with containers: register, name, reset, delete, lock and use them."""

from resolvers import checkpoints, containers, restores
from schema.fields.declare import shown, shown_each, told_each
from schema.fields.declare_mutation import declare, gives, told_once
from schema.fields.inputs import ref, takes, text, value
from schema.mutations.activations import FILE, UPDATE
from store.activations import Activation, LicenseFile
from store.containers import Container, SettleOutcome
from store.groups import Group
from store.projects import Project
from store.restores import RestoreCase, RestoreReason
from store.users import User

_WHICH = "Which container."
_NAME = 200
_GIVES = gives("What became of it.", container=shown(Container, "The container as it is now."))


CHANGES = (
    declare(
        containers.register_container,
        "Make a computer or a dongle known, for oneself, a group or a project; its serial number is the fingerprint of its key.",
        takes(
            "What is registered for whom.",
            registration_file=text("What the container has signed with its new key.", longest=FILE),
            name=text("What people call it; up to 200 characters.", longest=_NAME, default=""),
            owner_id=ref(
                "Whose it is: a Group or a Project, or yourself where nothing is said.",
                User,
                Group,
                Project,
                optional=True,
            ),
        ),
        gives("What became of it.", container=shown(Container, "The new container; null after a dry run.")),
    ),
    declare(
        containers.modify_container,
        "Call a container something else.",
        takes(
            "What is called how.",
            container_id=ref(_WHICH, Container),
            name=text("Its new name; up to 200 characters.", longest=_NAME),
        ),
        _GIVES,
    ),
    declare(
        containers.delete_container,
        "Put an empty container away for good; in the place of a cloud a new and empty one comes by itself.",
        takes("What is deleted.", container_id=ref(_WHICH, Container)),
        _GIVES,
    ),
    declare(
        containers.reset_container,
        "Void every credential of a cloud container. With licenses of somebody else in a person's container this waits"
        " for the person or the vendor: see `resetRequestedAt`.",
        takes("What is reset.", container_id=ref(_WHICH, Container)),
        _GIVES,
    ),
    declare(
        containers.confirm_reset,
        "Say yes or no to the reset of your own container that an administrator has asked for.",
        takes(
            "What is confirmed.",
            container_id=ref(_WHICH, Container),
            accept=value("Yes: it is reset now. No: nothing happens.", bool),
        ),
        _GIVES,
    ),
    declare(
        containers.import_credential,
        "Let a device of yours use a cloud container; for a personal one, on three devices at a time.",
        takes(
            "Which device uses what.",
            container_id=ref(_WHICH, Container),
            device_label=text("What you call the device; 1 to 200 characters.", shortest=1, longest=_NAME),
        ),
        gives(
            "What became of it.",
            container=shown(Container, "The container as it is now."),
            credential=told_once("The signed credential for the device; a reset of the container voids it."),
        ),
    ),
    declare(
        containers.release_device,
        "End the credential of one of your devices.",
        takes(
            "Which device stops using what.",
            container_id=ref(_WHICH, Container),
            device_label=text("What you call the device.", shortest=1, longest=_NAME),
        ),
        _GIVES,
    ),
    declare(
        containers.block_container,
        "Lock a container: nothing goes in or out any more.",
        takes("What is locked.", container_id=ref(_WHICH, Container)),
        _GIVES,
    ),
    declare(
        containers.unblock_container,
        "Unlock a container.",
        takes("What is unlocked.", container_id=ref(_WHICH, Container)),
        _GIVES,
    ),
    declare(
        containers.settle_container,
        "Decide about a container whose counter did not fit.",
        takes(
            "What is settled how.",
            container_id=ref(_WHICH, Container),
            outcome=value("Believe it, or lock it.", SettleOutcome),
        ),
        _GIVES,
    ),
    declare(
        restores.report_lost,
        "Report a container as lost with everything in it: one case, by the strictest of the rules of its licenses.",
        takes(
            "What is lost, and why.",
            container_id=ref(_WHICH, Container),
            reason=value("Why.", RestoreReason),
        ),
        gives(
            "What became of it.",
            restore_case=shown(RestoreCase, "The case, and what the rules say to it."),
            activations=shown_each(Activation, "What was replaced."),
            container=shown(Container, "The container as it is now."),
        ),
    ),
    declare(
        checkpoints.check_container,
        "Let a container look in: what differs between it and the portal, and the next file that waits for it.",
        takes(
            "What looks in, with what.",
            container_id=ref(_WHICH, Container),
            file=text("Its signed report; of a cloud, a device's credential.", longest=FILE),
        ),
        gives(
            "What was found.",
            container=shown(Container, "The container as it is now."),
            missing=told_each(Activation, "missing", "What should be in it and is not."),
            surplus=told_each(Activation, "surplus", "What is in it and should not be."),
            license_file=shown(LicenseFile, UPDATE),
        ),
    ),
)

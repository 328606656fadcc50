"""What clients may do with containers: register, name, reset, delete, lock and use them."""

from resolvers import checkpoints, containers, restores
from schema.fields.declare import shown
from schema.fields.declare_mutation import declare, gives, told_once
from schema.fields.inputs import ref, takes, text, value
from schema.mutations.activations import LICENSE_FILE, MAX_FILE
from schema.mutations.restores import REPLACED
from store.containers import Container, SettleOutcome
from store.groups import Group
from store.projects import Project
from store.restores import RestoreReason
from store.users import User

_CHANGED = "The container as it is now; null if the mutation failed or the viewer can no longer read it."
_WHICH = "Which container."
_NAME = 200
_GIVES = gives("What became of it.", container=shown(Container, "The container as it is now."))


CHANGES = (
    declare(
        containers.register_container,
        "Make a computer or a dongle known, for oneself, a group or a project; its serial number is the fingerprint of its key.",
        takes(
            "What is registered for whom.",
            registration_file=text("What the container has signed with its new key.", longest=MAX_FILE),
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
        "Reports the loss of a local container or a dongle with everything in it, as one case. The strictest rules of the"
        " licenses in it decide.",
        takes(
            "What `containerReportLost` needs: the container and the reason.",
            container_id=ref("The lost container.", Container),
            reason=value("Why the container is lost; it decides which limit applies.", RestoreReason),
        ),
        gives(
            "What `containerReportLost` returns.",
            restore_case="The new case with the decision; null if the mutation failed, and after a dry run.",
            activations=REPLACED,
            container=_CHANGED,
        ),
    ),
    declare(
        checkpoints.check_container,
        "Compares a container with the portal, and issues the next license file for it.",
        takes(
            "What `containerCheckpoint` needs: the container, and its report or a credential.",
            container_id=ref("The container to check.", Container),
            file=text(
                "The signed report of a local container or a dongle, or a device's credential for a cloud container; at most"
                " 200,000 characters.",
                longest=MAX_FILE,
            ),
        ),
        gives(
            "What `containerCheckpoint` returns.",
            container=_CHANGED,
            missing="Activations that the container should hold, but does not; those that the viewer cannot read are left"
            " out. Empty for a cloud container.",
            surplus="Activations that the container holds, but should not; those that the viewer cannot read are left out."
            " Empty for a cloud container.",
            license_file=LICENSE_FILE,
        ),
    ),
)

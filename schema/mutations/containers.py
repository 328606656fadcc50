"""Mutations of containers: register, rename, delete, reset, block, settle and check them, and report their loss."""

from resolvers import checkpoints, containers, restores
from schema.fields.declare_mutation import declare, gives
from schema.fields.inputs import ref, takes, text, value
from schema.mutations.activations import LICENSE_FILE, MAX_FILE
from schema.mutations.restores import REPLACED
from store.containers import Container, SettleOutcome
from store.groups import Group
from store.projects import Project
from store.restores import RestoreReason
from store.users import User

_CHANGED = "The container as it is now; null if the mutation failed or the viewer can no longer read it."
_MAX_NAME = 200


CHANGES = (
    declare(
        containers.register_container,
        "Registers a local container or a dongle for the viewer, a group or a project. Its serial number is the fingerprint of"
        " the key that signs the registration.",
        takes(
            "What `containerRegister` needs: the registration file and, optionally, a name and an owner.",
            registration_file=text(
                "The registration that the container has signed with its new key, at most 200,000 characters.",
                longest=MAX_FILE,
            ),
            name=text(
                "The name of the container, at most 200 characters; empty by default.", longest=_MAX_NAME, default=""
            ),
            owner_id=ref(
                "The owner: the ID of a Group, of a Project or of the viewer's own User. Null: the viewer.",
                User,
                Group,
                Project,
                optional=True,
            ),
        ),
        gives(
            "What `containerRegister` returns.",
            container="The new container; null if the mutation failed, and after a dry run.",
        ),
    ),
    declare(
        containers.modify_container,
        "Renames a container.",
        takes(
            "What `containerModify` needs: the container and its new name.",
            container_id=ref("The container to rename.", Container),
            name=text("The new name, at most 200 characters; it may be empty.", longest=_MAX_NAME),
        ),
        gives("What `containerModify` returns.", container=_CHANGED),
    ),
    declare(
        containers.delete_container,
        "Deletes an empty container. A cloud container is replaced by a new, empty one.",
        takes(
            "What `containerDelete` needs: the container.",
            container_id=ref("The container to delete; nothing may be activated in it.", Container),
        ),
        gives("What `containerDelete` returns.", container=_CHANGED),
    ),
    declare(
        containers.reset_container,
        "Voids every credential of a cloud container. If a personal container holds licenses that the viewer does not"
        " administer, the reset waits for its owner or the vendor: see `resetRequestedAt`.",
        takes(
            "What `containerReset` needs: the container.", container_id=ref("The cloud container to reset.", Container)
        ),
        gives("What `containerReset` returns.", container=_CHANGED),
    ),
    declare(
        containers.confirm_reset,
        "Accepts or declines the reset of a personal container that an administrator has requested.",
        takes(
            "What `containerConfirmReset` needs: the container and the answer.",
            container_id=ref("The container whose reset was requested.", Container),
            accept=value("True resets the container now; false declines the request.", bool),
        ),
        gives("What `containerConfirmReset` returns.", container=_CHANGED),
    ),
    declare(
        containers.import_credential,
        "Issues a credential with which a device of the viewer can use a cloud container. A personal container can be used on"
        " three devices at a time; a new credential for the same device replaces the former one.",
        takes(
            "What `containerImportCredential` needs: the container and a label for the device.",
            container_id=ref("The cloud container to use.", Container),
            device_label=text(
                "A name for the device, such as `laptop 4`, 1 to 200 characters.", shortest=1, longest=_MAX_NAME
            ),
        ),
        gives(
            "What `containerImportCredential` returns.",
            container=_CHANGED,
            credential="The signed credential for the device, valid for 90 days; a reset of the container voids it.",
        ),
    ),
    declare(
        containers.release_device,
        "Ends the credential of one of the viewer's devices.",
        takes(
            "What `containerReleaseDevice` needs: the container and the label of the device.",
            container_id=ref("The cloud container that the device uses.", Container),
            device_label=text(
                "The label of the device, as passed to `containerImportCredential`.", shortest=1, longest=_MAX_NAME
            ),
        ),
        gives("What `containerReleaseDevice` returns.", container=_CHANGED),
    ),
    declare(
        containers.block_container,
        "Blocks a container: licenses can be neither activated in it nor returned from it until it is unblocked.",
        takes("What `containerBlock` needs: the container.", container_id=ref("The container to block.", Container)),
        gives("What `containerBlock` returns.", container=_CHANGED),
    ),
    declare(
        containers.unblock_container,
        "Unblocks a container.",
        takes("What `containerUnblock` needs: the container.", container_id=ref("The blocked container.", Container)),
        gives("What `containerUnblock` returns.", container=_CHANGED),
    ),
    declare(
        containers.settle_container,
        "Settles a container that has reported an unexpected update counter.",
        takes(
            "What `containerSettle` needs: the container and the outcome.",
            container_id=ref("The container to settle; its state must be UNEXPECTED.", Container),
            outcome=value("Whether to accept the reported counter, or to block the container.", SettleOutcome),
        ),
        gives("What `containerSettle` returns.", container=_CHANGED),
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

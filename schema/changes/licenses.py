"""What clients may do with licenses that there are: hand them on, show them, take seats and give them back."""

from typing import Any

import strawberry

from authz.asking import PageOf, Through
from resolvers import activations, licenses
from schema.acting import Asks
from schema.changing import change, gives
from schema.context import raw_info
from schema.entities import ENTITIES
from schema.fields import Named, shown
from schema.inputs import ref, takes, text, value
from schema.loaders import Listed
from schema.selection import want_of
from store.activations import Activation, LicenseFile
from store.containers import Container
from store.groups import Group
from store.licenses import License, Visibility
from store.projects import Project
from store.users import User

_LICENSE = "Which license."
_CHANGED = "The license as it is now."
_DEVICE = 200


async def _newest_file(root: strawberry.Parent[Any], info: Asks) -> Any:
    """The license file of the activation of an outcome."""
    if root.Activation is None:
        return None
    raw = raw_info(info)
    want = want_of(raw, raw.field_nodes, ENTITIES["LicenseFile"], info.context.access.view.policy)
    newest = Listed(LicenseFile, Through(LicenseFile.activation_id), PageOf(first=1))
    page = await info.context.loaders.page(newest, want).load(root.Activation)
    return page.rows[0] if page.rows else None


CHANGES = (
    change(
        licenses.assign_license,
        "Give a license to a person, a group or a project; what its former holder has activated of it is withdrawn.",
        takes(
            "Which license goes to whom.",
            license_id=ref(_LICENSE, License),
            target_id=ref("Who gets it: the id of a User, a Group or a Project.", User, Group, Project),
        ),
        gives("What became of the assignment.", license=shown(License, _CHANGED)),
    ),
    change(
        licenses.unassign_license,
        "Take a license back into the pool of its group; what was activated of it is withdrawn.",
        takes("Which license comes back.", license_id=ref(_LICENSE, License)),
        gives("What became of the return.", license=shown(License, _CHANGED)),
    ),
    change(
        licenses.set_visibility,
        "Show a license to all members of its group or project, or to administrators only.",
        takes(
            "Which license is shown to whom.",
            license_id=ref(_LICENSE, License),
            visibility=value("Who is to see it.", Visibility),
        ),
        gives("Who sees the license now.", license=shown(License, _CHANGED)),
    ),
    change(
        activations.activate_license,
        "Put a seat of a license into a cloud container, which confirms at once with a signed license file.",
        takes(
            "What is activated where.",
            license_id=ref(_LICENSE, License),
            container_id=ref("Into which container.", Container),
            device_label=text("What you call the place; up to 200 characters.", longest=_DEVICE, default=""),
        ),
        gives(
            "What became of the activation.",
            license=shown(License, _CHANGED),
            activation=shown(Activation, "The seat that was taken; null after a dry run."),
            license_file=strawberry.field(
                _newest_file,
                description="The signed file, for whoever may use the container.",
                graphql_type=Named("LicenseFile") | None,
            ),
        ),
    ),
    change(
        activations.deactivate_activation,
        "Give a seat back; a cloud container confirms at once, any other with its next receipt.",
        takes("Which seat is given back.", activation_id=ref("Which activation.", Activation)),
        gives("What became of the seat.", activation=shown(Activation, "The activation as it is now.")),
    ),
)

"""Mutations of licenses: assignment and visibility."""

from resolvers import licenses
from schema.fields.declare_mutation import declare, gives
from schema.fields.inputs import ref, takes, value
from store.groups import Group
from store.license_states import Visibility
from store.licenses import License
from store.projects import Project
from store.users import User

_LICENSE = "The license to change."
_CHANGED = "The license as it is now; null if the mutation failed or the viewer can no longer read it."


CHANGES = (
    declare(
        licenses.assign_license,
        "Assigns a license to a person, a group or a project, and withdraws what its former assignee has activated.",
        takes(
            "What `licenseAssign` needs: the license and its new assignee.",
            license_id=ref(_LICENSE, License),
            target_id=ref("The new assignee: the ID of a User, a Group or a Project.", User, Group, Project),
        ),
        gives("What `licenseAssign` returns.", license=_CHANGED),
    ),
    declare(
        licenses.unassign_license,
        "Returns a license to the pool of its owner group, and withdraws what was activated of it.",
        takes("What `licenseUnassign` needs: the license.", license_id=ref(_LICENSE, License)),
        gives("What `licenseUnassign` returns.", license=_CHANGED),
    ),
    declare(
        licenses.set_visibility,
        "Shows a license to all members of its group or project, or to administrators only.",
        takes(
            "What `licenseSetVisibility` needs: the license and who may see it.",
            license_id=ref(_LICENSE, License),
            visibility=value("Who may see the license from now on.", Visibility),
        ),
        gives("What `licenseSetVisibility` returns.", license=_CHANGED),
    ),
)

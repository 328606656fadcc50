"""What clients may do with licenses that there are: hand them on, show them, take seats and give them back."""

from resolvers import licenses
from schema.fields.declare import shown
from schema.fields.declare_mutation import declare, gives
from schema.fields.inputs import ref, takes, value
from store.groups import Group
from store.licenses import License, Visibility
from store.projects import Project
from store.users import User

_LICENSE = "Which license."
_CHANGED = "The license as it is now."
_DEVICE = 200


CHANGES = (
    declare(
        licenses.assign_license,
        "Give a license to a person, a group or a project; what its former holder has activated of it is withdrawn.",
        takes(
            "Which license goes to whom.",
            license_id=ref(_LICENSE, License),
            target_id=ref("Who gets it: the id of a User, a Group or a Project.", User, Group, Project),
        ),
        gives("What became of the assignment.", license=shown(License, _CHANGED)),
    ),
    declare(
        licenses.unassign_license,
        "Take a license back into the pool of its group; what was activated of it is withdrawn.",
        takes("Which license comes back.", license_id=ref(_LICENSE, License)),
        gives("What became of the return.", license=shown(License, _CHANGED)),
    ),
    declare(
        licenses.set_visibility,
        "Show a license to all members of its group or project, or to administrators only.",
        takes(
            "Which license is shown to whom.",
            license_id=ref(_LICENSE, License),
            visibility=value("Who is to see it.", Visibility),
        ),
        gives("Who sees the license now.", license=shown(License, _CHANGED)),
    ),
)

"""What clients may do about who belongs to which group."""

from resolvers import memberships
from schema.fields.declare import shown
from schema.fields.declare_mutation import declare, gives
from schema.fields.inputs import ref, takes, value
from store.groups import Bundle, Group, MemberRole, Membership
from store.users import User

_MEMBERSHIP = "Which membership."
_CHANGED = "The membership as it is now."

CHANGES = (
    declare(
        memberships.add_membership,
        "Take a person whose account you administer into a further group; anybody else is invited.",
        takes(
            "Who joins which group.",
            group_id=ref("Which group.", Group),
            user_id=ref("Who.", User),
            role=value("As what.", MemberRole, default=MemberRole.MEMBER),
        ),
        gives("What became of it.", membership=shown(Membership, "The new membership; null after a dry run.")),
    ),
    declare(
        memberships.change_role,
        "Make a member an administrator of the group, or the other way round.",
        takes(
            "Who is what.",
            membership_id=ref(_MEMBERSHIP, Membership),
            role=value("As what.", MemberRole),
        ),
        gives("What became of it.", membership=shown(Membership, _CHANGED)),
    ),
    declare(
        memberships.set_bundle,
        "Entrust an employee of the vendor with sales, support or audits, or with none of them any more.",
        takes(
            "Who looks after what.",
            membership_id=ref("Which membership, of a group of the vendor.", Membership),
            bundle=value("What he looks after; null: nothing beyond the group.", Bundle | None, default=None),
        ),
        gives("What became of it.", membership=shown(Membership, _CHANGED)),
    ),
    declare(
        memberships.remove_membership,
        "Take a person out of a group. What the group had given him goes back to it, and its cloud gets new credentials.",
        takes("Who leaves which group.", membership_id=ref(_MEMBERSHIP, Membership)),
        gives("What became of it.", membership=shown(Membership, _CHANGED)),
    ),
    declare(
        memberships.leave_group,
        "Leave a group, without what it had given you.",
        takes("Which group is left.", membership_id=ref("Your membership of it.", Membership)),
        gives("What became of it.", membership=shown(Membership, _CHANGED)),
    ),
)

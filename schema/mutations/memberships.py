"""Mutations of memberships."""

from resolvers import memberships
from schema.fields.declare_mutation import declare, gives
from schema.fields.inputs import ref, takes, value
from store.groups import Group
from store.memberships import Bundle, MemberRole, Membership
from store.users import User

_MEMBERSHIP = "The membership to change."
_CHANGED = "The membership as it is now; null if the mutation failed or the viewer can no longer read it."

CHANGES = (
    declare(
        memberships.add_membership,
        "Adds a person whom the viewer administers already to a further group; use `invitationCreate` for anyone else.",
        takes(
            "What `membershipAdd` needs: the group, the person and their role.",
            group_id=ref("The group that the person becomes a member of.", Group),
            user_id=ref("The account of the person.", User),
            role=value("The role of the person in the group.", MemberRole, default=MemberRole.MEMBER),
        ),
        gives(
            "What `membershipAdd` returns.",
            membership="The new membership; null if the mutation failed or after a dry run.",
        ),
    ),
    declare(
        memberships.change_role,
        "Makes a member an administrator of the group, or an administrator a member.",
        takes(
            "What `membershipChangeRole` needs: the membership and its new role.",
            membership_id=ref(_MEMBERSHIP, Membership),
            role=value("The role from now on.", MemberRole),
        ),
        gives("What `membershipChangeRole` returns.", membership=_CHANGED),
    ),
    declare(
        memberships.set_bundle,
        "Gives an employee of the vendor the permissions of sales, support or audits throughout the portal, or withdraws them.",
        takes(
            "What `membershipSetBundle` needs: a membership of a vendor group and the permissions.",
            membership_id=ref("The membership to change, of a group of kind ISV.", Membership),
            bundle=value(
                "The permissions beyond the group; null: none, as for other members.", Bundle | None, default=None
            ),
        ),
        gives("What `membershipSetBundle` returns.", membership=_CHANGED),
    ),
    declare(
        memberships.remove_membership,
        "Removes a person from a group. The licenses that the group had assigned to them return to it, and its cloud container"
        " gets new credentials.",
        takes(
            "What `membershipRemove` needs: the membership.", membership_id=ref("The membership to end.", Membership)
        ),
        gives("What `membershipRemove` returns.", membership=_CHANGED),
    ),
    declare(
        memberships.leave_group,
        "Ends the viewer's own membership of a group. The licenses that the group had assigned to them return to it.",
        takes(
            "What `membershipLeave` needs: the membership.", membership_id=ref("The viewer's membership.", Membership)
        ),
        gives("What `membershipLeave` returns.", membership=_CHANGED),
    ),
)

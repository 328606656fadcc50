"""The tree and its people: groups, members, technical users, invitations and the rights to create licenses."""

from resolvers import grants, groups, invitations, memberships, technical_users
from seeds.cast import ANN, CAST, IDA
from store.groups import GroupKind, MemberRole
from store.products import GrantVerb
from tests.lifecycle.choosing import one

PEOPLE = (ANN.email, IDA.email, *(each.email for each in CAST if each.email))
"""Those who act most are invited most."""


def _member(around, a, b, c):
    return {"group_id": around("Group", a), "user_id": around("User", b), "role": one(tuple(MemberRole), c)}


def _group(around, a, b, c):
    return {
        "name": f"New {a}",
        "kind": one(tuple(GroupKind), c),
        "parent_id": around("Group", b) if b % 4 else None,
    }


def _invitation(around, a, b, c):
    address = one(PEOPLE, b) if c % 3 else f"new{b}@visitor.example"
    return {"group_id": around("Group", a), "email": address, "role": one(tuple(MemberRole), c)}


def _bounds(around, a, b, c):
    return {
        "holder_id": around("User", a),
        "scope_group_id": around("Group", b),
        "verbs": [one(tuple(GrantVerb), c)],
        "max_quantity": 1 + c % 20 if c % 3 else None,
        "max_days": 10 + c % 90 if c % 4 else None,
    }


STEPS = {
    "create group": (groups.create_group, _group),
    "rename group": (groups.rename_group, lambda p, a, b, _: {"group_id": p("Group", a), "name": f"Renamed {b}"}),
    "move group": (
        groups.move_group,
        lambda p, a, b, c: {"group_id": p("Group", a), "parent_id": p("Group", b) if c % 4 else None},
    ),
    "delete group": (
        groups.delete_group,
        lambda p, a, b, _: {"group_id": p("Group", a), "move_content_to_parent": bool(b % 2)},
    ),
    "add member": (memberships.add_membership, _member),
    "remove member": (memberships.remove_membership, lambda p, a, _b, _c: {"membership_id": p("Membership", a)}),
    "change role": (
        memberships.change_role,
        lambda p, a, b, _: {"membership_id": p("Membership", a), "role": one(tuple(MemberRole), b)},
    ),
    "create technical user": (
        technical_users.create_technical_user,
        lambda p, a, b, _: {"group_id": p("Group", a), "name": f"Server {b}"},
    ),
    "delete technical user": (
        technical_users.delete_technical_user,
        lambda p, a, _b, _c: {"user_id": p.of("create technical user", "User", a)},
    ),
    "invite": (invitations.create_invitation, _invitation),
    "withdraw invitation": (invitations.revoke_invitation, lambda p, a, _b, _c: {"invitation_id": p("Invitation", a)}),
    "accept invitation": (
        invitations.accept_invitation,
        lambda p, a, _b, _c: {"invitation_id": p.of("invite", "Invitation", a)},
    ),
    "decline invitation": (
        invitations.decline_invitation,
        lambda p, a, _b, _c: {"invitation_id": p.of("invite", "Invitation", a)},
    ),
    "grant": (
        grants.create_grant,
        lambda p, a, b, c: {"category_id": p("Category", c), **_bounds(p, a, b, c)},
    ),
    "pass on grant": (
        grants.pass_on_grant,
        lambda p, a, b, c: {"grant_id": p.of("grant", "CategoryGrant", c), **_bounds(p, a, b, c)},
    ),
    "revoke grant": (grants.revoke_grant, lambda p, a, _b, _c: {"grant_id": p("CategoryGrant", a)}),
}

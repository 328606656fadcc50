"""Steps with groups, memberships, technical users, invitations and category grants."""

from resolvers import grants, groups, invitations, memberships, technical_users
from seeds.cast import ANN, CAST, IDA
from store.grants import GrantVerb
from store.groups import GroupKind
from store.memberships import MemberRole
from tests.lifecycle.pool import pick

ADDRESSES = (ANN.email, IDA.email, *(account.email for account in CAST if account.email))
"""The accounts that take most of the steps are invited most often."""


def _member(pool, a, b, c):
    return {"group_id": pool("Group", a), "user_id": pool("User", b), "role": pick(tuple(MemberRole), c)}


def _group(pool, a, b, c):
    return {"name": f"New {a}", "kind": pick(tuple(GroupKind), c), "parent_id": pool("Group", b) if b % 4 else None}


def _invitation(pool, a, b, c):
    address = pick(ADDRESSES, b) if c % 3 else f"new{b}@visitor.example"
    return {"group_id": pool("Group", a), "email": address, "role": pick(tuple(MemberRole), c)}


def _grant(pool, a, b, c):
    return {
        "holder_id": pool("User", a),
        "scope_group_id": pool("Group", b),
        "verbs": [pick(tuple(GrantVerb), c)],
        "max_quantity": 1 + c % 20 if c % 3 else None,
        "max_days": 10 + c % 90 if c % 4 else None,
    }


STEPS = {
    "create group": (groups.create_group, _group),
    "rename group": (groups.rename_group, lambda pool, a, b, _: {"group_id": pool("Group", a), "name": f"Renamed {b}"}),
    "move group": (
        groups.move_group,
        lambda pool, a, b, c: {"group_id": pool("Group", a), "parent_id": pool("Group", b) if c % 4 else None},
    ),
    "delete group": (
        groups.delete_group,
        lambda pool, a, b, _: {"group_id": pool("Group", a), "move_content_to_parent": bool(b % 2)},
    ),
    "add member": (memberships.add_membership, _member),
    "remove member": (memberships.remove_membership, lambda pool, a, _b, _c: {"membership_id": pool("Membership", a)}),
    "change role": (
        memberships.change_role,
        lambda pool, a, b, _: {"membership_id": pool("Membership", a), "role": pick(tuple(MemberRole), b)},
    ),
    "create technical user": (
        technical_users.create_technical_user,
        lambda pool, a, b, _: {"group_id": pool("Group", a), "name": f"Server {b}"},
    ),
    "delete technical user": (
        technical_users.delete_technical_user,
        lambda pool, a, _b, _c: {"user_id": pool.changed_by("create technical user", "User", a)},
    ),
    "invite": (invitations.create_invitation, _invitation),
    "withdraw invitation": (
        invitations.revoke_invitation,
        lambda pool, a, _b, _c: {"invitation_id": pool("Invitation", a)},
    ),
    "accept invitation": (
        invitations.accept_invitation,
        lambda pool, a, _b, _c: {"invitation_id": pool.changed_by("invite", "Invitation", a)},
    ),
    "decline invitation": (
        invitations.decline_invitation,
        lambda pool, a, _b, _c: {"invitation_id": pool.changed_by("invite", "Invitation", a)},
    ),
    "grant": (grants.create_grant, lambda pool, a, b, c: {"category_id": pool("Category", c), **_grant(pool, a, b, c)}),
    "pass on grant": (
        grants.pass_on_grant,
        lambda pool, a, b, c: {"grant_id": pool.changed_by("grant", "CategoryGrant", c), **_grant(pool, a, b, c)},
    ),
    "revoke grant": (grants.revoke_grant, lambda pool, a, _b, _c: {"grant_id": pool("CategoryGrant", a)}),
}

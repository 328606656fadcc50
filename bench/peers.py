"""A small access model in five authorization engines: licenses in a tree of groups, with "read" and "assign".

All engines get the same data: accounts, memberships with role and state, the group tree, and for each license its owning
group, its assigned group and its visibility. Administrators of the owning group or of a group above it may read and assign;
administrators of the assigned group or of a group above it may read; active members of the assigned group may read public
licenses. Everything that an engine can prepare in advance is prepared.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import casbin
import cedarpy

from authz.backends.oso import Reference
from authz.backends.python import compile_check
from authz.load_policy import compile_text
from store.db.registry import RESOURCES
from store.groups import Group
from store.licenses import License

Check = Callable[[Any, str, Any], bool]
"""Says whether an account may perform an action on a license."""

ACTIONS = ("read", "assign")

POLAR = """
actor User {}
resource Group { roles = ["admin", "member"]; }
has_role(user: User, "admin", group: Group) if
  ancestor in group.ancestors and membership in user.memberships and membership.group = ancestor and
  membership.role = "ADMIN" and membership.state = "ACTIVE";
has_role(user: User, "member", group: Group) if
  membership in user.memberships and membership.group = group and membership.state = "ACTIVE";
resource License {
  roles = ["admin", "local_admin", "member"];
  permissions = ["read", "assign"];
  "assign" if "admin"; "read" if "admin"; "read" if "local_admin"; "read" if "member";
}
has_role(user: User, "admin", license: License) if has_role(user, "admin", license.owner_group);
has_role(user: User, "local_admin", license: License) if has_role(user, "admin", license.assigned_group);
has_role(user: User, "member", license: License) if
  license.visibility = "PUBLIC" and has_role(user, "member", license.assigned_group);
"""

_CASBIN = """
[request_definition]
r = sub, owner, assigned, visibility, act
[policy_definition]
p = role, of, visibility, act
[role_definition]
g = _, _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.act == p.act && (p.visibility == "*" || r.visibility == p.visibility) \
    && ((p.of == "owner" && g(r.sub, p.role, r.owner)) || (p.of == "assigned" && g(r.sub, p.role, r.assigned)))
"""
_CASBIN_RULES = (
    ("admin", "owner", "*", "read"),
    ("admin", "owner", "*", "assign"),
    ("admin", "assigned", "*", "read"),
    ("member", "assigned", "PUBLIC", "read"),
)

_CEDAR = """
permit(principal, action in [Action::"read", Action::"assign"], resource)
  when { resource has owner && resource.owner in principal.administers };
permit(principal, action == Action::"read", resource)
  when { resource has assigned && resource.assigned in principal.administers };
permit(principal, action == Action::"read", resource)
  when { resource has assigned && resource.visibility == "PUBLIC" && principal.joined.contains(resource.assigned) };
"""


def polar() -> str:
    """Return the model with a block for every class, which the compiler and Oso require."""
    others = (cls.__name__ for cls in RESOURCES if cls not in (Group, License))
    return "\n".join([POLAR, *(f"resource {name} {{}}" for name in others)])


def compiled() -> Check:
    """The portal's engine: the model compiled to Python."""
    permissions = compile_text(polar()).permissions
    checks = {action: compile_check(permissions[License, action]) for action in ACTIONS}
    return lambda user, action, license_: checks[action](user, license_)


def oso() -> Check:
    """The same policy interpreted by Oso."""
    return Reference(polar(), RESOURCES).is_allowed


def handwritten(users: Iterable[Any], groups: Iterable[Any]) -> Check:
    """The theoretical optimum: precomputed sets of IDs for each account, and three tests."""
    administered = _administered(users, groups)
    joined = {user.id: {membership.group_id for membership in _active(user)} for user in users}

    def check(user: Any, action: str, license_: Any) -> bool:
        user_id, row = user.__dict__["id"], license_.__dict__  # bypasses the mapper, as the portal's engine does
        mine, assigned = administered[user_id], row["assigned_group_id"]
        return row["owner_group_id"] in mine or (
            action == "read" and (assigned in mine or (row["visibility"] == "PUBLIC" and assigned in joined[user_id]))
        )

    return check


def with_casbin(users: Sequence[Any], groups: Iterable[Any]) -> Check:
    """Four rules; every role of an account in every group, including the tree, is precomputed."""
    model = casbin.Model()
    model.load_model_from_text(_CASBIN)
    enforcer = casbin.Enforcer(model)
    enforcer.add_policies([list(rule) for rule in _CASBIN_RULES])
    administered = _administered(users, groups).items()
    roles = {(str(user_id), "admin", str(group)) for user_id, below in administered for group in below}
    roles |= {(str(user.id), "member", str(membership.group_id)) for user in users for membership in _active(user)}
    enforcer.add_grouping_policies(sorted(map(list, roles)))

    def check(user: Any, action: str, license_: Any) -> bool:
        owner, assigned = str(license_.owner_group_id), str(license_.assigned_group_id)
        return bool(enforcer.enforce(str(user.id), owner, assigned, str(license_.visibility), action))

    return check


def with_cedar(users: Sequence[Any], groups: Sequence[Any], licenses: Sequence[Any]) -> Check:
    """Rules and entities are parsed in advance; a request contains three identifiers."""
    policies = cedarpy.PolicySet.from_str(_CEDAR)
    entities = [
        *({"uid": _uid("Group", group.id), "attrs": {}, "parents": _uids(group.parent_id)} for group in groups),
        *({"uid": _uid("User", user.id), "attrs": _user_attributes(user), "parents": []} for user in users),
        *(
            {"uid": _uid("License", license_.id), "attrs": _license_attributes(license_), "parents": []}
            for license_ in licenses
        ),
    ]
    parsed = cedarpy.Entities.from_json_str(json.dumps(entities))

    def check(user: Any, action: str, license_: Any) -> bool:
        request = {
            "principal": _uid("User", user.id),
            "action": {"type": "Action", "id": action},
            "resource": _uid("License", license_.id),
            "context": {},
        }
        return bool(cedarpy.is_authorized(request, policies, parsed).allowed)

    return check


def _active(user: Any) -> list[Any]:
    return [membership for membership in user.memberships if membership.state == "ACTIVE"]


def _administered(users: Iterable[Any], groups: Iterable[Any]) -> dict[Any, set[Any]]:
    """Return the IDs of the groups that each account administers, including descendants."""
    below: dict[Any, set[Any]] = {}
    for group in groups:
        for ancestor in group.ancestors:
            below.setdefault(ancestor.id, set()).add(group.id)
    return {user.id: set().union(*(below[group_id] for group_id in _admin_groups(user))) for user in users}


def _admin_groups(user: Any) -> list[Any]:
    return [membership.group_id for membership in _active(user) if membership.role == "ADMIN"]


def _uid(kind: str, id_: Any) -> dict[str, str]:
    return {"type": kind, "id": str(id_)}


def _uids(group_id: Any) -> list[dict[str, str]]:
    return [] if group_id is None else [_uid("Group", group_id)]


def _user_attributes(user: Any) -> dict[str, Any]:
    groups = {"administers": _admin_groups(user), "joined": [membership.group_id for membership in _active(user)]}
    return {name: [{"__entity": _uid("Group", group_id)} for group_id in ids] for name, ids in groups.items()}


def _license_attributes(license_: Any) -> dict[str, Any]:
    attributes: dict[str, Any] = {"visibility": str(license_.visibility)}
    for name, group_id in (("owner", license_.owner_group_id), ("assigned", license_.assigned_group_id)):
        if group_id is not None:
            attributes[name] = {"__entity": _uid("Group", group_id)}
    return attributes

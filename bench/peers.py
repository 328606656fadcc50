"""One small model in five engines: licenses below a tree of groups, and who may read or assign them.

What each of them knows is the same, and no more: an account, its memberships with role and state, the tree, and of a
license the group that owns it, the group that it is assigned to, and whether that group's members see it. An administrator of
the owning group or of one above reads and assigns; one of the assigned group or above reads; an active member of
the assigned group reads what is public. Whatever an engine can prepare ahead of the question is prepared.
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

Ask = Callable[[Any, str, Any], bool]
"""Whether an account may do something to a license."""

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
    """The model with a block for every noun, as the compiler and Oso want it."""
    others = (cls.__name__ for cls in RESOURCES if cls not in (Group, License))
    return "\n".join([POLAR, *(f"resource {name} {{}}" for name in others)])


def compiled() -> Ask:
    """The portal's engine: the model compiled to Python, asked about loaded rows."""
    plans = compile_text(polar()).plans
    checks = {action: compile_check(plans[License, action]) for action in ACTIONS}
    return lambda user, action, license_: checks[action](user, license_)


def by_oso() -> Ask:
    """The same text interpreted by Oso, asked about the same rows."""
    return Reference(polar(), RESOURCES).is_allowed


def by_hand(users: Iterable[Any], groups: Iterable[Any]) -> Ask:
    """What nobody beats: sets of ids made ahead for each account, and three tests."""
    administered = _administered(users, groups)
    joined = {user.id: {each.group_id for each in _active(user)} for user in users}

    def ask(user: Any, action: str, license_: Any) -> bool:
        user_id, row = user.__dict__["id"], license_.__dict__  # past the mapper, as the engine does
        mine, assigned = administered[user_id], row["assigned_group_id"]
        return row["owner_group_id"] in mine or (
            action == "read" and (assigned in mine or (row["visibility"] == "PUBLIC" and assigned in joined[user_id]))
        )

    return ask


def by_casbin(users: Sequence[Any], groups: Iterable[Any]) -> Ask:
    """Four rules; every role of an account in every group written out ahead, the tree with it."""
    model = casbin.Model()
    model.load_model_from_text(_CASBIN)
    enforcer = casbin.Enforcer(model)
    enforcer.add_policies([list(each) for each in _CASBIN_RULES])
    administered = _administered(users, groups).items()
    roles = {(str(user_id), "admin", str(group)) for user_id, below in administered for group in below}
    roles |= {(str(user.id), "member", str(each.group_id)) for user in users for each in _active(user)}
    enforcer.add_grouping_policies(sorted(map(list, roles)))

    def ask(user: Any, action: str, license_: Any) -> bool:
        owner, assigned = str(license_.owner_group_id), str(license_.assigned_group_id)
        return bool(enforcer.enforce(str(user.id), owner, assigned, str(license_.visibility), action))

    return ask


def by_cedar(users: Sequence[Any], groups: Sequence[Any], licenses: Sequence[Any]) -> Ask:
    """Rules and the whole world parsed ahead; a question carries three names."""
    policies = cedarpy.PolicySet.from_str(_CEDAR)
    entities = [
        *({"uid": _uid("Group", each.id), "attrs": {}, "parents": _uids(each.parent_id)} for each in groups),
        *({"uid": _uid("User", each.id), "attrs": _of_user(each), "parents": []} for each in users),
        *({"uid": _uid("License", each.id), "attrs": _of_license(each), "parents": []} for each in licenses),
    ]
    world = cedarpy.Entities.from_json_str(json.dumps(entities))

    def ask(user: Any, action: str, license_: Any) -> bool:
        request = {
            "principal": _uid("User", user.id),
            "action": {"type": "Action", "id": action},
            "resource": _uid("License", license_.id),
            "context": {},
        }
        return bool(cedarpy.is_authorized(request, policies, world).allowed)

    return ask


def _active(user: Any) -> list[Any]:
    return [each for each in user.memberships if each.state == "ACTIVE"]


def _administered(users: Iterable[Any], groups: Iterable[Any]) -> dict[Any, set[Any]]:
    """The groups that each of the accounts administers, by id."""
    below: dict[Any, set[Any]] = {}
    for group in groups:
        for above in group.ancestors:
            below.setdefault(above.id, set()).add(group.id)
    return {user.id: set().union(*(below[each] for each in _tops(user))) for user in users}


def _tops(user: Any) -> list[Any]:
    return [each.group_id for each in _active(user) if each.role == "ADMIN"]


def _uid(kind: str, id_: Any) -> dict[str, str]:
    return {"type": kind, "id": str(id_)}


def _uids(group_id: Any) -> list[dict[str, str]]:
    return [] if group_id is None else [_uid("Group", group_id)]


def _of_user(user: Any) -> dict[str, Any]:
    places = {"administers": _tops(user), "joined": [each.group_id for each in _active(user)]}
    return {name: [{"__entity": _uid("Group", each)} for each in of] for name, of in places.items()}


def _of_license(license_: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"visibility": str(license_.visibility)}
    for name, group_id in (("owner", license_.owner_group_id), ("assigned", license_.assigned_group_id)):
        if group_id is not None:
            found[name] = {"__entity": _uid("Group", group_id)}
    return found

"""The checks of an import that concern groups, accounts and memberships."""

from uuid import UUID

from resolvers.bulk.check import AccountInfo, Check, GroupInfo
from resolvers.bulk.rows import Row, id_of
from store.db.base import new_id
from store.groups import MAX_LEVEL, GroupKind
from store.memberships import MemberRole, MembershipState
from store.portal import MAX_GROUP_LEVELS
from store.users import UserKind, UserStatus


def check_groups(check: Check, rows: list[Row]) -> None:
    """Check that parents exist, that there is no cycle, and that no group is deeper than the edition allows."""
    for row in rows:  # keys first: a parent may follow its child in the file
        if row["key"] and (id_ := id_of("group", row["key"])) not in check.known.groups:
            kind = row["kind"] or GroupKind.CUSTOMER
            parent_id = id_of("group", row["parent"]) if row["parent"] else None
            check.groups.setdefault(id_, GroupInfo(kind, parent_id, row["internal"] or kind is GroupKind.ISV))
    for row in rows:
        if row["key"] and check.first(row, row["key"], "key") and row.readable:
            _check_group(check, row, id_of("group", row["key"]))


def _check_group(check: Check, row: Row, id_: UUID) -> None:
    parent_id = check.group(row, "parent")
    is_internal = bool(row["internal"]) or row["kind"] is GroupKind.ISV
    if (found := check.known.groups.get(id_)) is not None:
        if found.deleted_at is not None:
            check.wrong(row, "key", "this group was deleted; choose another key")
            return
        says = (("name", "name", row["name"]), ("kind", "kind", row["kind"]), ("parent", "parent_id", parent_id))
        check.keep(row, found, (*says, ("internal", "is_internal", is_internal)))
        return
    above = check.above(id_)
    if check.groups[above[-1]].parent_id in above:
        check.wrong(row, "parent", "the groups above this one form a cycle")
        return
    level, most = len(above), MAX_GROUP_LEVELS[check.edition]
    if level > most:
        why = "" if most == MAX_LEVEL else f" in edition {check.edition}"
        check.wrong(row, "parent", f"this group would be on level {level}, the deepest is {most}{why}")
        return
    check.groups[id_].level = level
    check.add(
        row, id=id_, name=row["name"], kind=row["kind"], parent_id=parent_id, level=level, is_internal=is_internal
    )


def check_users(check: Check, rows: list[Row]) -> None:
    """Check that people have an address and technical users a home group; existing accounts are kept (F124)."""
    for row in rows:
        if not row["key"]:
            continue
        id_, email = id_of("user", row["key"]), row["email"]
        twice = not check.first(row, row["key"], "key")
        twice |= email is not None and not check.first(row, email, "email")
        if twice:
            continue
        if id_ not in check.known.users and email in check.known.addresses:
            id_ = check.plan.aliases[row["key"]] = check.known.addresses[email]
        if id_ in check.known.users:
            _keep_user(check, row, id_)
            continue
        kind = row["kind"] or UserKind.HUMAN
        home_id = id_of("group", row["home_group"]) if row["home_group"] else None
        check.accounts[id_] = AccountInfo(kind, home_id)
        if email is not None:
            check.addresses[email] = id_
        if row.readable:
            _check_user(check, row, id_, kind)


def _keep_user(check: Check, row: Row, id_: UUID) -> None:
    found = check.known.users[id_]
    if found.status is UserStatus.ERASED:
        check.wrong(row, "key", "this account was erased; choose another key")
    elif row.readable:
        says = (("email", "email", row["email"]), ("name", "name", row["name"]))
        rights = ("isv_admin", "is_isv_admin", bool(row["isv_admin"]))
        check.keep(row, found, (*says, ("kind", "kind", row["kind"] or UserKind.HUMAN), rights))


def _check_user(check: Check, row: Row, id_: UUID, kind: UserKind) -> None:
    is_person, is_admin = kind is UserKind.HUMAN, bool(row["isv_admin"])
    status = row["status"] or (UserStatus.PENDING if is_person else UserStatus.ACTIVE)
    before = len(check.plan.errors)
    home_id = check.group(row, "home_group")
    if is_person and row["email"] is None:
        check.wrong(row, "email", "a person needs an email address")
    if is_person and row["home_group"]:
        check.wrong(row, "home_group", "only a technical user has a home group; a person has memberships")
    if not is_person and row["email"] is not None:
        check.wrong(row, "email", "a technical user has no email address")
    if not is_person and not row["home_group"]:
        check.wrong(row, "home_group", "a technical user needs a home group")
    if not is_person and status is UserStatus.PENDING:
        check.wrong(row, "status", "a technical user has no email address to confirm")
    if is_admin and (not is_person or status is not UserStatus.ACTIVE):
        check.wrong(row, "isv_admin", "an ISV admin must be a person with status ACTIVE")
    if len(check.plan.errors) == before:
        check.add(
            row,
            id=id_,
            email=row["email"],
            name=row["name"],
            kind=kind,
            home_group_id=home_id,
            status=status,
            locale=row["locale"] or "en",
            is_isv_admin=is_admin,
            email_verified_at=check.now if is_person and status is not UserStatus.PENDING else None,
        )


def check_memberships(check: Check, rows: list[Row]) -> None:
    """Check memberships, one for each person and group; a person who was removed from a group stays removed."""
    for found in check.known.memberships.values():
        if found.state is MembershipState.ACTIVE and found.user_id in check.accounts:
            check.accounts[found.user_id].groups.add(found.group_id)
    for row in rows:
        user_id, group_id = check.person(row, "user"), check.group(row, "group")
        if user_id is None or group_id is None or not row.readable:
            continue
        if check.first(row, (user_id, group_id), None):
            _check_membership(check, row, user_id, group_id)


def _check_membership(check: Check, row: Row, user_id: UUID, group_id: UUID) -> None:
    role = row["role"] or MemberRole.MEMBER
    if (found := check.known.memberships.get((user_id, group_id))) is not None:
        says = (("role", "role", role), ("bundle", "bundle", row["bundle"]), (None, "state", MembershipState.ACTIVE))
        check.keep(row, found, says)
    elif check.accounts[user_id].kind is not UserKind.HUMAN:
        check.wrong(row, "user", "a technical user belongs to its home group only")
    elif row["bundle"] is not None and check.groups[group_id].kind is not GroupKind.ISV:
        check.wrong(row, "bundle", "only members of a group of kind ISV can have a bundle")
    else:
        check.accounts[user_id].groups.add(group_id)
        check.add(row, id=new_id(), user_id=user_id, group_id=group_id, role=role, bundle=row["bundle"])

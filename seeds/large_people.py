"""The people of a large world: where they belong, as what, and the containers that they and the groups have."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any
from uuid import UUID

from seeds.chance import Chance
from seeds.large_tree import Tree
from seeds.rows import Rows
from store.containers import ContainerType
from store.groups import Bundle, GroupKind, MemberRole, MembershipState
from store.users import UserKind

VENDORS_ADMINS, FEWEST_ORDINARY, _MANY = 3, 50, 20
_TECHNICAL, _UNGROUPED = 0.01, 0.07
_COUNTS, _COUNT_WEIGHTS = (1, 2, 3, 4, 6, 8, _MANY), (40, 25, 18, 9, 5, 2.5, 0.5)
_FIRST = ("Ada", "Ben", "Cara", "Dov", "Elif", "Finn", "Gita", "Hugo", "Ines", "Jan", "Kira", "Liam", "Mona", "Nils")
_LAST = ("Abel", "Berg", "Costa", "Duran", "Ebert", "Falk", "Gomez", "Holm", "Ivers", "Jonas", "Kaya", "Lenz", "Novak")
_STAMPS = ("id", "created_at", "updated_at")
_BUNDLES = (Bundle.SALES, Bundle.SUPPORT, Bundle.AUDITOR, None, None, None)


@dataclass
class People:
    """Users by number: the vendor's admins, one admin for each group, ordinary people, technical users."""

    ids: list[UUID]
    created: list[datetime]
    groups: int
    technical: int
    members: list[list[int]]
    homes: dict[int, int]
    ungrouped: list[int] = field(default_factory=list)
    clouds: list[UUID] = field(default_factory=list)
    group_clouds: list[UUID] = field(default_factory=list)
    machines: dict[int, list[UUID]] = field(default_factory=dict)
    group_machines: dict[int, list[UUID]] = field(default_factory=dict)

    def admin_of(self, group: int) -> int:
        """The one whose only membership this is."""
        return VENDORS_ADMINS + group


def settle(chance: Chance, tree: Tree, users: int, *, began: datetime, within: timedelta) -> People:
    """Decide who there is; `belong` decides where."""
    groups, technical = len(tree.ids), round(users * _TECHNICAL)
    created = [began + within * number / users for number in range(users)]
    homes = {user: chance.randrange(groups) for user in range(users - technical, users)}
    ids = [chance.id_at(at) for at in created]
    return People(ids, created, groups, technical, [[] for _ in range(groups)], homes)


def user_rows(chance: Chance, people: People, tree: Tree, *, seed: int) -> Rows:
    """Nobody here has a password: `./portal token` lets one in."""

    def records() -> Iterator[tuple[Any, ...]]:
        for number, (user, at) in enumerate(zip(people.ids, people.created, strict=True)):
            home = people.homes.get(number)
            if home is not None:
                kind, name, email, verified = UserKind.TECHNICAL, f"License Server {number}", None, None
            else:
                name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
                email = f"{name.replace(' ', '.').lower()}.{number}.{seed}@example.com"
                kind, verified = UserKind.HUMAN, at
            home_id = None if home is None else tree.ids[home]
            yield user, at, at, email, name, kind, number < VENDORS_ADMINS, home_id, verified

    columns = (*_STAMPS, "email", "name", "kind", "is_isv_admin", "home_group_id", "email_verified_at")
    return Rows("users", columns, records())


def belong(chance: Chance, people: People, tree: Tree) -> list[tuple[int, int, MemberRole, MembershipState]]:
    """Each group has an admin of its own; ordinary people are in one to twenty groups, two on average."""
    found = [(number, 0, MemberRole.MEMBER, MembershipState.ACTIVE) for number in range(VENDORS_ADMINS)]
    found += [
        (people.admin_of(group), group, MemberRole.ADMIN, MembershipState.ACTIVE) for group in range(people.groups)
    ]
    weights = list(accumulate(chance.skewed(1.2, most=60) for _ in range(people.groups)))
    first, end = VENDORS_ADMINS + people.groups, len(people.ids) - people.technical
    giant = max(range(people.groups), key=lambda group: tree.sizes[group])
    homes = chance.choices(range(people.groups), cum_weights=weights, k=end - first)
    counts = chance.choices(_COUNTS, _COUNT_WEIGHTS, k=end - first)
    homes[0], counts[0] = giant, _MANY  # even the smallest world has one
    for user, home, count in zip(range(first, end), homes, counts, strict=True):
        if user > first and chance.random() < _UNGROUPED:
            people.ungrouped.append(user)
            continue
        root = tree.roots[home]
        elsewhere = range(root, root + tree.sizes[root])
        joined = dict.fromkeys([home, *chance.sample(elsewhere, min(count, len(elsewhere)))])
        for group in list(joined)[:count]:
            role = MemberRole.ADMIN if user > first and chance.random() < 0.08 else MemberRole.MEMBER  # noqa: PLR2004
            state = (
                chance.choices(list(MembershipState), (1, 98, 1))[0]
                if user > first and group != home
                else MembershipState.ACTIVE
            )
            found.append((user, group, role, state))
    for user, group, _, state in found:
        if state is MembershipState.ACTIVE:
            people.members[group].append(user)
    return found


def membership_rows(
    chance: Chance,
    people: People,
    tree: Tree,
    found: list[tuple[int, int, MemberRole, MembershipState]],
    *,
    began: datetime,
    within: timedelta,
) -> Rows:
    """Who belongs where; half of the vendor's employees hold a bundle."""

    def records() -> Iterator[tuple[Any, ...]]:
        for number, (user, group, role, state) in enumerate(found):
            at = began + within * number / len(found)
            employee = tree.kinds[group] is GroupKind.ISV and user >= VENDORS_ADMINS
            bundle = chance.choice(_BUNDLES) if employee else None
            yield chance.id_at(at), at, at, people.ids[user], tree.ids[group], role, state, bundle

    columns = (*_STAMPS, "user_id", "group_id", "role", "state", "bundle")
    return Rows("memberships", columns, records())


def container_rows(chance: Chance, people: People, tree: Tree, *, seed: int) -> Rows:
    """A cloud for everybody and every group, and machines for some."""
    made: list[tuple[Any, ...]] = []

    def make(
        kind: ContainerType,
        prefix: str,
        at: datetime,
        *,
        user: int | None = None,
        group: int | None = None,
    ) -> UUID:
        container = chance.id_at(at)
        owner = (None if user is None else people.ids[user], None if group is None else tree.ids[group])
        made.append((container, at, at, kind, f"{prefix}-{seed}-{len(made):07d}", *owner))
        return container

    for group, at in enumerate(tree.created):
        people.group_clouds.append(make(ContainerType.GROUP_CLOUD, "141", at, group=group))
        for kind, prefix, share in ((ContainerType.LOCAL, "130", 0.4), (ContainerType.DONGLE, "3", 0.3)):
            if chance.random() < share:
                people.group_machines.setdefault(group, []).append(make(kind, prefix, at, group=group))
    for user, at in enumerate(people.created):
        own = ContainerType.TECHNICAL_CLOUD if user in people.homes else ContainerType.PERSONAL_CLOUD
        people.clouds.append(make(own, "140", at, user=user))
        for kind, prefix, share in ((ContainerType.LOCAL, "130", 0.3), (ContainerType.DONGLE, "3", 0.05)):
            if user not in people.homes and chance.random() < share:
                people.machines.setdefault(user, []).append(make(kind, prefix, at, user=user))
    return Rows("containers", (*_STAMPS, "type", "serial", "owner_user_id", "owner_group_id"), made)

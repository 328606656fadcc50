"""The accounts of a large world, with memberships, and the containers of accounts and groups."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any
from uuid import UUID

from seeds.large_tree import Tree
from seeds.rng import SeededRandom
from seeds.rows import Rows
from store.containers import ContainerType
from store.groups import GroupKind
from store.memberships import Bundle, MemberRole, MembershipState
from store.users import UserKind

VENDOR_ADMINS, MIN_ORDINARY_USERS, _MANY = 3, 50, 20
_TECHNICAL, _UNGROUPED = 0.01, 0.07
_COUNTS, _COUNT_WEIGHTS = (1, 2, 3, 4, 6, 8, _MANY), (40, 25, 18, 9, 5, 2.5, 0.5)
_FIRST = ("Ada", "Ben", "Cara", "Dov", "Elif", "Finn", "Gita", "Hugo", "Ines", "Jan", "Kira", "Liam", "Mona", "Nils")
_LAST = ("Abel", "Berg", "Costa", "Duran", "Ebert", "Falk", "Gomez", "Holm", "Ivers", "Jonas", "Kaya", "Lenz", "Novak")
_STAMPS = ("id", "created_at", "updated_at")
_BUNDLES = (Bundle.SALES, Bundle.SUPPORT, Bundle.AUDITOR, None, None, None)


@dataclass
class People:
    """Users by number: the vendor's admins, one admin per group, ordinary people, technical users."""

    ids: list[UUID]
    created: list[datetime]
    groups: int
    technical: int
    members: list[list[int]]
    homes: dict[int, int]
    ungrouped: list[int] = field(default_factory=list)
    clouds: list[UUID] = field(default_factory=list)
    group_clouds: list[UUID] = field(default_factory=list)
    local_containers: dict[int, list[UUID]] = field(default_factory=dict)
    group_local_containers: dict[int, list[UUID]] = field(default_factory=dict)

    def admin_of(self, group: int) -> int:
        """Return the admin who has no other membership."""
        return VENDOR_ADMINS + group


def create_people(rng: SeededRandom, tree: Tree, users: int, *, start: datetime, within: timedelta) -> People:
    """Create the users; `assign_memberships` puts them into groups."""
    groups, technical = len(tree.ids), round(users * _TECHNICAL)
    created = [start + within * number / users for number in range(users)]
    homes = {user: rng.randrange(groups) for user in range(users - technical, users)}
    ids = [rng.id_at(at) for at in created]
    return People(ids, created, groups, technical, [[] for _ in range(groups)], homes)


def user_rows(rng: SeededRandom, people: People, tree: Tree, *, seed: int) -> Rows:
    """Return the rows of the users; they have no passwords, so use `./portal token` to log in."""

    def records() -> Iterator[tuple[Any, ...]]:
        for number, (user, at) in enumerate(zip(people.ids, people.created, strict=True)):
            home = people.homes.get(number)
            if home is not None:
                kind, name, email, verified = UserKind.TECHNICAL, f"License Server {number}", None, None
            else:
                name = f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"
                email = f"{name.replace(' ', '.').lower()}.{number}.{seed}@example.com"
                kind, verified = UserKind.HUMAN, at
            home_id = None if home is None else tree.ids[home]
            yield user, at, at, email, name, kind, number < VENDOR_ADMINS, home_id, verified

    columns = (*_STAMPS, "email", "name", "kind", "is_isv_admin", "home_group_id", "email_verified_at")
    return Rows("users", columns, records())


def assign_memberships(
    rng: SeededRandom, people: People, tree: Tree
) -> list[tuple[int, int, MemberRole, MembershipState]]:
    """Give each group its own admin; ordinary people are in one to twenty groups, two on average."""
    memberships = [(number, 0, MemberRole.MEMBER, MembershipState.ACTIVE) for number in range(VENDOR_ADMINS)]
    memberships += [
        (people.admin_of(group), group, MemberRole.ADMIN, MembershipState.ACTIVE) for group in range(people.groups)
    ]
    weights = list(accumulate(rng.skewed(1.2, most=60) for _ in range(people.groups)))
    first, end = VENDOR_ADMINS + people.groups, len(people.ids) - people.technical
    giant = max(range(people.groups), key=lambda group: tree.sizes[group])
    homes = rng.choices(range(people.groups), cum_weights=weights, k=end - first)
    counts = rng.choices(_COUNTS, _COUNT_WEIGHTS, k=end - first)
    homes[0], counts[0] = giant, _MANY  # so that even the smallest world has a member of many groups
    for user, home, count in zip(range(first, end), homes, counts, strict=True):
        if user > first and rng.random() < _UNGROUPED:
            people.ungrouped.append(user)
            continue
        root = tree.roots[home]
        elsewhere = range(root, root + tree.sizes[root])
        joined = dict.fromkeys([home, *rng.sample(elsewhere, min(count, len(elsewhere)))])
        for group in list(joined)[:count]:
            role = MemberRole.ADMIN if user > first and rng.random() < 0.08 else MemberRole.MEMBER  # noqa: PLR2004
            state = (
                rng.choices(list(MembershipState), (1, 98, 1))[0]
                if user > first and group != home
                else MembershipState.ACTIVE
            )
            memberships.append((user, group, role, state))
    for user, group, _, state in memberships:
        if state is MembershipState.ACTIVE:
            people.members[group].append(user)
    return memberships


def membership_rows(
    rng: SeededRandom,
    people: People,
    tree: Tree,
    memberships: list[tuple[int, int, MemberRole, MembershipState]],
    *,
    start: datetime,
    within: timedelta,
) -> Rows:
    """Return the rows of the memberships; half of the vendor's employees hold a bundle."""

    def records() -> Iterator[tuple[Any, ...]]:
        for number, (user, group, role, state) in enumerate(memberships):
            at = start + within * number / len(memberships)
            employee = tree.kinds[group] is GroupKind.ISV and user >= VENDOR_ADMINS
            bundle = rng.choice(_BUNDLES) if employee else None
            yield rng.id_at(at), at, at, people.ids[user], tree.ids[group], role, state, bundle

    columns = (*_STAMPS, "user_id", "group_id", "role", "state", "bundle")
    return Rows("memberships", columns, records())


def container_rows(rng: SeededRandom, people: People, tree: Tree, *, seed: int) -> Rows:
    """Return the rows of the containers: a cloud for each user and group, local ones and dongles for some."""
    rows: list[tuple[Any, ...]] = []

    def make(
        kind: ContainerType, prefix: str, at: datetime, *, user: int | None = None, group: int | None = None
    ) -> UUID:
        container = rng.id_at(at)
        owner = (None if user is None else people.ids[user], None if group is None else tree.ids[group])
        rows.append((container, at, at, kind, f"{prefix}-{seed}-{len(rows):07d}", *owner))
        return container

    for group, at in enumerate(tree.created):
        people.group_clouds.append(make(ContainerType.GROUP_CLOUD, "141", at, group=group))
        for kind, prefix, share in ((ContainerType.LOCAL, "130", 0.4), (ContainerType.DONGLE, "3", 0.3)):
            if rng.random() < share:
                people.group_local_containers.setdefault(group, []).append(make(kind, prefix, at, group=group))
    for user, at in enumerate(people.created):
        own = ContainerType.TECHNICAL_CLOUD if user in people.homes else ContainerType.PERSONAL_CLOUD
        people.clouds.append(make(own, "140", at, user=user))
        for kind, prefix, share in ((ContainerType.LOCAL, "130", 0.3), (ContainerType.DONGLE, "3", 0.05)):
            if user not in people.homes and rng.random() < share:
                people.local_containers.setdefault(user, []).append(make(kind, prefix, at, user=user))
    return Rows("containers", (*_STAMPS, "type", "serial", "owner_user_id", "owner_group_id"), rows)

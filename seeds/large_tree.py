"""The group tree of a large world: a few giants, many tiny customers, and up to ten levels."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from seeds.rng import SeededRandom
from store.groups import MAX_LEVEL, GroupKind

# Shares of all groups: the vendor with its customers, the largest reseller, two of its customers, and the rest's maximum.
_VENDOR, _GIANT, _GIANT_CUSTOMERS, _MAX_OF_OTHERS = 0.12, 0.48, (0.30, 0.10), 0.08
_WORDS = (
    "Alder",
    "Basalt",
    "Cobalt",
    "Delta",
    "Ember",
    "Fjord",
    "Garnet",
    "Harbor",
    "Indigo",
    "Juniper",
    "Kestrel",
    "Larch",
    "Maple",
    "Nimbus",
    "Onyx",
    "Pine",
    "Quarry",
    "Raven",
    "Sierra",
    "Tundra",
    "Umber",
    "Vale",
    "Willow",
    "Zephyr",
)
_TRADES = ("Foods", "Motors", "Optics", "Pumps", "Robotics", "Steel", "Textiles", "Tools", "Turbines", "Valves")


@dataclass
class Tree:
    """Groups by number in depth-first order: a subtree is one range of numbers."""

    ids: list[UUID] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    kinds: list[GroupKind] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    levels: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    roots: list[int] = field(default_factory=list)
    created: list[datetime] = field(default_factory=list)

    def above(self, group: int) -> Iterator[int]:
        """Yield the group itself, its parent, and so on up to the root."""
        while group >= 0:
            yield group
            group = self.parents[group]

    def random_descendant(self, group: int, rng: SeededRandom) -> int:
        """Return the group or a random descendant."""
        return group + int(rng.random() * self.sizes[group])


def grow_tree(rng: SeededRandom, groups: int, *, start: datetime, within: timedelta) -> Tree:
    """Create a tree of this many groups, at least 20."""
    tree = Tree()

    def add(size: int, kind: GroupKind, parent: int, parts: list[int]) -> int:
        number = len(tree.parents)
        tree.parents.append(parent)
        tree.levels.append(tree.levels[parent] + 1 if parent >= 0 else 1)
        tree.roots.append(tree.roots[parent] if parent >= 0 else number)
        tree.sizes.append(size)
        tree.kinds.append(kind)
        word = f"{rng.choice(_WORDS)} {rng.choice(_TRADES)}" if kind is not GroupKind.TEAM else "Team"
        tree.names.append(f"{word} {number}")
        for position, part in enumerate(parts):
            add_below(part, number, deep=position == 0)
        return number

    def add_below(size: int, parent: int, *, deep: bool) -> None:
        level = tree.levels[parent] + 1
        above = tree.kinds[parent]
        kind = GroupKind.CUSTOMER if above in (GroupKind.ISV, GroupKind.RESELLER) else GroupKind.TEAM
        add(size, kind, parent, _parts(rng, size - 1, level, deep=deep))

    vendor, giant = round(groups * _VENDOR), round(groups * _GIANT)
    root = add(vendor, GroupKind.ISV, -1, [])
    add(vendor - 1, GroupKind.ISV, root, _parts(rng, vendor - 2, 2, deep=False))
    customers = [round(groups * share) for share in _GIANT_CUSTOMERS]
    rest = giant - 1 - sum(customers)
    add(giant, GroupKind.RESELLER, -1, [*customers, *_tail(rng, rest, most=rest)])
    for size in _tail(rng, groups - vendor - giant, most=int(groups * _MAX_OF_OTHERS)):
        kind = GroupKind.RESELLER if size > 1 and rng.random() < 0.1 else GroupKind.CUSTOMER  # noqa: PLR2004
        add(size, kind, -1, _parts(rng, size - 1, 1, deep=False))

    step = within / groups
    tree.created = [start + step * number for number in range(groups)]
    tree.ids = [rng.id_at(at) for at in tree.created]
    return tree


def _parts(rng: SeededRandom, total: int, level: int, *, deep: bool) -> list[int]:
    """Divide the groups below a group of this level into subtrees, the largest first."""
    if total <= 0:
        return []
    if level == MAX_LEVEL - 1:
        return [1] * total
    first = max(1, int(total * rng.uniform(0.25, 0.7)))
    if deep:
        first = max(first, min(total, MAX_LEVEL - level))
    return [first, *_tail(rng, total - first, most=total)]


def _tail(rng: SeededRandom, total: int, *, most: int) -> list[int]:
    parts = []
    while total > 0:
        part = min(total, int(rng.skewed(0.9, most=most)))
        parts.append(part)
        total -= part
    return parts

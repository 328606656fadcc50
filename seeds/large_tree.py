"""The tree of a large world: a few giants, many tiny customers, ten levels in the deepest place."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from seeds.chance import Chance
from store.groups import MAX_LEVEL, GroupKind

# Shares of all groups: the vendor's own customers, the greatest reseller, and two of that one's customers.
_VENDOR, _GIANT, _GIANT_CUSTOMERS, _MOST_OF_THE_REST = 0.12, 0.48, (0.30, 0.10), 0.08
_WORDS = (
    "Alder", "Basalt", "Cobalt", "Delta", "Ember", "Fjord", "Garnet", "Harbor", "Indigo", "Juniper", "Kestrel", "Larch",
    "Maple", "Nimbus", "Onyx", "Pine", "Quarry", "Raven", "Sierra", "Tundra", "Umber", "Vale", "Willow", "Zephyr",
)  # fmt: skip
_TRADES = ("Foods", "Motors", "Optics", "Pumps", "Robotics", "Steel", "Textiles", "Tools", "Turbines", "Valves")


@dataclass
class Tree:
    """Groups by number, each followed at once by all that is below it: a subtree is one range of numbers."""

    ids: list[UUID] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    kinds: list[GroupKind] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    levels: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    roots: list[int] = field(default_factory=list)
    created: list[datetime] = field(default_factory=list)

    def above(self, group: int) -> Iterator[int]:
        """The group itself, its parent, and so on to the top."""
        while group >= 0:
            yield group
            group = self.parents[group]

    def somewhere_in(self, group: int, chance: Chance) -> int:
        """The group or any below it."""
        return group + int(chance.random() * self.sizes[group])


def grow(chance: Chance, groups: int, *, began: datetime, within: timedelta) -> Tree:
    """Plant so many groups, at least twenty."""
    tree = Tree()

    def plant(size: int, kind: GroupKind, parent: int, parts: list[int]) -> int:
        number = len(tree.parents)
        tree.parents.append(parent)
        tree.levels.append(tree.levels[parent] + 1 if parent >= 0 else 1)
        tree.roots.append(tree.roots[parent] if parent >= 0 else number)
        tree.sizes.append(size)
        tree.kinds.append(kind)
        word = f"{chance.choice(_WORDS)} {chance.choice(_TRADES)}" if kind is not GroupKind.TEAM else "Team"
        tree.names.append(f"{word} {number}")
        for place, part in enumerate(parts):
            below(part, number, deep=place == 0)
        return number

    def below(size: int, parent: int, *, deep: bool) -> None:
        level = tree.levels[parent] + 1
        above = tree.kinds[parent]
        kind = GroupKind.CUSTOMER if above in (GroupKind.ISV, GroupKind.RESELLER) else GroupKind.TEAM
        plant(size, kind, parent, _parts(chance, size - 1, level, deep=deep))

    vendor, giant = round(groups * _VENDOR), round(groups * _GIANT)
    root = plant(vendor, GroupKind.ISV, -1, [])
    plant(vendor - 1, GroupKind.ISV, root, _parts(chance, vendor - 2, 2, deep=False))
    customers = [round(groups * share) for share in _GIANT_CUSTOMERS]
    rest = giant - 1 - sum(customers)
    plant(giant, GroupKind.RESELLER, -1, [*customers, *_tail(chance, rest, most=rest)])
    for size in _tail(chance, groups - vendor - giant, most=int(groups * _MOST_OF_THE_REST)):
        kind = GroupKind.RESELLER if size > 1 and chance.random() < 0.1 else GroupKind.CUSTOMER  # noqa: PLR2004
        plant(size, kind, -1, _parts(chance, size - 1, 1, deep=False))

    step = within / groups
    tree.created = [began + step * number for number in range(groups)]
    tree.ids = [chance.id_at(at) for at in tree.created]
    return tree


def _parts(chance: Chance, total: int, level: int, *, deep: bool) -> list[int]:
    """How the groups below one of this level divide into subtrees, the largest first."""
    if total <= 0:
        return []
    if level == MAX_LEVEL - 1:
        return [1] * total
    first = max(1, int(total * chance.uniform(0.25, 0.7)))
    if deep:
        first = max(first, min(total, MAX_LEVEL - level))
    return [first, *_tail(chance, total - first, most=total)]


def _tail(chance: Chance, total: int, *, most: int) -> list[int]:
    parts = []
    while total > 0:
        part = min(total, int(chance.skewed(0.9, most=most)))
        parts.append(part)
        total -= part
    return parts

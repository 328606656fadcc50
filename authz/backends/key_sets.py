"""What a viewer has (his groups, his projects) as sets that a statement gathers once, however many branches ask for them.

A branch alone says `owner_group_id IN (his groups)`; the next one says the same of another column, and a third one begins
with the same groups to come to their projects. Written out three times they are gathered three times, each with its repeats.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.util import find_tables


@dataclass(frozen=True)
class Keys:
    """The values of a column of joined tables."""

    column: Any
    tables: tuple[Any, ...]
    conditions: tuple[Any, ...]

    @property
    def select(self) -> Any:
        return sa.select(self.column).select_from(*self.tables).where(*self.conditions)

    @property
    def text(self) -> str:
        """Equal for equal keys: the names of aliases are given anew in every text."""
        return str(self.select)


class KeySets:
    """Keys as materialized CTEs: equal ones are one set, and a set begins with another one that holds a part of its joins."""

    def __init__(self, every: Sequence[Keys]) -> None:
        self._known = {each.text: each for each in every}
        self._sets: dict[str, sa.CTE] = {}

    def of(self, keys: Keys) -> sa.CTE:
        """The set, without repeats."""
        text = keys.text
        if text not in self._sets:
            begun = next(self._beginnings(keys), keys)
            # PostgreSQL would write a set that is asked for once back into its branch, to be gathered row by row.
            self._sets[text] = begun.select.distinct().cte().prefix_with("MATERIALIZED", dialect="postgresql")
        return self._sets[text]

    @property
    def first(self) -> list[Keys]:
        """One of each, without those that begin with another one."""
        return [each for each in self._known.values() if next(self._beginnings(each), None) is None]

    def _beginnings(self, keys: Keys) -> Iterator[Keys]:
        """The same keys, where an equality is all that holds the tables of another set to the rest."""
        if any(isinstance(part, sa.SelectBase) for each in keys.conditions for part in visitors.iterate(each)):
            return
        for joint in keys.conditions:
            if getattr(joint, "operator", None) is not operators.eq or len(_tables(joint)) != 2:  # noqa: PLR2004 - a join
                continue
            others = tuple(each for each in keys.conditions if each is not joint)
            for outer, inner in ((joint.left, joint.right), (joint.right, joint.left)):
                part = _joined(_tables(inner), others)
                if part & (_tables(outer) | _tables(sa.inspect(keys.column).expression)):
                    continue
                within = Keys(
                    inner,
                    tuple(each for each in keys.tables if _is_of(each, part)),
                    tuple(each for each in others if _tables(each) & part),
                )
                if within.text in self._known:
                    first = self.of(within)
                    yield Keys(
                        keys.column,
                        (*(each for each in keys.tables if not _is_of(each, part)), first),
                        (*(each for each in others if not _tables(each) & part), outer == first.c[0]),
                    )


def _joined(start: frozenset[Any], conditions: tuple[Any, ...]) -> frozenset[Any]:
    """The tables that these conditions hold together."""
    found = start
    while True:
        more = found.union(*(each for each in map(_tables, conditions) if each & found))
        if more == found:
            return found
        found = more


def _tables(condition: Any) -> frozenset[Any]:
    return frozenset(find_tables(condition, check_columns=True))


def _is_of(entity: Any, part: frozenset[Any]) -> bool:
    return sa.inspect(entity).selectable in part

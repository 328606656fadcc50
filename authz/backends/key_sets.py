"""Sets of keys that belong to the actor (their groups, their projects), collected once however many disjuncts use them.

One disjunct says `owner_group_id IN (the actor's groups)`, the next one the same of another column, and a third one starts
from the same groups to find the actor's projects. Written as three subqueries, they would be collected three times.
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
        """The same text for the same keys: SQLAlchemy numbers the aliases anew in every statement."""
        return str(self.select)


class KeySets:
    """Keys as materialized CTEs: one for equal keys, and a CTE that extends another one's joins starts from it."""

    def __init__(self, all_keys: Sequence[Keys]) -> None:
        self._keys = {keys.text: keys for keys in all_keys}
        self._ctes: dict[str, sa.CTE] = {}

    def of(self, keys: Keys) -> sa.CTE:
        """The CTE of some keys; its rows are distinct."""
        text = keys.text
        if text not in self._ctes:
            shortest = next(self._shortened(keys), keys)
            # A CTE that is used once would be inlined into its disjunct, and be evaluated for each row.
            self._ctes[text] = shortest.select.distinct().cte().prefix_with("MATERIALIZED", dialect="postgresql")
        return self._ctes[text]

    @property
    def independent(self) -> list[Keys]:
        """The keys, each once, without those that start from others."""
        return [keys for keys in self._keys.values() if next(self._shortened(keys), None) is None]

    def _shortened(self, keys: Keys) -> Iterator[Keys]:
        """The same keys with a part of the joins replaced by another set, where a single equality connects it to the rest."""
        if any(
            isinstance(part, sa.SelectBase) for condition in keys.conditions for part in visitors.iterate(condition)
        ):
            return
        for join in keys.conditions:
            if getattr(join, "operator", None) is not operators.eq or len(_tables(join)) != 2:  # noqa: PLR2004 - both sides
                continue
            others = tuple(condition for condition in keys.conditions if condition is not join)
            for outer, inner in ((join.left, join.right), (join.right, join.left)):
                part = _connected(_tables(inner), others)
                if part & (_tables(outer) | _tables(sa.inspect(keys.column).expression)):
                    continue
                prefix = Keys(
                    inner,
                    tuple(table for table in keys.tables if _is_in(table, part)),
                    tuple(other for other in others if _tables(other) & part),
                )
                if prefix.text in self._keys:
                    cte = self.of(prefix)
                    yield Keys(
                        keys.column,
                        (*(table for table in keys.tables if not _is_in(table, part)), cte),
                        (*(other for other in others if not _tables(other) & part), outer == cte.c[0]),
                    )


def _connected(start: frozenset[Any], conditions: tuple[Any, ...]) -> frozenset[Any]:
    """The tables that the conditions connect with the first ones."""
    tables = start
    while True:
        more = tables.union(*(some for some in map(_tables, conditions) if some & tables))
        if more == tables:
            return tables
        tables = more


def _tables(condition: Any) -> frozenset[Any]:
    return frozenset(find_tables(condition, check_columns=True))


def _is_in(entity: Any, tables: frozenset[Any]) -> bool:
    return sa.inspect(entity).selectable in tables

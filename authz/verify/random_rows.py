"""Random rows, table by table."""

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from store.db.base import Base

Values = dict[str, Any]
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class RandomRows:
    """The rows generated so far, and a random generator for more. The same seed makes the same rows."""

    def __init__(self, seed: int) -> None:
        self.tables: dict[str, list[Values]] = {}
        self.rng = random.Random(seed)

    async def insert(self, session: AsyncSession) -> None:
        """Insert all rows into an empty database, which checks its constraints."""
        for table in Base.metadata.sorted_tables:
            if self.tables.get(table.name):
                await session.execute(sa.insert(table), self.tables[table.name])

    def of(self, cls: type[Base]) -> list[Values]:
        return self.tables.get(cls.__tablename__, [])

    def add(self, cls: type[Base], **columns: Any) -> Values:
        """A row with a random id; there are only five instants of creation, so that some are equal."""
        row: Values = {"id": UUID(int=self.rng.getrandbits(128), version=4), **columns}
        if "created_at" in cls.__table__.c:
            row["created_at"] = NOW - timedelta(days=self.rng.randint(0, 4))
        self.tables.setdefault(cls.__tablename__, []).append(row)
        return row

    def link(self, cls: type[Base], **columns: Any) -> None:
        """A row of an association table, unless it exists."""
        rows = self.tables.setdefault(cls.__tablename__, [])
        if columns not in rows:
            rows.append(columns)

    def id(self, cls: type[Base]) -> UUID:
        """The id of a random row."""
        return self.rng.choice(self.of(cls))["id"]  # type: ignore[no-any-return]

    def choice(self, choices: Iterable[Any]) -> Any:
        return self.rng.choice(list(choices))

    def flip(self, probability: float = 0.5) -> bool:
        return self.rng.random() < probability

    def maybe(self, value: Any, probability: float = 0.5) -> Any:
        """The value, or None."""
        return value if self.flip(probability) else None

    def times(self, least: int, most: int) -> range:
        """A range of random length."""
        return range(self.rng.randint(least, most))

    def random_bytes(self) -> bytes:
        """32 bytes, for a unique hash."""
        return self.rng.randbytes(32)

    def exactly_one(self, columns: Mapping[str, type[Base]], *, or_none: float = 0) -> Values:
        """Foreign keys of which one is set, or none with the given probability."""
        names = [name for name, cls in columns.items() if self.of(cls)]
        chosen = None if self.flip(or_none) else self.choice(names)
        return {name: self.id(cls) if name == chosen else None for name, cls in columns.items()}

    def pairs(self, left: Sequence[Values], right: Sequence[Values], most: int) -> list[tuple[UUID, UUID]]:
        """Distinct pairs of ids, at most this many."""
        pairs = {(self.choice(left)["id"], self.choice(right)["id"]) for _ in range(most) if left and right}
        return sorted(pairs)

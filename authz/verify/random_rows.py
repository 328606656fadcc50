"""Rows of chance, table by table, for worlds that nobody would think of."""

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from store.db.base import Base

Row = dict[str, Any]
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class RandomRows:
    """The rows so far, and chance to make more of them. The same seed makes the same rows."""

    def __init__(self, seed: int) -> None:
        self.tables: dict[str, list[Row]] = {}
        self.chance = random.Random(seed)

    async def insert(self, session: AsyncSession) -> None:
        """Put everything into an empty database; its constraints judge what chance has made."""
        for table in Base.metadata.sorted_tables:
            if self.tables.get(table.name):
                await session.execute(sa.insert(table), self.tables[table.name])

    def of(self, cls: type[Base]) -> list[Row]:
        return self.tables.get(cls.__tablename__, [])

    def add(self, cls: type[Base], **columns: Any) -> Row:
        """One row with an id of chance; of few instants, so that some are equal."""
        row: Row = {"id": UUID(int=self.chance.getrandbits(128), version=4), **columns}
        if "created_at" in cls.__table__.c:
            row["created_at"] = NOW - timedelta(days=self.chance.randint(0, 4))
        self.tables.setdefault(cls.__tablename__, []).append(row)
        return row

    def link(self, cls: type[Base], **columns: Any) -> None:
        """One row between two others, once."""
        rows = self.tables.setdefault(cls.__tablename__, [])
        if columns not in rows:
            rows.append(columns)

    # Chance

    def id(self, cls: type[Base]) -> UUID:
        """Some row."""
        return self.chance.choice(self.of(cls))["id"]  # type: ignore[no-any-return]

    def one(self, choices: Iterable[Any]) -> Any:
        return self.chance.choice(list(choices))

    def yes(self, likely: float = 0.5) -> bool:
        return self.chance.random() < likely

    def perhaps(self, value: Any, likely: float = 0.5) -> Any:
        """The value, or nil."""
        return value if self.yes(likely) else None

    def some(self, least: int, most: int) -> range:
        return range(self.chance.randint(least, most))

    def unique(self) -> bytes:
        """32 bytes that nobody else has, where a hash is wanted."""
        return self.chance.randbytes(32)

    def only_one(self, columns: Mapping[str, type[Base]], *, or_none: float = 0) -> Row:
        """Foreign keys of which one is set."""
        names = [name for name, cls in columns.items() if self.of(cls)]
        chosen = None if self.yes(or_none) else self.one(names)
        return {name: self.id(cls) if name == chosen else None for name, cls in columns.items()}

    def pairs(self, left: Sequence[Row], right: Sequence[Row], most: int) -> list[tuple[UUID, UUID]]:
        """Some pairs of rows, each once."""
        found = {(self.one(left)["id"], self.one(right)["id"]) for _ in range(most) if left and right}
        return sorted(found)

"""Rows on their way into PostgreSQL, by COPY: the fastest way in, and one that every account may take."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from asyncpg import UniqueViolationError
from sqlalchemy.ext.asyncio import AsyncConnection

from store.errors import Conflict


@dataclass(frozen=True)
class Rows:
    """Records of one table; columns that are not named get their default."""

    table: str
    columns: tuple[str, ...]
    records: Iterable[tuple[Any, ...]]


async def copy(connection: AsyncConnection, *several: Rows) -> None:
    """Add the rows, as a part of the transaction that the connection is in."""
    driver = (await connection.get_raw_connection()).driver_connection
    if driver is None:
        raise ConnectionError("the connection is closed")
    for rows in several:
        try:
            await driver.copy_records_to_table(rows.table, columns=rows.columns, records=rows.records)
        except UniqueViolationError as problem:
            raise Conflict(f"a part of this world is already there ({rows.table}: {problem.detail})") from problem

"""Insert rows with PostgreSQL's COPY, the fastest way that needs no special privilege."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from asyncpg import UniqueViolationError
from sqlalchemy.ext.asyncio import AsyncConnection

from store.errors import Conflict


@dataclass(frozen=True)
class Rows:
    """Records of one table; columns that are not listed get their default."""

    table: str
    columns: tuple[str, ...]
    records: Iterable[tuple[Any, ...]]


async def copy(connection: AsyncConnection, *tables: Rows) -> None:
    """Insert the rows in the transaction of the connection; raises Conflict if one of them exists."""
    driver = (await connection.get_raw_connection()).driver_connection
    if driver is None:
        raise ConnectionError("the connection is closed")
    for rows in tables:
        try:
            await driver.copy_records_to_table(rows.table, columns=rows.columns, records=rows.records)
        except UniqueViolationError as problem:
            raise Conflict(
                f"part of this world already exists ({rows.table}: {problem.detail}); use another --seed"
            ) from problem

"""Many rows at once: into a table by COPY, and out of it by a list of ids."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from asyncpg import IntegrityConstraintViolationError
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from store.db.base import Base
from store.errors import Conflict


async def copy_rows(session: AsyncSession, cls: type[Base], rows: Collection[Mapping[str, Any]]) -> None:
    """Add rows, as a part of the transaction that the session is in; columns that are not named get their default.

    All of them name the same columns. Raises Conflict where the database does not take them.
    """
    if not rows:
        return
    columns = list(next(iter(rows)))
    records = [tuple(row[name] for name in columns) for row in rows]
    connection = await session.connection()
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None, "a session in a transaction has a connection"
    try:
        await driver.copy_records_to_table(cls.__tablename__, columns=columns, records=records)
    except IntegrityConstraintViolationError as problem:
        raise Conflict(f"the database does not take these {cls.__tablename__}: {problem.constraint_name}") from problem


def in_array(column: Any, values: Iterable[Any]) -> sa.ColumnElement[bool]:
    """Whether the column has one of the values, however many these are."""
    return column == sa.any_(sa.literal(list(values), ARRAY(column.type)))  # type: ignore[no-any-return]

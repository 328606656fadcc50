"""Many rows at once: written by COPY, read by a list of values."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from asyncpg import IntegrityConstraintViolationError
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from store.db.base import Base
from store.errors import Conflict


async def copy_rows(session: AsyncSession, cls: type[Base], rows: Collection[Mapping[str, Any]]) -> None:
    """Insert rows within the session's transaction; all rows name the same columns, the others get their defaults.

    Raises Conflict where a constraint is violated.
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
        message = f"the rows of {cls.__tablename__} violate {problem.constraint_name}; read again and retry"
        raise Conflict(message) from problem


def in_array(column: Any, values: Iterable[Any]) -> sa.ColumnElement[bool]:
    """Whether the column has one of the values; one bound array, however many values there are."""
    return column == sa.any_(sa.literal(list(values), ARRAY(column.type)))  # type: ignore[no-any-return]

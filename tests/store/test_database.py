"""Snapshots are read-only, and leave their connection usable."""

import asyncio
import contextlib

import pytest
import sqlalchemy as sa

from store.db.database import Database


@pytest.fixture
async def database(database_url):
    database = Database(database_url, pool_size=1)
    yield database
    await database.close()


async def test_after_a_canceled_statement_the_connection_is_usable(database):
    async with database.snapshot() as connection:
        statement = asyncio.ensure_future(connection.execute(sa.text("SELECT pg_sleep(30)")))
        await asyncio.sleep(0.05)
        statement.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await statement

    async with database.snapshot() as connection:
        assert await connection.scalar(sa.text("SELECT 1")) == 1


async def test_a_snapshot_is_read_only(database):
    async with database.snapshot() as connection:
        with pytest.raises(sa.exc.DBAPIError, match="read-only transaction"):
            await connection.execute(sa.text("DELETE FROM categories"))

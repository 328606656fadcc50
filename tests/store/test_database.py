"""Snapshots end quietly, whatever became of what was asked in them."""

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


async def test_a_statement_that_is_cut_short_leaves_nothing_behind(database):
    async with database.snapshot() as connection:
        asked = asyncio.ensure_future(connection.execute(sa.text("SELECT pg_sleep(30)")))
        await asyncio.sleep(0.05)
        asked.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asked

    async with database.snapshot() as connection:
        assert await connection.scalar(sa.text("SELECT 1")) == 1


async def test_a_snapshot_writes_nothing(database):
    async with database.snapshot() as connection:
        with pytest.raises(sa.exc.DBAPIError, match="read-only transaction"):
            await connection.execute(sa.text("DELETE FROM categories"))

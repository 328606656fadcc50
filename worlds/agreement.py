"""Policies and random worlds brought together in an empty database, which is empty again afterwards."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from authz.loaded import World, load_world
from authz.verify import Agreement, Verifier
from store.database import Database
from worlds.random_world import random_world


@asynccontextmanager
async def standing_world(database: Database, seed: int) -> AsyncIterator[tuple[AsyncSession, World]]:
    """A random world for as long as the block lasts: its rows, loaded, and the session that sees them."""
    async with AsyncSession(database.engine, expire_on_commit=False, autoflush=False) as session:
        await random_world(seed).insert(session)
        world = await load_world(session)
        session.expunge_all()  # the rows outlive the transaction
        yield session, world
        await session.rollback()


async def compare_in_world(database: Database, verifier: Verifier, seed: int, *, ask: float = 1) -> Agreement:
    """Compare SQL, Python and Oso in one random world."""
    async with standing_world(database, seed) as (session, world):
        return await verifier.compare(session, world, ask=ask, chance=random.Random(seed))

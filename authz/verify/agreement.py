"""Policies and random worlds brought together in an empty database, which is empty again afterwards."""

import random
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from authz.backends.oso import Reference
from authz.policy import Policy
from authz.verify.load_world import World, load_world
from authz.verify.random_policies import CLASSES, RandomPolicy
from authz.verify.random_world import random_world
from authz.verify.verifier import Agreement, Verifier
from store.db.database import Database


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


async def compare_random_policies(
    database: Database,
    seed: int,
    policies: Iterable[RandomPolicy],
    *,
    ask: float = 1,
) -> AsyncIterator[tuple[Agreement, RandomPolicy]]:
    """Compare SQL, Python and Oso on random policies in one random world."""
    async with standing_world(database, seed) as (session, world):
        for policy in policies:
            verifier = Verifier(Policy(policy.compiled), Reference(policy.compiled.text, CLASSES))
            yield await verifier.compare(session, world, ask=ask, chance=random.Random(seed)), policy

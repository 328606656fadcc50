"""Turns: two who are about to do the same thing wait for each other, where there is no row yet that could be locked."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession


async def acquire_lock(session: AsyncSession, what: str) -> None:
    """Until the transaction ends nobody else has the turn for this; whoever asks for it waits."""
    turn = sa.func.hashtextextended(what, 0)
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(turn)))

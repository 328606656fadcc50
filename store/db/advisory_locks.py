"""Locks by name, for what has no row yet that could be locked."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession


async def acquire_lock(session: AsyncSession, name: str) -> None:
    """Wait for the lock of this name and hold it until the transaction ends."""
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, 0))))

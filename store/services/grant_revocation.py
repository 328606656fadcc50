"""Rights of creation that end, and with each of them every right that was passed on from it (spec A17)."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from store.products import CategoryGrant, GrantState


async def revoke_grants(session: AsyncSession, *where: sa.ColumnElement[bool], at: datetime) -> None:
    """End the grants that fulfil the conditions, in one statement with all that hang on them."""
    ending = sa.select(CategoryGrant.id).where(*where).cte("ending", recursive=True)
    ending = ending.union(sa.select(CategoryGrant.id).join(ending, CategoryGrant.passed_on_from_id == ending.c.id))
    await session.execute(
        sa.update(CategoryGrant)
        .where(CategoryGrant.id.in_(sa.select(ending.c.id)), CategoryGrant.state == GrantState.ACTIVE)
        .values(state=GrantState.REVOKED, revoked_at=at, version=CategoryGrant.version + 1),
        execution_options={"synchronize_session": False},
    )

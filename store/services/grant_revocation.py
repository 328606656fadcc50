"""Revoking grants, and with each of them every grant that was passed on from it (spec A17)."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from store.grants import CategoryGrant, GrantState
from store.groups import GroupClosure


async def revoke_passed_on(session: AsyncSession, grant_id: UUID, *, at: datetime) -> None:
    """Revoke what was passed on from a grant."""
    await _revoke(session, CategoryGrant.passed_on_from_id == grant_id, at=at)


async def revoke_of_holder(session: AsyncSession, user_id: UUID, *, at: datetime) -> None:
    """Revoke the grants that a person holds."""
    await _revoke(session, CategoryGrant.holder_id == user_id, at=at)


async def revoke_of_scope(session: AsyncSession, group_id: UUID, *, at: datetime) -> None:
    """Revoke the grants whose scope is this group."""
    await _revoke(session, CategoryGrant.scope_group_id == group_id, at=at)


async def revoke_outside_source(session: AsyncSession, group_id: UUID, *, at: datetime) -> None:
    """Revoke the grants at or below a group that are no longer below the scope of the grant that they came from."""
    below = sa.select(GroupClosure.descendant_id).where(GroupClosure.ancestor_id == group_id)
    source, above = aliased(CategoryGrant), aliased(GroupClosure)
    inside = sa.exists().where(
        source.id == CategoryGrant.passed_on_from_id,
        above.ancestor_id == source.scope_group_id,
        above.descendant_id == CategoryGrant.scope_group_id,
    )
    passed_on = (CategoryGrant.passed_on_from_id.is_not(None), CategoryGrant.scope_group_id.in_(below))
    await _revoke(session, *passed_on, sa.not_(inside), at=at)


async def _revoke(session: AsyncSession, *where: sa.ColumnElement[bool], at: datetime) -> None:
    """One statement for the grants that fulfill the conditions and all that come from them."""
    revoked = sa.select(CategoryGrant.id).where(*where).cte("revoked", recursive=True)
    revoked = revoked.union(sa.select(CategoryGrant.id).join(revoked, CategoryGrant.passed_on_from_id == revoked.c.id))
    await session.execute(
        sa.update(CategoryGrant)
        .where(CategoryGrant.id.in_(sa.select(revoked.c.id)), CategoryGrant.state == GrantState.ACTIVE)
        .values(state=GrantState.REVOKED, revoked_at=at, version=CategoryGrant.version + 1),
        execution_options={"synchronize_session": False},
    )

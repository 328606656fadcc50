"""Queries about invitations."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from store.invitations import Invitation, InvitationState


async def lock_pending(session: AsyncSession, email: str, group_id: UUID) -> Invitation | None:
    """The pending invitation of an address to a group, locked; it may have expired by the clock."""
    pending = (Invitation.email == email, Invitation.group_id == group_id, Invitation.state == InvitationState.PENDING)
    return await session.scalar(sa.select(Invitation).where(*pending).with_for_update())


async def lock_by_token(session: AsyncSession, token_hash: bytes) -> Invitation | None:
    """The invitation with this token, locked, with its group."""
    statement = sa.select(Invitation).where(Invitation.token_hash == token_hash)
    return await session.scalar(statement.options(joinedload(Invitation.group)).with_for_update(of=Invitation))


async def count_since(session: AsyncSession, email: str, since: datetime) -> int:
    """How many invitations to an address were created after an instant."""
    created = (Invitation.email == email, Invitation.created_at > since)
    return await session.scalar(sa.select(sa.func.count()).select_from(Invitation).where(*created)) or 0


async def lock_overdue(session: AsyncSession, now: datetime, *, limit: int) -> Sequence[Invitation]:
    """Pending invitations whose time is over, the oldest first, locked; those that are locked already are skipped."""
    overdue = (
        sa.select(Invitation)
        .where(Invitation.state == InvitationState.PENDING, Invitation.expires_at <= now)
        .order_by(Invitation.expires_at, Invitation.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(overdue)).all()

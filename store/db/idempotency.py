"""The stored answers of mutations, by idempotency key."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from store.db.base import Base, Json


class IdempotencyKey(Base):
    """The answer that a caller gets again for the same key; other arguments under that key are an error."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        sa.CheckConstraint("length(key) BETWEEN 1 AND 200", name="key_is_short"),
        sa.Index("ix_idempotency_keys_created_at", "created_at"),
    )

    actor_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    operation: Mapped[str]
    fingerprint: Mapped[bytes] = mapped_column(sa.LargeBinary)
    answer: Mapped[Json | None]
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())


async def forget_older(session: AsyncSession, before: datetime) -> None:
    """Delete the answers that were stored up to this instant."""
    await session.execute(sa.delete(IdempotencyKey).where(IdempotencyKey.created_at <= before))

"""First answers are kept for repeats that come soon, not for ever."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from store.audit import AuditEntry
from store.db.idempotency import IdempotencyKey

KEPT = timedelta(days=7)
"""How long a repeat gets the first answer; afterwards the key is new."""


async def forget_answers(session: AsyncSession, now: datetime) -> Sequence[AuditEntry]:
    """Forget answers that are older; it is no act, and leaves no trail."""
    await session.execute(sa.delete(IdempotencyKey).where(IdempotencyKey.created_at <= now - KEPT))
    return ()

"""Answers of idempotency keys are kept for a while, then forgotten."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from store.audit import AuditEntry
from store.db.database import Session
from store.db.idempotency import forget_older

KEPT = timedelta(days=7)
"""How long a repetition gets the first answer; after that the key is new."""


async def forget_answers(session: Session, now: datetime) -> Sequence[AuditEntry]:
    """Delete older answers; this is no action and leaves no audit entry."""
    await forget_older(session, now - KEPT)
    return ()

"""Enqueuing jobs within the transaction that needs them: both are committed, or neither."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

QUEUE = "portal"

_ENQUEUE = sa.text(
    "SELECT procrastinate_defer_jobs_v1(ARRAY["
    "ROW(:queue, :task, 0, NULL, NULL, :arguments, :at)::procrastinate_job_to_defer_v1])"
).bindparams(sa.bindparam("arguments", type_=JSONB), sa.bindparam("at", type_=sa.DateTime(timezone=True)))


async def enqueue(session: AsyncSession, task: str, *, at: datetime | None = None, **arguments: Any) -> None:
    """Have a worker run a task after the commit, and not before `at`."""
    values = {"queue": QUEUE, "task": task, "arguments": arguments, "at": at}
    await session.execute(_ENQUEUE, values)

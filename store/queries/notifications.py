"""Queries about notification rules."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from store.notifications import NotificationEvent, NotificationRule


async def lock_rule(
    session: AsyncSession, event: NotificationEvent, *, group_id: UUID | None, user_id: UUID | None
) -> NotificationRule | None:
    """The rule for an event and a group, a person or (both None) the whole portal, locked."""
    scope = (
        NotificationRule.group_id.is_not_distinct_from(group_id),
        NotificationRule.user_id.is_not_distinct_from(user_id),
    )
    return await session.scalar(
        sa.select(NotificationRule).where(NotificationRule.event == event, *scope).with_for_update()
    )

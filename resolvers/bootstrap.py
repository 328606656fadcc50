"""The beginning of a portal that nobody uses yet: its settings and its first administrator."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from store import audit
from store.audit import AuditEntry
from store.db.base import new_id
from store.portal import Portal
from store.services.cloud_containers import new_cloud_container
from store.users import User

_NAME = "License Portal"


async def is_unused(session: AsyncSession) -> bool:
    """Whether nobody has an account."""
    return not await session.scalar(sa.select(sa.exists().select_from(User)))


async def found(session: AsyncSession, account: Mapping[str, Any], *, at: datetime) -> None:
    """Let the first administrator in; nobody was there who could have been asked, and so the act is his own."""
    portal = await session.scalar(sa.select(Portal))
    if portal is None:
        portal = Portal(id=new_id(), name=_NAME)
        session.add(portal)
    user = User(**account)
    session.add(user)
    await session.flush()
    session.add(new_cloud_container(user))
    entry = AuditEntry(action="portal.founded", at=at, actor_id=user.id, resource_type="Portal", resource_id=portal.id)
    await audit.append(session, [entry])

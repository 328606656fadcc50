"""Bootstrapping: the settings and the first administrator of a new portal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from store import audit
from store.audit import AuditEntry
from store.db.base import new_id
from store.db.database import Session
from store.portal import Portal, find_portal
from store.queries import accounts
from store.services.cloud_containers import new_cloud_container
from store.users import User

_NAME = "License Portal"


async def is_unused(session: Session) -> bool:
    """Whether the portal has no account yet."""
    return not await accounts.has_any(session)


async def bootstrap(session: Session, account: Mapping[str, Any], *, at: datetime) -> None:
    """Create the first administrator, and the portal's settings if they are missing.

    There is no account yet whose permissions could be checked: the audit entry names the new administrator as its actor.
    """
    portal = await find_portal(session)
    if portal is None:
        portal = Portal(id=new_id(), name=_NAME)
        session.add(portal)
    user = User(**account)
    session.add(user)
    await session.flush()
    session.add(new_cloud_container(user))
    entry = AuditEntry(action="portal.founded", at=at, actor_id=user.id, resource_type="Portal", resource_id=portal.id)
    await audit.append(session, [entry])

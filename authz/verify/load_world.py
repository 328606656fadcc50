"""A whole small database as loaded rows, for Oso and the Python checks, which must not run statements."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload, undefer

from authz.gate.actor import PortalContext
from store.db.base import Base
from store.db.registry import RESOURCES
from store.portal import Portal
from store.users import User

World = Mapping[type[Any], Sequence[Any]]


async def load_world(session: AsyncSession) -> World:
    """Every row of a class with a resource block, with all relationships; accounts carry the settings of the portal."""
    world: World = {cls: await _load(session, cls) for cls in RESOURCES}
    context = context_of(world[Portal][0]) if world[Portal] else PortalContext()
    for account in world[User]:
        account.portal = context
    return world


def context_of(portal: Portal) -> PortalContext:
    """The settings of a portal as rules read them, `user.portal`."""
    return PortalContext(**{name: getattr(portal, name) for name in PortalContext.__slots__})


async def _load(session: AsyncSession, cls: type[Base]) -> list[Base]:
    mapper = sa.inspect(cls)
    options: list[Any] = [selectinload(getattr(cls, relationship.key)) for relationship in mapper.relationships]
    options += [undefer(getattr(cls, column.key)) for column in mapper.column_attrs if column.deferred]
    # The database returns rows in any order; reports and samples must be the same every time.
    rows = (await session.scalars(sa.select(cls).options(*options))).unique()
    return sorted(rows, key=lambda row: row.id)  # type: ignore[attr-defined]

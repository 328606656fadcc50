"""Whole small worlds as loaded rows: what Oso and the native checks look at, and never a statement in between."""

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
    """Every row that the policy speaks of, each with its neighbours, accounts with the settings around them."""
    world: World = {cls: await _load(session, cls) for cls in RESOURCES}
    context = context_of(world[Portal][0]) if world[Portal] else PortalContext()
    for account in world[User]:
        account.portal = context
    return world


def context_of(portal: Portal) -> PortalContext:
    """The settings of a portal as rules read them."""
    return PortalContext(**{name: getattr(portal, name) for name in PortalContext.__slots__})


async def _load(session: AsyncSession, cls: type[Base]) -> list[Base]:
    mapper = sa.inspect(cls)
    options: list[Any] = [selectinload(getattr(cls, each.key)) for each in mapper.relationships]
    options += [undefer(getattr(cls, each.key)) for each in mapper.column_attrs if each.deferred]
    # The order of the database is nobody's: reports and samples repeat themselves only in an order of their own.
    rows = (await session.scalars(sa.select(cls).options(*options))).unique()
    return sorted(rows, key=lambda row: row.id)  # type: ignore[attr-defined]

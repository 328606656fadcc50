"""The demo world: a vendor, a reseller, two customers, and an account for every row of the access table."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from seeds.cast import PASSWORD
from seeds.demo_activity import activations, audit_entries, notifications, restore_cases
from seeds.demo_catalog import catalog, grants, product_categories, templates
from seeds.demo_licenses import license_features, licenses, orders, tickets, time_contingents
from seeds.demo_people import accounts, cloud_containers, groups, invitations, memberships, portal_settings
from seeds.demo_projects import (
    local_containers,
    participants,
    projects,
    revisions,
    virtual_container_licenses,
    virtual_containers,
)
from store import audit
from store.db.base import Entity
from store.db.passwords import hash_password
from store.portal import Portal
from store.services.group_tree import insert
from store.users import User

_AGE = timedelta(days=120)


async def is_empty(session: AsyncSession) -> bool:
    """Whether the database has neither a portal nor an account."""
    used = sa.or_(sa.exists().select_from(Portal), sa.exists().select_from(User))
    return not await session.scalar(sa.select(used))


async def load(session: AsyncSession, *, now: datetime) -> None:
    """Fill an empty database; the same `now` gives the same world, except for the password salt."""
    created = now - _AGE

    async def add(*entities: Entity) -> None:
        _set_creation_times(entities, created)
        session.add_all(entities)
        await session.flush()

    await add(*portal_settings())
    for group in groups():
        _set_creation_times([group], created)
        await insert(session, group)
    await add(*accounts(password_hash=await hash_password(PASSWORD), verified_at=created))
    await add(*cloud_containers())
    await add(*memberships(), *invitations(now))
    await add(*catalog())
    session.add_all(product_categories())
    await add(*templates(), *grants(now))
    await add(*tickets(now), *orders(now), *time_contingents())
    await add(*projects(), *local_containers())
    await add(*licenses(now))
    session.add_all(license_features())
    await add(*participants(), *virtual_containers(now), *revisions())
    session.add_all(virtual_container_licenses())
    await add(*activations(now))
    await add(*restore_cases(now), *notifications())
    await audit.append(session, audit_entries(now))


def _set_creation_times(entities: Sequence[Entity], start: datetime) -> None:
    """Give the entities creation times one minute apart, so that lists have a predictable order."""
    for number, entity in enumerate(entities):
        entity.created_at = entity.updated_at = start + timedelta(minutes=number)

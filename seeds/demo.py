"""The demo world: one vendor, a reseller, two customers, and someone for every row of the access table."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from seeds.cast import PASSWORD
from seeds.demo_activity import activations, messages, restore_cases, trail
from seeds.demo_catalog import catalogue, grants, shelves, templates
from seeds.demo_licenses import contingents, licenses, orders, switched_on, tickets
from seeds.demo_people import accounts, clouds, groups, invitations, memberships, settings
from seeds.demo_projects import machines, participants, projects, revisions, sorted_in, virtual_containers
from store import audit
from store.db.base import Entity
from store.db.passwords import hash_password
from store.portal import Portal
from store.services.group_tree import insert
from store.users import User

_BEGINNING = timedelta(days=120)


async def is_empty(session: AsyncSession) -> bool:
    """Whether nobody has ever used this database."""
    used = sa.or_(sa.exists().select_from(Portal), sa.exists().select_from(User))
    return not await session.scalar(sa.select(used))


async def load(session: AsyncSession, *, now: datetime) -> None:
    """Fill an empty database; the same `now` gives the same world, but for the salt of the passwords."""
    began = now - _BEGINNING

    async def add(*entities: Entity) -> None:
        _date(entities, began)
        session.add_all(entities)
        await session.flush()

    await add(*settings())
    for group in groups():
        _date([group], began)
        await insert(session, group)
    await add(*accounts(password_hash=await hash_password(PASSWORD), verified_at=began))
    await add(*clouds())
    await add(*memberships(), *invitations(now))
    await add(*catalogue())
    session.add_all(shelves())
    await add(*templates(), *grants(now))
    await add(*tickets(now), *orders(now), *contingents())
    await add(*projects(), *machines())
    await add(*licenses(now))
    session.add_all(switched_on())
    await add(*participants(), *virtual_containers(now), *revisions())
    session.add_all(sorted_in())
    await add(*activations(now))
    await add(*restore_cases(now), *messages())
    await audit.append(session, trail(now))


def _date(entities: Sequence[Entity], began: datetime) -> None:
    """One after the other, so that pages have an order that people can follow."""
    for number, each in enumerate(entities):
        each.created_at = each.updated_at = began + timedelta(minutes=number)

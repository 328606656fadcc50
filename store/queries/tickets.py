"""Queries about tickets."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from store.audit import AuditEntry
from store.licenses import License
from store.tickets import CodesRefused, Ticket


async def refused_at(session: AsyncSession, actor_id: UUID, *, since: datetime, limit: int) -> list[datetime]:
    """When a person last entered codes that were refused, the latest first."""
    refused = (
        sa.select(AuditEntry.at)
        .where(AuditEntry.actor_id == actor_id, AuditEntry.code == CodesRefused.code, AuditEntry.at > since)
        .order_by(AuditEntry.number.desc())
        .limit(limit)
    )
    return list(await session.scalars(refused))


async def lock_by_hash(session: AsyncSession, hashes: Collection[bytes]) -> dict[bytes, Ticket]:
    """The tickets with these code hashes, locked; always in the same order, so that two requests cannot deadlock."""
    wanted = sa.select(Ticket).where(Ticket.code_hash.in_(hashes)).order_by(Ticket.id)
    return {each.code_hash: each for each in await session.scalars(wanted.with_for_update(key_share=True))}


async def lock_licenses(session: AsyncSession, ticket: Ticket) -> list[License]:
    """The licenses of a ticket and of those that it was split into, locked."""
    parts = sa.select(Ticket.id).where(sa.or_(Ticket.id == ticket.id, Ticket.parent_id == ticket.id))
    licenses = sa.select(License).where(License.ticket_id.in_(parts)).order_by(License.id)
    return list(await session.scalars(licenses.with_for_update(key_share=True, of=License)))

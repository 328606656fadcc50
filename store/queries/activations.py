"""Queries about activations, their seats and files, and the licenses and containers that are locked with them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, raiseload, selectinload

from store.activations import COUNTING, PENDING_LIMIT, Activation, LicenseFile
from store.activations import ActivationState as State
from store.containers import Container
from store.licenses import License
from store.orders import LicenseOrder

IN_CONTAINER = (*COUNTING, State.BORROWED)
"""The states of an activation that is in its container, or on its way in or out."""
_BATCH = 500


async def lock_license(session: AsyncSession, license_id: UUID) -> License:
    """A license with its product, features, order and template, locked."""
    await lock_licenses(session, [license_id])
    statement = (
        sa.select(License)
        .where(License.id == license_id)
        .options(
            joinedload(License.product),
            joinedload(License.order).joinedload(LicenseOrder.template),
            selectinload(License.features),
            raiseload("*"),
        )
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(statement)).one()


async def lock_licenses(session: AsyncSession, license_ids: Collection[UUID]) -> None:
    """Lock licenses in the order of their ids."""
    licenses = sa.select(License.id).where(License.id.in_(license_ids)).order_by(License.id)
    await session.execute(licenses.with_for_update(key_share=True))


async def lock_container(session: AsyncSession, container_id: UUID) -> None:
    """Lock a container."""
    await session.execute(sa.select(Container.id).where(Container.id == container_id).with_for_update(key_share=True))


async def licenses_in(session: AsyncSession, container_id: UUID) -> Sequence[UUID]:
    """The ids of the licenses in a container, or on their way in or out."""
    return (await session.scalars(sa.select(Activation.license_id).where(*_in_container(container_id)))).all()


async def lock_in_container(session: AsyncSession, container_id: UUID) -> list[Activation]:
    """The activations in a container, or on their way in or out, locked; the oldest first, with license and container."""
    statement = (
        sa.select(Activation)
        .where(*_in_container(container_id))
        .options(joinedload(Activation.license), joinedload(Activation.container), raiseload("*"))
        .order_by(Activation.requested_at, Activation.id)
        .with_for_update(of=Activation)
        .execution_options(populate_existing=True)
    )
    return list(await session.scalars(statement))


async def is_container_used(session: AsyncSession, container_id: UUID) -> bool:
    """Whether anything is in a container, or on its way in or out."""
    return await _exists(session, *_in_container(container_id))


async def has_open_operation(session: AsyncSession, container_id: UUID) -> bool:
    """Whether the portal waits for a receipt of this container."""
    waiting = sa.or_(Activation.update_number.is_not(None), Activation.state.in_((State.PENDING, State.RETURNING)))
    return await _exists(session, Activation.container_id == container_id, waiting)


async def is_on_loan(session: AsyncSession, activation_id: UUID) -> bool:
    """Whether another container has borrowed the seat of an activation."""
    return await _exists(session, Activation.parent_id == activation_id, Activation.state == State.BORROWED)


async def seats_in_use(session: AsyncSession, license_id: UUID) -> set[int]:
    """The numbers of the seats of a license that are taken."""
    seats = sa.select(Activation.seat).where(Activation.license_id == license_id, Activation.state.in_(COUNTING))
    return {each for each in await session.scalars(seats) if each is not None}


async def returned_at(session: AsyncSession, license_id: UUID) -> list[datetime]:
    """When seats of a license were returned; returned loans are left out."""
    returned = sa.select(Activation.ended_at).where(
        Activation.license_id == license_id, Activation.state == State.RETURNED, Activation.parent_id.is_(None)
    )
    return [each for each in await session.scalars(returned) if each is not None]


async def newest_file(session: AsyncSession, activation_id: UUID) -> LicenseFile | None:
    """The last file that was issued for an activation."""
    files = sa.select(LicenseFile).where(LicenseFile.activation_id == activation_id)
    return await session.scalar(files.order_by(LicenseFile.created_at.desc(), LicenseFile.id.desc()).limit(1))


async def lock_stale(session: AsyncSession, now: datetime) -> Sequence[Activation]:
    """A batch of the activations whose containers have not sent a receipt in time, locked."""
    return await _lock_batch(session, Activation.state == State.PENDING, Activation.requested_at <= now - PENDING_LIMIT)


async def lock_ended_loans(session: AsyncSession, now: datetime) -> Sequence[Activation]:
    """A batch of the loans that have reached their end, locked."""
    return await _lock_batch(session, Activation.state == State.BORROWED, Activation.borrowed_until <= now)


async def _lock_batch(session: AsyncSession, *where: sa.ColumnElement[bool]) -> Sequence[Activation]:
    """Without the rows that another worker has locked."""
    statement = sa.select(Activation).where(*where).options(joinedload(Activation.license)).order_by(Activation.id)
    batch = statement.limit(_BATCH).with_for_update(of=Activation, skip_locked=True)
    return (await session.scalars(batch)).all()


async def _exists(session: AsyncSession, *where: sa.ColumnElement[bool]) -> bool:
    return bool(await session.scalar(sa.select(sa.exists().where(*where))))


def _in_container(container_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    return Activation.container_id == container_id, Activation.state.in_(IN_CONTAINER)

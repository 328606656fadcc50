"""Queries about containers and the devices that use cloud containers."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from store.activations import COUNTING, Activation
from store.containers import Container
from store.devices import ContainerDevice
from store.licenses import License


async def is_registered(session: AsyncSession, serial: str) -> bool:
    """Whether there is a container with this serial number."""
    return bool(await session.scalar(sa.select(sa.exists().where(Container.serial == serial))))


async def device(session: AsyncSession, device_id: UUID) -> ContainerDevice | None:
    """A device with a credential of a cloud container."""
    return await session.get(ContainerDevice, device_id)


async def devices(session: AsyncSession, container_id: UUID) -> Sequence[ContainerDevice]:
    """The devices of a cloud container that were not released."""
    return (await session.scalars(sa.select(ContainerDevice).where(*_unreleased(container_id)))).all()


async def device_named(session: AsyncSession, container_id: UUID, user_id: UUID, label: str) -> ContainerDevice | None:
    """The device of a person with this label that was not released."""
    own = (ContainerDevice.user_id == user_id, ContainerDevice.label == label)
    return await session.scalar(sa.select(ContainerDevice).where(*_unreleased(container_id), *own))


async def release_devices(session: AsyncSession, container_id: UUID, *, at: datetime) -> None:
    """Release every device of a container."""
    await session.execute(sa.update(ContainerDevice).where(*_unreleased(container_id)).values(ended_at=at))


async def other_licenses(session: AsyncSession, container_id: UUID, known: Collection[UUID]) -> Sequence[License]:
    """The licenses in a container that are not among the known ones, in the order of their ids."""
    inside = sa.select(Activation.license_id).where(in_container(container_id), Activation.state.in_(COUNTING))
    others = sa.select(License).where(License.id.in_(inside), License.id.not_in(known))
    return (await session.scalars(others.order_by(License.id))).all()


def in_container(container_id: UUID) -> sa.ColumnElement[bool]:
    """The condition on activations that they are in a container, or were."""
    return Activation.container_id == container_id


def _unreleased(container_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    return ContainerDevice.container_id == container_id, ContainerDevice.ended_at.is_(None)

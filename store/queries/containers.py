"""Queries about containers and the devices that use cloud containers."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from store.devices import ContainerDevice


async def device(session: AsyncSession, device_id: UUID) -> ContainerDevice | None:
    """A device with a credential of a cloud container."""
    return await session.get(ContainerDevice, device_id)

"""Queries about the signed files of containers."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from store.container_files import ContainerFile
from store.containers import Container


async def was_received(session: AsyncSession, container_id: UUID, file_id: UUID) -> bool:
    """Whether the portal has received this file of a container before."""
    return await session.get(ContainerFile, (container_id, file_id)) is not None


async def lock_container(session: AsyncSession, container_id: UUID) -> Container:
    """A container, locked."""
    return await session.get_one(Container, container_id, with_for_update={"key_share": True})

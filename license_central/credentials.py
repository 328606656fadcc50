"""The credential by which a device uses a cloud container."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudCredential:
    """A credential; void when the container has another generation or the device was released."""

    device_id: UUID
    container_serial: str
    generation: int
    expires_at: datetime
    """Exclusive."""

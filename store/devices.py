"""The devices that have a credential for a cloud container."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.containers import Container
from store.db.base import Entity
from store.errors import Refusal
from store.users import User

MAX_PERSONAL_DEVICES = 3
"""How many devices may use a personal cloud container at a time."""
CREDENTIAL_LIFETIME = timedelta(days=90)


class DeviceLimitReached(Refusal):
    """The personal cloud container is used on the maximum number of devices."""

    code = "DEVICES_EXHAUSTED"


class CredentialInvalid(Refusal):
    """The credential is forged or expired, or its container was reset or its device released."""

    code = "CREDENTIAL_INVALID"


class ContainerDevice(Entity):
    """A device with a credential of a container; it counts until it is released or the container is reset."""

    __tablename__ = "container_devices"
    __table_args__ = (
        sa.Index(
            "uq_container_devices_active",
            "container_id",
            "user_id",
            "label",
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    container_id: Mapped[UUID] = mapped_column(sa.ForeignKey("containers.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id"))
    label: Mapped[str]
    generation: Mapped[int]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    container: Mapped[Container] = relationship()
    user: Mapped[User] = relationship()

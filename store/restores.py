"""The case of a lost, damaged, reinstalled or stolen container."""

import enum
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.activations import Activation
from store.containers import Container
from store.mapping import Entity, choice, newest_first
from store.users import User


class RestoreReason(enum.StrEnum):
    """Why the old place of a license is gone."""

    LOST = "LOST"
    DAMAGED = "DAMAGED"
    REINSTALL = "REINSTALL"
    STOLEN = "STOLEN"


class RestoreState(enum.StrEnum):
    """Decided by rule where the limits allow, by the vendor above them."""

    REQUESTED = "REQUESTED"
    AUTO_APPROVED = "AUTO_APPROVED"
    AWAITING_APPROVAL = "AWAITING_APPROVAL"
    APPROVED = "APPROVED"
    DENIED = "DENIED"
    COMPLETED = "COMPLETED"


class RestoreCase(Entity):
    """One loss: of a single activation, or of a container with all its licenses."""

    __tablename__ = "restore_cases"
    __table_args__ = (
        sa.CheckConstraint("num_nonnulls(activation_id, lost_container_id) = 1", name="one_subject"),
        newest_first("restore_cases"),
        newest_first("restore_cases", "activation_id"),
        newest_first("restore_cases", "lost_container_id"),
    )

    activation_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("activations.id"))
    lost_container_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("containers.id"))
    reason: Mapped[RestoreReason] = mapped_column(choice(RestoreReason))
    state: Mapped[RestoreState] = mapped_column(choice(RestoreState), server_default=RestoreState.REQUESTED)
    requested_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id"))
    decided_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]

    activation: Mapped[Activation | None] = relationship()
    lost_container: Mapped[Container | None] = relationship()
    requested_by: Mapped[User] = relationship(foreign_keys=requested_by_id)
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id)

"""A seat of a license in a container: asked for, confirmed, given back, lost."""

import enum
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.containers import Container
from store.errors import Refusal, WrongState
from store.licenses import License
from store.mapping import Entity, choice, newest_first
from store.users import User


class ActivationState(enum.StrEnum):
    """The states of spec 1.2."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    RETURNING = "RETURNING"
    RETURNED = "RETURNED"
    ABORTED = "ABORTED"
    REPLACED = "REPLACED"
    WITHDRAWING = "WITHDRAWING"
    WITHDRAWN = "WITHDRAWN"
    BORROWED = "BORROWED"
    LAPSED = "LAPSED"


COUNTING = (ActivationState.PENDING, ActivationState.ACTIVE, ActivationState.RETURNING, ActivationState.WITHDRAWING)


class SeatsExhausted(Refusal):
    """Every seat of the license is taken."""

    code = "SEATS_EXHAUSTED"


class NotActive(WrongState):
    """The step needs an activation that is active."""

    code = "NOT_ACTIVE"


class DeactivationDisabled(Refusal):
    """The vendor has switched deactivation off for this product or license."""

    code = "DEACTIVATION_DISABLED"


class Activation(Entity):
    """One seat in one container.

    While it counts, an activation holds a numbered seat. The number is unique within the license, so the database itself
    never lets one seat be taken twice, whatever a use case forgets.
    """

    __tablename__ = "activations"
    __table_args__ = (
        sa.CheckConstraint("seat >= 1", name="seat_is_positive"),
        sa.CheckConstraint(
            "(state IN ('PENDING', 'ACTIVE', 'RETURNING', 'WITHDRAWING')) = (seat IS NOT NULL)",
            name="counting_holds_seat",
        ),
        sa.CheckConstraint(
            "(parent_id IS NULL) OR state IN ('BORROWED', 'RETURNED', 'LAPSED')", name="borrowed_has_parent"
        ),
        sa.CheckConstraint("state <> 'BORROWED' OR borrowed_until IS NOT NULL", name="borrowed_has_end"),
        sa.Index(
            "uq_activations_seat", "license_id", "seat", unique=True, postgresql_where=sa.text("seat IS NOT NULL")
        ),
        # Two open operations corrupt a dongle.
        sa.Index(
            "uq_activations_open_operation",
            "container_id",
            unique=True,
            postgresql_where=sa.text("state IN ('PENDING', 'RETURNING')"),
        ),
        newest_first("activations"),
        newest_first("activations", "license_id"),
        newest_first("activations", "container_id"),
        sa.Index("ix_activations_parent_id", "parent_id", postgresql_where=sa.text("parent_id IS NOT NULL")),
        sa.Index("ix_activations_requested_by_id", "requested_by_id"),
    )

    license_id: Mapped[UUID] = mapped_column(sa.ForeignKey("licenses.id"))
    container_id: Mapped[UUID] = mapped_column(sa.ForeignKey("containers.id"))
    device_label: Mapped[str] = mapped_column(server_default="")
    generation: Mapped[int] = mapped_column(server_default="1")
    state: Mapped[ActivationState] = mapped_column(choice(ActivationState), server_default=ActivationState.PENDING)
    seat: Mapped[int | None]
    requested_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id"))
    requested_at: Mapped[datetime]
    receipt_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    parent_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("activations.id"))
    borrowed_until: Mapped[datetime | None]

    license: Mapped[License] = relationship(back_populates="activations")
    container: Mapped[Container] = relationship(back_populates="activations")
    requested_by: Mapped[User] = relationship()

    def confirm(self, *, at: datetime) -> None:
        """The container has taken the license file in."""
        if self.state is not ActivationState.PENDING:
            raise NotActive(f"the activation is {self.state.lower()}", state=self.state)
        self.state, self.receipt_at = ActivationState.ACTIVE, at

    def give_back(self, *, at: datetime) -> None:
        """Return the seat; a cloud container confirms at once, any other with its receipt."""
        if self.state is not ActivationState.ACTIVE:
            raise NotActive(f"the activation is {self.state.lower()}", state=self.state)
        if not self.container.type.is_cloud:
            self.state = ActivationState.RETURNING
            return
        self.state, self.ended_at, self.seat = ActivationState.RETURNED, at, None

    def withdraw(self, *, at: datetime) -> None:
        """Take the license out: at once from the cloud, with the next contact from anything else (spec A23)."""
        if self.state is not ActivationState.ACTIVE:
            raise NotActive(f"the activation is {self.state.lower()}", state=self.state)
        self.state = ActivationState.WITHDRAWING
        if self.container.type.is_cloud:
            self.state, self.ended_at, self.seat = ActivationState.WITHDRAWN, at, None


class LicenseFile(Entity):
    """The signed file that License Central issued for an activation."""

    __tablename__ = "license_files"
    __table_args__ = (newest_first("license_files", "activation_id"),)

    activation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("activations.id"))
    key_id: Mapped[str]
    content: Mapped[str]

    activation: Mapped[Activation] = relationship()

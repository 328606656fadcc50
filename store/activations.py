"""Activations: seats of licenses in containers, their states, and the license files issued for them."""

import enum
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.containers import Container
from store.db.base import Entity, newest_first, text_enum
from store.errors import BadInput, Refusal, WrongState
from store.licenses import License
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


PENDING_LIMIT = timedelta(days=14)
"""How long a container may take to confirm an activation before the seat becomes free again."""
COUNTING = (ActivationState.PENDING, ActivationState.ACTIVE, ActivationState.RETURNING, ActivationState.WITHDRAWING)


class SeatsExhausted(Refusal):
    """All seats of the license are taken."""

    code = "SEATS_EXHAUSTED"


class NotActive(WrongState):
    """The action needs an activation in another state."""

    code = "NOT_ACTIVE"


class OperationOpen(Refusal):
    """The container has not confirmed the previous license file yet; it accepts one at a time."""

    code = "OPERATION_OPEN"


class RequestFileNeeded(Refusal):
    """A local container or dongle needs a signed request file, and none was given."""

    code = "REQUEST_FILE_NEEDED"


class OriginalNeedsReceipt(Refusal):
    """A local container or dongle must return the seat with a receipt before it can be activated elsewhere."""

    code = "ORIGINAL_NEEDS_RECEIPT"


class NotBorrowable(Refusal):
    """The seat cannot be borrowed: a cloud container is involved, or the license allows less time."""

    code = "NOT_BORROWABLE"


class BorrowOpen(Refusal):
    """The seat is borrowed; it must be returned first."""

    code = "BORROW_OPEN"


class Activation(Entity):
    """One seat of a license in one container.

    While an activation counts, it holds a numbered seat, which is unique within the license: so the database prevents
    that a seat is taken twice.
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
        sa.Index(
            "uq_activations_open_update",
            "container_id",
            unique=True,
            postgresql_where=sa.text("update_number IS NOT NULL"),
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
    state: Mapped[ActivationState] = mapped_column(text_enum(ActivationState), server_default=ActivationState.PENDING)
    seat: Mapped[int | None]
    requested_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id"))
    requested_at: Mapped[datetime]
    receipt_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    parent_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("activations.id"))
    borrowed_until: Mapped[datetime | None]
    update_number: Mapped[int | None]
    """The update counter that the container will have with the file issued for it; None when no file is pending."""

    license: Mapped[License] = relationship(back_populates="activations")
    container: Mapped[Container] = relationship(back_populates="activations")
    requested_by: Mapped[User] = relationship()

    def confirm(self, *, at: datetime) -> None:
        """Activate it: the container has imported the license file."""
        if self.state is not ActivationState.PENDING:
            raise self._not_active()
        self.state, self.receipt_at, self.update_number = ActivationState.ACTIVE, at, None

    def confirm_update(self, *, at: datetime) -> None:
        """Record that the container has imported an updated or borrowed license."""
        if self.state not in (ActivationState.ACTIVE, ActivationState.BORROWED):
            raise self._not_active()
        self.receipt_at, self.update_number = at, None

    def confirm_removal(self, *, at: datetime) -> None:
        """End it: the container has removed the license."""
        match self.state:
            case ActivationState.RETURNING | ActivationState.BORROWED:
                self._end(ActivationState.RETURNED, at)
            case ActivationState.WITHDRAWING:
                self._end(ActivationState.WITHDRAWN, at)
            case _:
                raise self._not_active()

    def return_seat(self, *, at: datetime) -> None:
        """Return the seat: at once from a cloud container, else when the receipt arrives."""
        if self.state is not ActivationState.ACTIVE:
            raise self._not_active()
        if not self.container.type.is_cloud:
            self.state = ActivationState.RETURNING
            return
        self._end(ActivationState.RETURNED, at)

    def withdraw(self, *, at: datetime) -> None:
        """Withdraw the seat: at once from a cloud container, else with its next contact (spec A23)."""
        if self.state is not ActivationState.ACTIVE:
            raise self._not_active()
        self.state = ActivationState.WITHDRAWING
        if self.container.type.is_cloud:
            self._end(ActivationState.WITHDRAWN, at)

    def abort(self, *, at: datetime) -> None:
        """Abort a pending activation; a container that imported the file anyway will report an unexpected counter."""
        if self.state is not ActivationState.PENDING:
            raise self._not_active()
        self._end(ActivationState.ABORTED, at)

    def replace(self, *, at: datetime) -> None:
        """End it because its place was lost, which includes a withdrawal that never arrived (spec A23)."""
        self.require_restorable()
        self._end(ActivationState.REPLACED, at)

    def require_restorable(self) -> None:
        """Raise NotActive unless the activation can be restored."""
        if self.state not in (ActivationState.ACTIVE, ActivationState.WITHDRAWING):
            raise self._not_active()

    def end_with_container(self, *, at: datetime) -> None:
        """End it in any state, because its container is lost and will not answer pending files."""
        if self.state is ActivationState.PENDING:
            self._end(ActivationState.ABORTED, at)
        elif self.state is ActivationState.BORROWED:
            self._end(ActivationState.LAPSED, at)
        else:
            self._end(ActivationState.REPLACED, at)

    def lapse(self, *, at: datetime) -> None:
        """End the loan after its time; the borrower's license file has expired."""
        self.require_borrowed()
        self._end(ActivationState.LAPSED, at)

    def extend_loan(self, until: datetime, *, at: datetime, longest: timedelta) -> None:
        """Set the end of the loan, at most `longest` after it began."""
        self.require_borrowed()
        if until <= at:
            raise BadInput(f"a loan must end in the future, got {until:%Y-%m-%d %H:%M} UTC")
        if until > self.requested_at + longest:
            raise NotBorrowable(
                f"a seat of this license can be borrowed for at most {longest.days} days", days=longest.days
            )
        self.borrowed_until = until

    def require_borrowed(self) -> None:
        """Raise WrongState unless the activation is a loan."""
        if self.state is not ActivationState.BORROWED:
            raise WrongState(f"the activation is {self.state.lower()}, not borrowed", state=self.state)

    def _end(self, state: ActivationState, at: datetime) -> None:
        self.state, self.ended_at, self.seat, self.update_number = state, at, None, None

    def _not_active(self) -> NotActive:
        return NotActive(f"the activation is {self.state.lower()}", state=self.state)


class LicenseFile(Entity):
    """A signed file that License Central issued for an activation."""

    __tablename__ = "license_files"
    __table_args__ = (newest_first("license_files", "activation_id"),)

    activation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("activations.id"))
    key_id: Mapped[str]
    content: Mapped[str]
    removes: Mapped[bool] = mapped_column(server_default=sa.false())
    """Whether the file removes the license from its container instead of adding it."""

    activation: Mapped[Activation] = relationship()

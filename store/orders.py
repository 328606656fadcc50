"""License orders, from the portal or a shop."""

import enum
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.db.base import Entity, Json, newest_first, text_enum
from store.errors import Refusal, WrongState
from store.groups import Group
from store.products import LicenseTemplate
from store.tickets import Ticket
from store.users import User


class OrderSource(enum.StrEnum):
    """Where the order was placed."""

    PORTAL = "PORTAL"
    API = "API"


class OrderState(enum.StrEnum):
    """An order is fulfilled at once, or waits to be approved or rejected."""

    AWAITING_APPROVAL = "AWAITING_APPROVAL"
    FULFILLED = "FULFILLED"
    REJECTED = "REJECTED"


class ReferenceTaken(Refusal):
    """Another order has this external reference."""

    code = "EXTERNAL_REF_TAKEN"


class DemoExists(Refusal):
    """The owner has a demo license of this product; only one is allowed at a time."""

    code = "DEMO_EXISTS"


class LicenseOrder(Entity):
    """An order of licenses; a repeated external reference is the same order."""

    __tablename__ = "license_orders"
    __table_args__ = (
        sa.UniqueConstraint("source", "external_ref"),
        sa.CheckConstraint("quantity >= 1", name="quantity_is_positive"),
        sa.CheckConstraint("(state = 'REJECTED') = (reason IS NOT NULL)", name="rejected_has_reason"),
        sa.CheckConstraint("num_nonnulls(group_id, person_id) <= 1", name="one_recipient"),
        newest_first("license_orders"),
        newest_first("license_orders", "group_id"),
    )

    actor_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id"))
    template_id: Mapped[UUID] = mapped_column(sa.ForeignKey("license_templates.id"))
    group_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("groups.id"))
    person_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("users.id"))
    ticket_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("tickets.id"), unique=True)
    quantity: Mapped[int]
    parameters: Mapped[Json] = mapped_column(server_default=sa.text("'{}'"))
    starts_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    source: Mapped[OrderSource] = mapped_column(text_enum(OrderSource))
    external_ref: Mapped[str | None]
    state: Mapped[OrderState] = mapped_column(text_enum(OrderState))
    reason: Mapped[str | None]

    actor: Mapped[User] = relationship(foreign_keys=actor_id)
    template: Mapped[LicenseTemplate] = relationship()
    group: Mapped[Group | None] = relationship()
    person: Mapped[User | None] = relationship(foreign_keys=person_id)
    ticket: Mapped[Ticket | None] = relationship()

    def decide(self, *, reason: str | None = None) -> None:
        """Approve the order, or reject it with a reason."""
        if self.state is not OrderState.AWAITING_APPROVAL:
            raise WrongState(f"the order is {self.state.lower()}", state=self.state)
        self.state, self.reason = (OrderState.REJECTED, reason) if reason else (OrderState.FULFILLED, None)

    def is_same_as(self, other: "LicenseOrder") -> bool:
        """Whether an order with the same external reference repeats this one."""
        compared = ("template_id", "group_id", "person_id", "quantity", "parameters", "starts_at", "expires_at")
        return all(getattr(self, name) == getattr(other, name) for name in compared)

"""Licenses: who owns them, who may use them, and for how long."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.containers import ContainerType
from store.db.base import Base, Entity, Json, text_enum
from store.db.periods import DAY, Period, parse_period, term_end, term_number_at
from store.errors import WrongState
from store.groups import Group
from store.license_errors import (
    ContainerTypeNotAllowed,
    LicenseExpired,
    LicenseNotUsable,
    NotAssigned,
    NoticePassed,
    NotShared,
    TargetOutsideOwner,
)
from store.license_models import PRESETS, ModelCell, ModelRuleBroken, QuantityChange, Renewal, RenewalBasis
from store.license_states import Lifecycle, Visibility
from store.license_table import CONSTRAINTS, RENEWS_AT
from store.products import Feature, LicenseModel, Product
from store.projects import Project
from store.tickets import Ticket
from store.users import User

if TYPE_CHECKING:
    from store.activations import Activation
    from store.orders import LicenseOrder


class License(Entity):
    """A right to use a product, owned by a user (B2C) or by a group (B2B) that assigns it.

    The owner is the user or group that the license was created for. The assignee may use it: a user, a group or a
    project. An unassigned license of a group is visible only to the group's administrators.
    """

    __tablename__ = "licenses"
    __table_args__ = CONSTRAINTS

    product_id: Mapped[UUID] = mapped_column(sa.ForeignKey("products.id"))
    ticket_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("tickets.id"))
    order_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("license_orders.id"))
    model: Mapped[LicenseModel] = mapped_column(text_enum(LicenseModel))
    quantity: Mapped[int]
    owner_group_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("groups.id"))
    owner_user_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("users.id"))
    assigned_user_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("users.id"))
    assigned_group_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("groups.id"))
    assigned_project_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("projects.id"))
    visibility: Mapped[Visibility] = mapped_column(text_enum(Visibility), server_default=Visibility.ADMIN_ONLY)
    lifecycle: Mapped[Lifecycle] = mapped_column(text_enum(Lifecycle), server_default=Lifecycle.VALID)
    starts_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    expires_at: Mapped[datetime | None]
    anchor_at: Mapped[datetime | None]
    period: Mapped[str | None]
    days: Mapped[int | None]
    time_pool_days: Mapped[int] = mapped_column(server_default="0")
    first_activated_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    auto_renew: Mapped[bool] = mapped_column(server_default=sa.false())
    generation: Mapped[int] = mapped_column(server_default="1")
    not_for_resale: Mapped[bool] = mapped_column(server_default=sa.false())
    deactivation_allowed: Mapped[bool | None]
    container_types: Mapped[list[str] | None] = mapped_column(ARRAY(sa.Text))
    next_quantity: Mapped[int | None]
    notice_days: Mapped[int] = mapped_column(server_default="0")
    renewal_basis: Mapped[RenewalBasis] = mapped_column(
        text_enum(RenewalBasis), server_default=RenewalBasis.FROM_EXPIRY
    )
    renews_at: Mapped[datetime | None] = mapped_column(sa.Computed(RENEWS_AT, persisted=True))
    rules: Mapped[Json] = mapped_column(server_default=sa.text("'{}'"))

    product: Mapped[Product] = relationship()
    ticket: Mapped[Ticket | None] = relationship()
    order: Mapped["LicenseOrder | None"] = relationship(foreign_keys=order_id)
    owner_group: Mapped[Group | None] = relationship(foreign_keys=owner_group_id)
    owner_user: Mapped[User | None] = relationship(foreign_keys=owner_user_id)
    assigned_user: Mapped[User | None] = relationship(foreign_keys=assigned_user_id)
    assigned_group: Mapped[Group | None] = relationship(foreign_keys=assigned_group_id)
    assigned_project: Mapped[Project | None] = relationship(foreign_keys=assigned_project_id)
    activations: Mapped[list["Activation"]] = relationship(back_populates="license", viewonly=True)
    features: Mapped[list[Feature]] = relationship(secondary="license_features")

    def require_usable(self, *, at: datetime) -> None:
        """Raise unless it is valid: from `starts_at` until, and excluding, `expires_at` (spec 1.4)."""
        if self.lifecycle in (Lifecycle.SUSPENDED, Lifecycle.REVOKED):
            raise LicenseNotUsable(f"the license is {self.lifecycle.lower()}", state=self.lifecycle)
        if at < self.starts_at:
            raise LicenseNotUsable(f"the license starts on {self.starts_at:%Y-%m-%d}", state=Lifecycle.SCHEDULED)
        if self.lifecycle is Lifecycle.EXPIRED or (self.expires_at is not None and self.expires_at <= at):
            until = f" on {self.expires_at:%Y-%m-%d}" if self.expires_at else ""
            raise LicenseExpired(f"the license expired{until}", state=Lifecycle.EXPIRED)

    def state_at(self, at: datetime) -> Lifecycle:
        """The lifecycle state at an instant, even if the row was not updated yet."""
        if self.lifecycle in (Lifecycle.SUSPENDED, Lifecycle.REVOKED):
            return self.lifecycle
        if at < self.starts_at:
            return Lifecycle.SCHEDULED
        return Lifecycle.EXPIRED if self.expires_at is not None and self.expires_at <= at else Lifecycle.VALID

    def update_lifecycle(self, *, at: datetime) -> bool:
        """Update the lifecycle state to an instant; return whether it changed."""
        before, self.lifecycle = self.lifecycle, self.state_at(at)
        return self.lifecycle is not before

    def start_clock(self, at: datetime) -> None:
        """Start the days of a prepaid or demo license with its first activation (spec 1.3)."""
        self.first_activated_at = self.first_activated_at or at
        if self.days is not None and self.expires_at is None:
            self.expires_at = _after(at, self.days)

    def renew(self, *, at: datetime, taken: int = 0, automatic: bool = False) -> None:
        """Extend it by one period, counted from the anchor.

        A quantity announced for the next term does not go below the `taken` seats. An automatic renewal was decided
        before the license expired, and therefore always continues from there, however late the job runs.
        """
        preset = PRESETS[self.model]
        if preset.renewal not in (Renewal.AUTOMATIC, Renewal.MANUAL) or self.expires_at is None:
            raise self._rule_broken("a license of this kind cannot be renewed", ModelCell.RENEWAL)
        if automatic and preset.renewal is not Renewal.AUTOMATIC:
            raise self._rule_broken("a license of this model cannot renew automatically", ModelCell.RENEWAL)
        self._require_state(at, Lifecycle.VALID, Lifecycle.EXPIRED, to="renewed")
        period = parse_period(self.period or preset.period or "P1Y")
        anchor = self.anchor_at or self.expires_at
        number = term_number_at(anchor, period, self.expires_at)
        if number is None:  # the end was set explicitly, and becomes the new anchor
            anchor, number = self.expires_at, 0
        if self.renewal_basis is RenewalBasis.FROM_NOW_IF_EXPIRED and self.expires_at <= at and not automatic:
            anchor, number = at, 0
        self.anchor_at, self.expires_at = anchor, term_end(anchor, period, number + 1)
        self.cancelled_at = None
        if self.next_quantity is not None:
            self.quantity, self.next_quantity = max(self.next_quantity, taken), None
        self.update_lifecycle(at=at)

    def add_days(self, days: int, *, at: datetime) -> None:
        """Extend it to `max(now, expires_at) + days`; days that have not started yet still wait for the first activation."""
        if PRESETS[self.model].renewal is not Renewal.BY_DAYS:
            raise self._rule_broken("days can be added only to a prepaid license", ModelCell.RENEWAL)
        self._require_state(at, Lifecycle.VALID, Lifecycle.EXPIRED, Lifecycle.SCHEDULED, to="extended")
        if self.expires_at is None:
            self.days = (self.days or 0) + days
            # The days must fit into the calendar whenever the license is first activated.
            _after(max(at, self.starts_at), self.days)
            return
        self.expires_at = _after(max(at, self.expires_at), days)
        self.update_lifecycle(at=at)

    def add_contingent_days(self, days: int, *, at: datetime) -> None:
        """Add days of a time contingent, which start immediately (spec 1.4)."""
        self.add_days(days, at=at)
        if self.expires_at is None and self.days is not None:
            self.expires_at = _after(max(at, self.starts_at), self.days)

    def is_renewal_due(self, at: datetime) -> bool:
        """Whether the next term is decided at an instant: it was not canceled before the period of notice."""
        if not self.auto_renew or self.cancelled_at is not None or self.expires_at is None:
            return False
        return self.expires_at - self.notice_days * DAY <= at

    def set_auto_renew(self, *, on: bool, at: datetime) -> None:
        """Switch automatic renewal; off only before the period of notice, as for canceling."""
        if on and PRESETS[self.model].renewal is not Renewal.AUTOMATIC:
            raise self._rule_broken("a license of this model cannot renew automatically", ModelCell.RENEWAL)
        if self.auto_renew and not on:
            self._require_notice(at)
        self.auto_renew = on

    def require_not_revoked(self, *, at: datetime) -> None:
        if self.lifecycle is Lifecycle.REVOKED:
            raise WrongState("the license is revoked", state=self.state_at(at))

    def cancel(self, *, at: datetime) -> None:
        """Let it end with the current term; possible until the period of notice."""
        if PRESETS[self.model].renewal is not Renewal.AUTOMATIC or self.expires_at is None:
            raise self._rule_broken("only a subscription can be canceled", ModelCell.RENEWAL)
        self._require_state(at, Lifecycle.VALID, Lifecycle.SCHEDULED, to="canceled")
        if self.cancelled_at is not None:
            raise WrongState("the license was canceled before", state="CANCELLED")
        self._require_notice(at)
        self.cancelled_at = at

    def change_quantity(self, quantity: int) -> None:
        """Change the number of seats, at once or with the next term, depending on the license model."""
        preset = PRESETS[self.model]
        rule, most = preset.quantity_change, preset.max_seats
        if rule is QuantityChange.NEVER or quantity < preset.min_seats or (most is not None and quantity > most):
            bound = preset.min_seats if quantity < preset.min_seats else most or self.quantity
            raise self._rule_broken(
                f"a license of this model cannot have {quantity} seats", ModelCell.QUANTITY, limit=bound
            )
        if rule is QuantityChange.AT_RENEWAL:
            self.next_quantity = None if quantity == self.quantity else quantity
            return
        if quantity < self.quantity:
            raise self._rule_broken(
                "seats can only be added to a license of this model, not removed",
                ModelCell.QUANTITY,
                limit=self.quantity,
            )
        self.quantity = quantity

    def suspend(self, *, at: datetime) -> None:
        """Suspend it; its time continues to run."""
        self._require_state(at, Lifecycle.VALID, Lifecycle.EXPIRED, to="suspended")
        self.lifecycle = Lifecycle.SUSPENDED

    def reinstate(self, *, at: datetime) -> None:
        """End the suspension; the state follows from the current time."""
        self._require_state(at, Lifecycle.SUSPENDED, to="reinstated")
        self.lifecycle = Lifecycle.VALID
        self.update_lifecycle(at=at)

    def revoke(self, *, at: datetime) -> None:
        """Revoke it permanently."""
        self.require_not_revoked(at=at)
        self.lifecycle = Lifecycle.REVOKED

    def require_container(self, kind: ContainerType) -> None:
        """Raise unless it can be activated in this type of container, as its template says; without one, in any."""
        if self.container_types is not None and kind not in self.container_types:
            raise ContainerTypeNotAllowed(f"this license cannot be activated in a {kind} container", state=kind)

    def _require_notice(self, at: datetime) -> None:
        if self.expires_at is not None and at >= (deadline := self.expires_at - self.notice_days * DAY):
            raise NoticePassed(
                f"the license could be canceled only before {deadline:%Y-%m-%d %H:%M} UTC",
                deadline=deadline.isoformat(),
            )

    def _require_state(self, at: datetime, *states: Lifecycle, to: str) -> None:
        if (state := self.state_at(at)) not in states:
            raise WrongState(f"a license that is {state.lower()} cannot be {to}", state=state)

    def _rule_broken(self, message: str, cell: ModelCell, *, limit: int | None = None) -> ModelRuleBroken:
        return ModelRuleBroken(message, model=self.model, cell=cell, limit=limit)

    def assign_to(self, target: "User | Group | Project", *, at: datetime) -> None:
        """Assign it to a user, a group or a project; a personal (B2C) license stays with its owner."""
        self.require_usable(at=at)
        if self.owner_group_id is None:
            raise TargetOutsideOwner("a personal license cannot be assigned to others; it stays with its owner")
        self._clear()
        match target:
            case User():
                self.assigned_user_id = target.id
            case Group():
                self.assigned_group_id = target.id
            case Project():
                self.assigned_project_id = target.id

    def unassign(self) -> None:
        """Return it to the pool of the owner group, which only its administrators see."""
        if self.owner_group_id is None:
            raise TargetOutsideOwner("a personal license cannot be assigned to others; it stays with its owner")
        if self.assigned_user_id is None and self.assigned_group_id is None and self.assigned_project_id is None:
            raise NotAssigned("the license is not assigned", state=self.lifecycle)
        self._clear()

    def set_visibility(self, visibility: Visibility) -> None:
        """Make a license of a group or project visible to all its members, or only to administrators."""
        if self.assigned_group_id is None and self.assigned_project_id is None:
            raise NotShared(
                "only a license that is assigned to a group or project has a visibility; assign it first",
                state=self.lifecycle,
            )
        self.visibility = visibility

    def _clear(self) -> None:
        self.assigned_user_id = self.assigned_group_id = self.assigned_project_id = None
        self.visibility = Visibility.ADMIN_ONLY


class LicenseFeature(Base):
    """A feature that is enabled in a license."""

    __tablename__ = "license_features"

    license_id: Mapped[UUID] = mapped_column(sa.ForeignKey("licenses.id", ondelete="CASCADE"), primary_key=True)
    feature_id: Mapped[UUID] = mapped_column(sa.ForeignKey("features.id"), primary_key=True)


def _after(start: datetime, days: int) -> datetime:
    """The instant this many days later; raises BadInput after the end of the calendar."""
    return term_end(start, Period(months=0, days=days), 1)

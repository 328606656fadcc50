"""The right to use a product: whose it is, who may use it, and until when."""

import enum
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.errors import Refusal, WrongState
from store.groups import Group
from store.mapping import Entity, Json, Record, choice, newest_first
from store.models import RenewalBasis
from store.products import Feature, LicenseModel, Product
from store.projects import Project
from store.tickets import Ticket
from store.users import User

if TYPE_CHECKING:
    from store.activations import Activation
    from store.orders import LicenseOrder

# The last instant to cancel at, from which the next term is settled. Days of 24 hours need no time zone, and so an
# index may hold it; it is written as PostgreSQL writes it back.
_RENEWS_AT = (
    "CASE WHEN auto_renew AND cancelled_at IS NULL "
    "THEN ((expires_at AT TIME ZONE 'UTC'::text) - notice_days::double precision * '1 day'::interval) "
    "AT TIME ZONE 'UTC'::text ELSE NULL::timestamp with time zone END"
)


class Visibility(enum.StrEnum):
    """Whether plain members see what is assigned to their group or project."""

    PUBLIC = "PUBLIC"
    ADMIN_ONLY = "ADMIN_ONLY"


class Lifecycle(enum.StrEnum):
    """The states of spec 1.2; CANCELLED is no state but an instant, the license runs to its end."""

    SCHEDULED = "SCHEDULED"
    VALID = "VALID"
    EXPIRED = "EXPIRED"
    SUSPENDED = "SUSPENDED"
    REVOKED = "REVOKED"


class LicenseExpired(WrongState):
    """The license's time is over; it can be read, not used (spec A20)."""

    code = "LICENSE_EXPIRED"


class LicenseNotUsable(WrongState):
    """The license is scheduled, suspended or revoked."""

    code = "LICENSE_NOT_USABLE"


class OutsideOwner(Refusal):
    """A license of a group goes only to people, groups and projects of that group and below."""

    code = "TARGET_OUTSIDE_OWNER"


class NotAssigned(WrongState):
    """There is no assignment to take away."""

    code = "NOT_ASSIGNED"


class NotShared(WrongState):
    """Only what is assigned to a group or a project can be public or admin only."""

    code = "NOT_SHARED"


class License(Entity):
    """A right to use a product, for one person (B2C) or for a group (B2B) that hands it on.

    The owner is who the license was made for. The assignee is who may use it: a person, a group, a project, or nobody
    yet; then only the owner group's administrators see it.
    """

    __tablename__ = "licenses"
    __table_args__ = (
        sa.CheckConstraint("num_nonnulls(owner_user_id, owner_group_id) = 1", name="one_owner"),
        sa.CheckConstraint(
            "num_nonnulls(assigned_user_id, assigned_group_id, assigned_project_id) <= 1", name="one_assignee"
        ),
        sa.CheckConstraint(
            "owner_user_id IS NULL OR (assigned_group_id IS NULL AND assigned_project_id IS NULL)",
            name="personal_stays_personal",
        ),
        sa.CheckConstraint(
            "visibility = 'ADMIN_ONLY' OR num_nonnulls(assigned_group_id, assigned_project_id) = 1",
            name="public_is_shared",
        ),
        sa.CheckConstraint("quantity >= 1", name="quantity_is_positive"),
        sa.CheckConstraint(
            "model NOT IN ('PERPETUAL_SINGLE_USER', 'SINGLE_USER_SUBSCRIPTION') OR quantity = 1",
            name="single_user_is_one",
        ),
        sa.CheckConstraint("model <> 'PERPETUAL_MULTI_USER' OR quantity >= 2", name="multi_user_is_many"),
        sa.CheckConstraint(
            "model NOT IN ('PERPETUAL_SINGLE_USER', 'PERPETUAL_MULTI_USER') OR expires_at IS NULL",
            name="perpetual_has_no_end",
        ),
        sa.CheckConstraint("expires_at > starts_at", name="ends_after_start"),
        sa.CheckConstraint("time_pool_days >= 0", name="pool_is_positive"),
        sa.CheckConstraint("generation >= 1", name="generation_is_positive"),
        sa.CheckConstraint("next_quantity >= 1", name="next_quantity_is_positive"),
        sa.CheckConstraint("notice_days >= 0", name="notice_is_positive"),
        sa.CheckConstraint("days >= 1", name="days_are_positive"),
        newest_first("licenses"),
        newest_first("licenses", "owner_group_id"),
        newest_first("licenses", "owner_user_id", postgresql_where=sa.text("owner_user_id IS NOT NULL")),
        newest_first("licenses", "assigned_group_id", postgresql_where=sa.text("assigned_group_id IS NOT NULL")),
        newest_first("licenses", "assigned_user_id", postgresql_where=sa.text("assigned_user_id IS NOT NULL")),
        newest_first("licenses", "assigned_project_id", postgresql_where=sa.text("assigned_project_id IS NOT NULL")),
        newest_first("licenses", "product_id"),
        sa.Index("ix_licenses_expires_at", "expires_at", "id", postgresql_where=sa.text("expires_at IS NOT NULL")),
        sa.Index("ix_licenses_ticket_id", "ticket_id"),
        sa.Index("ix_licenses_order_id", "order_id", postgresql_where=sa.text("order_id IS NOT NULL")),
        sa.Index("ix_licenses_renews_at", "renews_at", "id", postgresql_where=sa.text("renews_at IS NOT NULL")),
        sa.Index("ix_licenses_scheduled", "starts_at", "id", postgresql_where=sa.text("lifecycle = 'SCHEDULED'")),
    )

    product_id: Mapped[UUID] = mapped_column(sa.ForeignKey("products.id"))
    ticket_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("tickets.id"))
    order_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("license_orders.id"))
    model: Mapped[LicenseModel] = mapped_column(choice(LicenseModel))
    quantity: Mapped[int]
    owner_group_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("groups.id"))
    owner_user_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("users.id"))
    assigned_user_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("users.id"))
    assigned_group_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("groups.id"))
    assigned_project_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("projects.id"))
    visibility: Mapped[Visibility] = mapped_column(choice(Visibility), server_default=Visibility.ADMIN_ONLY)
    lifecycle: Mapped[Lifecycle] = mapped_column(choice(Lifecycle), server_default=Lifecycle.VALID)
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
    renewal_basis: Mapped[RenewalBasis] = mapped_column(choice(RenewalBasis), server_default=RenewalBasis.FROM_EXPIRY)
    renews_at: Mapped[datetime | None] = mapped_column(sa.Computed(_RENEWS_AT, persisted=True))
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
        """Valid from `starts_at` up to, and not including, `expires_at` (spec 1.4)."""
        if self.lifecycle in (Lifecycle.SUSPENDED, Lifecycle.REVOKED):
            raise LicenseNotUsable(f"the license is {self.lifecycle.lower()}", state=self.lifecycle)
        if at < self.starts_at:
            raise LicenseNotUsable(f"the license starts on {self.starts_at:%Y-%m-%d}", state=Lifecycle.SCHEDULED)
        if self.lifecycle is Lifecycle.EXPIRED or (self.expires_at is not None and self.expires_at <= at):
            until = f" on {self.expires_at:%Y-%m-%d}" if self.expires_at else ""
            raise LicenseExpired(f"the license expired{until}", state=Lifecycle.EXPIRED)

    def assign_to(self, target: "User | Group | Project", *, at: datetime) -> None:
        """Give the license to a person, a group or a project; a personal (B2C) license stays with its owner."""
        self.require_usable(at=at)
        if self.owner_group_id is None:
            raise OutsideOwner("a personal license stays with its owner")
        self._clear()
        match target:
            case User():
                self.assigned_user_id = target.id
            case Group():
                self.assigned_group_id = target.id
            case Project():
                self.assigned_project_id = target.id

    def unassign(self) -> None:
        """Back to the owner group's pool, for its administrators only."""
        if self.owner_group_id is None:
            raise OutsideOwner("a personal license stays with its owner")
        if self.assigned_user_id is None and self.assigned_group_id is None and self.assigned_project_id is None:
            raise NotAssigned("the license is not assigned", state=self.lifecycle)
        self._clear()

    def show(self, visibility: Visibility) -> None:
        """Make a license of a group or project visible to all its members, or to administrators only."""
        if self.assigned_group_id is None and self.assigned_project_id is None:
            raise NotShared(
                "only a license that is assigned to a group or project can be shown or hidden", state=self.lifecycle
            )
        self.visibility = visibility

    def _clear(self) -> None:
        self.assigned_user_id = self.assigned_group_id = self.assigned_project_id = None
        self.visibility = Visibility.ADMIN_ONLY


class LicenseFeature(Record):
    """A feature that is switched on in a license."""

    __tablename__ = "license_features"

    license_id: Mapped[UUID] = mapped_column(sa.ForeignKey("licenses.id", ondelete="CASCADE"), primary_key=True)
    feature_id: Mapped[UUID] = mapped_column(sa.ForeignKey("features.id"), primary_key=True)

"""Grants: the right to create, modify or revoke licenses of a category within bounds."""

import enum
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.db.base import Entity, text_enum
from store.errors import Refusal, WrongState
from store.groups import Group
from store.products import Category, LicenseModel

if TYPE_CHECKING:
    from store.users import User


class GrantVerb(enum.StrEnum):
    """What a grant allows its holder to do with licenses of the category."""

    CREATE = "CREATE"
    MODIFY = "MODIFY"
    REVOKE = "REVOKE"


class GrantBound(enum.StrEnum):
    """A bound of a grant."""

    VERBS = "VERBS"
    SCOPE = "SCOPE"
    QUANTITY = "QUANTITY"
    DAYS = "DAYS"
    MODELS = "MODELS"


class GrantBoundExceeded(Refusal):
    """The request exceeds a grant; `bound` says in which respect, `limit` how much is allowed."""

    code = "OVER_BOUND"

    def __init__(self, message: str, *, bound: GrantBound, limit: int | None = None) -> None:
        super().__init__(message, bound=bound, limit=limit)


class GrantState(enum.StrEnum):
    """Revoking a grant revokes all grants passed on from it, in the same transaction (spec A17)."""

    ACTIVE = "ACTIVE"
    REVOKED = "REVOKED"


class CategoryGrant(Entity):
    """The right to create, modify or revoke licenses of a category, for a group and its subgroups."""

    __tablename__ = "category_grants"
    __table_args__ = (
        sa.CheckConstraint("can_create OR can_modify OR can_revoke", name="grants_a_verb"),
        sa.CheckConstraint("max_quantity > 0 AND max_days > 0", name="bounds_are_positive"),
        sa.CheckConstraint("(state = 'REVOKED') = (revoked_at IS NOT NULL)", name="revoked_has_instant"),
        sa.Index("ix_category_grants_holder_id_category_id", "holder_id", "category_id"),
        sa.Index("ix_category_grants_category_id_scope_group_id", "category_id", "scope_group_id"),
        sa.Index("ix_category_grants_scope_group_id", "scope_group_id"),
    )

    category_id: Mapped[UUID] = mapped_column(sa.ForeignKey("categories.id"))
    holder_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id"))
    scope_group_id: Mapped[UUID] = mapped_column(sa.ForeignKey("groups.id"))
    can_create: Mapped[bool] = mapped_column(server_default=sa.false())
    can_modify: Mapped[bool] = mapped_column(server_default=sa.false())
    can_revoke: Mapped[bool] = mapped_column(server_default=sa.false())
    max_quantity: Mapped[int | None]
    max_days: Mapped[int | None]
    models: Mapped[list[str] | None] = mapped_column(ARRAY(sa.Text))
    granted_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id"))
    passed_on_from_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("category_grants.id"), index=True)
    state: Mapped[GrantState] = mapped_column(text_enum(GrantState), server_default=GrantState.ACTIVE)
    revoked_at: Mapped[datetime | None]

    category: Mapped[Category] = relationship()
    holder: Mapped["User"] = relationship(foreign_keys=holder_id)
    scope_group: Mapped[Group] = relationship()
    granted_by: Mapped["User"] = relationship(foreign_keys=granted_by_id)

    @property
    def verbs(self) -> set[GrantVerb]:
        flags = {
            GrantVerb.CREATE: self.can_create,
            GrantVerb.MODIFY: self.can_modify,
            GrantVerb.REVOKE: self.can_revoke,
        }
        return {verb for verb, flag in flags.items() if flag}

    def set_verbs(self, verbs: Collection[GrantVerb]) -> None:
        self.can_create, self.can_modify, self.can_revoke = (verb in verbs for verb in GrantVerb)

    def require_within(self, *, quantity: int, days: int | None, model: LicenseModel) -> None:
        """Raise GrantBoundExceeded unless the grant covers this many seats and days (None: unlimited) and the model."""
        if self.models is not None and model not in self.models:
            raise GrantBoundExceeded(f"the grant does not include the license model {model}", bound=GrantBound.MODELS)
        if self.max_quantity is not None and quantity > self.max_quantity:
            raise GrantBoundExceeded(
                f"the grant allows at most {self.max_quantity} seats, got {quantity}",
                bound=GrantBound.QUANTITY,
                limit=self.max_quantity,
            )
        if self.max_days is not None and (days is None or days > self.max_days):
            raise GrantBoundExceeded(
                f"the grant allows at most {self.max_days} days, got {'no end' if days is None else days}",
                bound=GrantBound.DAYS,
                limit=self.max_days,
            )

    def require_covers(self, other: "CategoryGrant") -> None:
        """Raise GrantBoundExceeded unless this grant includes everything that `other`, passed on from it, does."""
        if missing := other.verbs - self.verbs:
            raise GrantBoundExceeded(
                f"your own grant does not include {', '.join(sorted(missing))}", bound=GrantBound.VERBS
            )
        for own, passed_on, bound, unit in (
            (self.max_quantity, other.max_quantity, GrantBound.QUANTITY, "seats"),
            (self.max_days, other.max_days, GrantBound.DAYS, "days"),
        ):
            if own is not None and (passed_on is None or passed_on > own):
                raise GrantBoundExceeded(f"your own grant allows at most {own} {unit}", bound=bound, limit=own)
        if self.models is not None and (other.models is None or not set(other.models) <= set(self.models)):
            raise GrantBoundExceeded(
                "your own grant does not include all of these license models", bound=GrantBound.MODELS
            )

    def require_not_revoked(self) -> None:
        if self.state is GrantState.REVOKED:
            raise WrongState("the grant is revoked", state=self.state)

    def revoke(self, *, at: datetime) -> None:
        self.require_not_revoked()
        self.state, self.revoked_at = GrantState.REVOKED, at

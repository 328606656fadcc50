"""Restore cases of lost, damaged, reinstalled or stolen containers, and the rules that decide them.

A license stores its rules as JSON in `rules`; a rule that it does not set comes from its template, else from the defaults:

    restores                        {"count": 3, "window_days": 365, "initial": 0}
    reinstalls                      {"count": 5, "window_days": 365, "initial": 0}, for the same machine set up again
    deactivations                   none: a seat can be returned without limit
    warn_at                         the count of restores: the case that reaches it is reported to administrators
    over_limit                      "MANUAL": the vendor decides; or "DENY"
    allow_transfer_without_original false: then `without_original` decides
    without_original                "MANUAL"; or "DENY"
    on_loss                         "CONTAINER": the lost container is blocked; or "LICENSE": only the license is withdrawn
    max_borrow_days                 14; 0: seats cannot be borrowed

Windows are rolling: a case counts if it was completed after `now - window`. The first `initial` cases of a license do not
count.
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.activations import Activation
from store.containers import Container
from store.db.base import Base, Entity, newest_first, text_enum
from store.errors import Refusal, WrongState
from store.licenses import License
from store.users import User


class RestoreReason(enum.StrEnum):
    """Why an activation has to be restored."""

    LOST = "LOST"
    DAMAGED = "DAMAGED"
    REINSTALL = "REINSTALL"
    STOLEN = "STOLEN"


class RestoreState(enum.StrEnum):
    """The state of a case: within the limits the rules decide it at once, above them the vendor does."""

    AWAITING_APPROVAL = "AWAITING_APPROVAL"
    DENIED = "DENIED"
    COMPLETED = "COMPLETED"


_LONGEST = timedelta(days=36_600)


class Verdict(enum.StrEnum):
    """The decision of the rules about a case, from the most lenient to the strictest."""

    AUTO = "AUTO"
    MANUAL = "MANUAL"
    DENY = "DENY"


class RestoreOpen(WrongState):
    """The loss was reported before, and its case is not decided yet."""

    code = "RESTORE_OPEN"


class DeactivationLimit(Refusal):
    """The license was deactivated as often as its rules allow in the window."""

    code = "DEACTIVATION_LIMIT"


@dataclass(frozen=True, slots=True)
class Limit:
    """A number of cases within a rolling window; the first `initial` ones do not count."""

    count: int
    window: timedelta = timedelta(days=365)
    initial: int = 0

    def used(self, instants: Sequence[datetime], *, now: datetime) -> int:
        """How many of the cases completed at `instants` count now."""
        return sum(instant > now - self.window for instant in sorted(instants)[self.initial :])

    def allows(self, instants: Sequence[datetime], *, now: datetime) -> bool:
        return len(instants) < self.initial or self.used(instants, now=now) < self.count

    @classmethod
    def from_json(cls, stored: Any) -> Self | None:
        if stored is None:
            return None
        return cls(int(stored["count"]), _days(stored.get("window_days", 365)), int(stored.get("initial", 0)))


GROUP_RESTORE_LIMIT = Limit(10, timedelta(days=30))
"""The number of cases over all licenses of a group that is reported as an anomaly."""


@dataclass(frozen=True, slots=True)
class RecoveryRules:
    """The rules of a license for restores, deactivations, transfers and borrowing."""

    restores: Limit = Limit(3)
    reinstalls: Limit = Limit(5)
    deactivations: Limit | None = None
    warn_at: int = 3
    over_limit: Verdict = Verdict.MANUAL
    allow_transfer_without_original: bool = False
    without_original: Verdict = Verdict.MANUAL
    blocks_container: bool = True
    max_borrow: timedelta = timedelta(days=14)

    @classmethod
    def from_json(cls, *stored: Mapping[str, Any] | None) -> Self:
        """Merge stored rules, the most specific first; raises ValueError, TypeError or KeyError for invalid ones."""
        merged: dict[str, Any] = {}
        for rules in reversed(stored):
            merged |= rules or {}
        restores = Limit.from_json(merged.get("restores")) or Limit(3)
        return cls(
            restores=restores,
            reinstalls=Limit.from_json(merged.get("reinstalls")) or Limit(5),
            deactivations=Limit.from_json(merged.get("deactivations")),
            warn_at=int(merged.get("warn_at", restores.count)),
            over_limit=Verdict(merged.get("over_limit", Verdict.MANUAL)),
            allow_transfer_without_original=bool(merged.get("allow_transfer_without_original", False)),
            without_original=Verdict(merged.get("without_original", Verdict.MANUAL)),
            blocks_container=merged.get("on_loss", "CONTAINER") == "CONTAINER",
            max_borrow=_days(merged.get("max_borrow_days", 14)),
        )

    def limit_for(self, reason: RestoreReason) -> Limit:
        return self.reinstalls if reason is RestoreReason.REINSTALL else self.restores

    def verdict(self, reason: RestoreReason, completed: Sequence[datetime], *, now: datetime) -> Verdict:
        return Verdict.AUTO if self.limit_for(reason).allows(completed, now=now) else self.over_limit


def _days(number: Any) -> timedelta:
    """The timedelta of a number of days; raises ValueError outside 0 to 36,600 days."""
    span = timedelta(days=number)
    if not timedelta() <= span <= _LONGEST:
        raise ValueError(number)
    return span


def recovery_rules(license: License) -> RecoveryRules:
    """The rules of a license, completed by those of its template and the defaults; the order must be loaded."""
    template = license.order.template.rules if license.order else None
    return RecoveryRules.from_json(license.rules, template)


class RestoreCase(Entity):
    """A reported loss: of one activation, or of a container with all its licenses."""

    __tablename__ = "restore_cases"
    __table_args__ = (
        sa.CheckConstraint("num_nonnulls(activation_id, lost_container_id) = 1", name="one_subject"),
        newest_first("restore_cases"),
        newest_first("restore_cases", "activation_id"),
        newest_first("restore_cases", "lost_container_id"),
    )

    activation_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("activations.id"))
    lost_container_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("containers.id"))
    reason: Mapped[RestoreReason] = mapped_column(text_enum(RestoreReason))
    state: Mapped[RestoreState] = mapped_column(text_enum(RestoreState))
    requested_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id"))
    decided_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]

    activation: Mapped[Activation | None] = relationship()
    lost_container: Mapped[Container | None] = relationship()
    requested_by: Mapped[User] = relationship(foreign_keys=requested_by_id)
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id)

    def decide_by_rule(self, verdict: Verdict, *, at: datetime) -> None:
        """Complete or deny the new case as its rules say, or leave it to the vendor."""
        self._require_undecided()
        match verdict:
            case Verdict.AUTO:
                self.state, self.decided_at, self.completed_at = RestoreState.COMPLETED, at, at
            case Verdict.DENY:
                self.state, self.decided_at = RestoreState.DENIED, at

    def approve(self, *, by: UUID, at: datetime) -> None:
        self._require_undecided()
        self.state, self.decided_by_id, self.decided_at, self.completed_at = RestoreState.COMPLETED, by, at, at

    def deny(self, *, by: UUID, at: datetime) -> None:
        self._require_undecided()
        self.state, self.decided_by_id, self.decided_at = RestoreState.DENIED, by, at

    def _require_undecided(self) -> None:
        if self.state is not RestoreState.AWAITING_APPROVAL:
            raise WrongState(f"the case is {self.state.lower()}", state=self.state)


class RestoredActivation(Base):
    """An activation that a case has replaced."""

    __tablename__ = "restored_activations"
    __table_args__ = (sa.Index("ix_restored_activations_activation_id", "activation_id"),)

    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("restore_cases.id", ondelete="CASCADE"), primary_key=True)
    activation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("activations.id"), primary_key=True)

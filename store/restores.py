"""The case of a lost, damaged, reinstalled or stolen container, and the rules by which it is decided.

A license keeps its rules as JSON in `rules`; where it says nothing its template does, and else the defaults hold:

    restores                        {"count": 3, "window_days": 365, "initial": 0}
    reinstalls                      {"count": 5, "window_days": 365, "initial": 0}   the same machine, set up anew
    deactivations                   none: a seat is given back as often as one likes
    warn_at                         the count of restores: the case that reaches it tells the administrators
    over_limit                      "MANUAL": the vendor decides; or "DENY"
    allow_transfer_without_original false: then `without_original` says what becomes of the wish
    without_original                "MANUAL"; or "DENY"
    on_loss                         "CONTAINER": the lost container is blocked; or "LICENSE": only the license leaves it
    max_borrow_days                 14; 0: its seats are not lent

Windows roll: a case counts while it was completed later than `now - window`. The first `initial` cases of a license's
life do not count.
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
    """Why the old place of a license is gone."""

    LOST = "LOST"
    DAMAGED = "DAMAGED"
    REINSTALL = "REINSTALL"
    STOLEN = "STOLEN"


class RestoreState(enum.StrEnum):
    """Decided by rule where the limits allow, by the vendor above them."""

    AWAITING_APPROVAL = "AWAITING_APPROVAL"
    DENIED = "DENIED"
    COMPLETED = "COMPLETED"


_LONGEST = timedelta(days=36_600)


class Verdict(enum.StrEnum):
    """What the rules say to a case, from the mildest to the strictest."""

    AUTO = "AUTO"
    MANUAL = "MANUAL"
    DENY = "DENY"


class RestoreOpen(WrongState):
    """The loss is reported already, and its case not yet decided."""

    code = "RESTORE_OPEN"


class DeactivationLimit(Refusal):
    """The license has been given back as often as it may be within its window."""

    code = "DEACTIVATION_LIMIT"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many within a rolling window, after the first `initial` ones."""

    count: int
    window: timedelta = timedelta(days=365)
    initial: int = 0

    def used(self, instants: Sequence[datetime], *, now: datetime) -> int:
        """How many of these count at this moment."""
        return sum(each > now - self.window for each in sorted(instants)[self.initial :])

    def allows(self, instants: Sequence[datetime], *, now: datetime) -> bool:
        return len(instants) < self.initial or self.used(instants, now=now) < self.count

    @classmethod
    def from_json(cls, kept: Any) -> Self | None:
        if kept is None:
            return None
        return cls(int(kept["count"]), _days(kept.get("window_days", 365)), int(kept.get("initial", 0)))


GROUP_RESTORE_LIMIT = Limit(10, timedelta(days=30))
"""So many cases over all licenses of a group are an anomaly, even where no single license stands out."""


@dataclass(frozen=True, slots=True)
class RecoveryRules:
    """How often and by whose word a license may move on without its old place."""

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
    def from_json(cls, *kept: Mapping[str, Any] | None) -> Self:
        """Of what is kept of them, the most special first."""
        merged: dict[str, Any] = {}
        for each in reversed(kept):
            merged |= each or {}
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
        """Setting the same machine up anew has a limit of its own."""
        return self.reinstalls if reason is RestoreReason.REINSTALL else self.restores

    def verdict(self, reason: RestoreReason, completed: Sequence[datetime], *, now: datetime) -> Verdict:
        return Verdict.AUTO if self.limit_for(reason).allows(completed, now=now) else self.over_limit


def _days(number: Any) -> timedelta:
    """A span that the calendar has room for; raises ValueError."""
    span = timedelta(days=number)
    if not timedelta() <= span <= _LONGEST:
        raise ValueError(number)
    return span


def recovery_rules(license: License) -> RecoveryRules:
    """Those of a license, else of the template that it was ordered by, else the defaults; its order has to be loaded."""
    template = license.order.template.rules if license.order else None
    return RecoveryRules.from_json(license.rules, template)


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
    """What a case is about: the seat, or each seat in the lost container."""

    __tablename__ = "restored_activations"
    __table_args__ = (sa.Index("ix_restored_activations_activation_id", "activation_id"),)

    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("restore_cases.id", ondelete="CASCADE"), primary_key=True)
    activation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("activations.id"), primary_key=True)

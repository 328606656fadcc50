"""The technical parameters of a license template, and the time of a license that is ordered by it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Self

from store.containers import ContainerType
from store.db.periods import Period, days_between, parse_period, term_end
from store.license_models import MAX_QUANTITY, PRESETS, ModelCell, ModelRuleBroken, Preset, Renewal, TimeRule
from store.products import LicenseModel


@dataclass(frozen=True, slots=True)
class Term:
    """The time of a license: between two instants, days from its first activation, or unlimited."""

    starts_at: datetime
    expires_at: datetime | None = None
    anchor_at: datetime | None = None
    period: str | None = None
    days: int | None = None

    @property
    def length_in_days(self) -> int | None:
        """How many days it is sold for; None: unlimited."""
        if self.days is not None:
            return self.days
        return days_between(self.starts_at, self.expires_at) if self.expires_at else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The technical parameters of a template; None where the preset of the model applies."""

    model: LicenseModel
    min_quantity: int | None = None
    max_quantity: int | None = None
    period: str | None = None
    days: int | None = None
    max_days: int | None = None
    notice_days: int | None = None
    auto_renew: bool | None = None
    basis: str | None = None
    approval: bool | None = None
    endless: bool | None = None

    @classmethod
    def from_json(cls, model: LicenseModel, stored: Mapping[str, Any]) -> Self:
        """The parameters as a template stores them; unknown keys are ignored."""
        known = {each.name for each in fields(cls)} - {"model"}
        return cls(model=model, **{name: value for name, value in stored.items() if name in known})

    def to_json(self) -> dict[str, Any]:
        """The parameters as a template stores them: only those that override the preset."""
        return {
            each.name: value
            for each in fields(self)
            if each.name != "model" and (value := getattr(self, each.name)) is not None
        }

    @property
    def preset(self) -> Preset:
        return PRESETS[self.model]

    @property
    def min_seats(self) -> int:
        return max(self.preset.min_seats, self.min_quantity or 1)

    @property
    def max_seats(self) -> int:
        """A demo has one seat unless its template says otherwise."""
        if self.max_quantity is not None:
            return self.max_quantity
        return self.preset.max_seats or (1 if self.model is LicenseModel.DEMO else MAX_QUANTITY)

    @property
    def renewal_period(self) -> Period | None:
        """The period for which it is sold and renewed; None: it does not expire."""
        if self.endless:
            return None
        text = self.period or self.preset.period
        return parse_period(text) if text else None

    @property
    def renews_automatically(self) -> bool:
        return self.preset.renewal is Renewal.AUTOMATIC and self.auto_renew is not False

    def new_term(self, *, starts_at: datetime, expires_at: datetime | None, days: int | None) -> "Term":
        """The time of a license that is ordered with these values; raises ModelRuleBroken."""
        rule = self.preset.time_rule
        if expires_at is not None and expires_at <= starts_at:
            raise self.rule_broken("the license would expire before it starts; choose a later end", ModelCell.TIME)
        if rule is TimeRule.NEVER and (expires_at or days):
            raise self.rule_broken("a license of this model does not expire", ModelCell.TIME)
        if rule is TimeRule.FROM_FIRST_ACTIVATION:
            return self._by_days(starts_at, expires_at, days)
        if days is not None:
            raise self.rule_broken("a license of this model cannot be limited in days", ModelCell.TIME)
        if (term := self.renewal_period) is None:
            return Term(starts_at, expires_at)
        period = self.period or self.preset.period
        return Term(starts_at, expires_at or term_end(starts_at, term, 1), expires_at or starts_at, period)

    def _by_days(self, starts_at: datetime, expires_at: datetime | None, days: int | None) -> "Term":
        if expires_at is not None and (self.model is LicenseModel.PREPAID or days is not None):
            raise self.rule_broken("a license of this model is limited in days; give no end", ModelCell.TIME)
        most = self.max_days or (self.days if self.model is LicenseModel.DEMO else None)
        total = days_between(starts_at, expires_at) if expires_at else days or self.days
        if most is not None and (total is None or total > most):
            raise self.rule_broken(f"a license of this kind can have at most {most} days", ModelCell.TIME, limit=most)
        return Term(starts_at, expires_at, days=None if expires_at else total)

    def rule_broken(self, message: str, cell: ModelCell, *, limit: int | None = None) -> ModelRuleBroken:
        return ModelRuleBroken(message, model=self.model, cell=cell, limit=limit)

    def require_valid(self, containers: Iterable[ContainerType]) -> None:
        """Raise ModelRuleBroken unless the model allows each parameter."""
        self._require_quantities()
        self._require_time()
        self._require_renewal()
        allowed = self.preset.allowed_containers(self.max_seats)
        if outside := [each for each in containers if each not in allowed]:
            raise self.rule_broken(
                f"a license of this model cannot be activated in a {outside[0]} container", ModelCell.CONTAINERS
            )

    def require_quantity(self, quantity: int) -> None:
        if not self.min_seats <= quantity <= self.max_seats:
            limit = self.min_seats if quantity < self.min_seats else self.max_seats
            message = f"a license of this kind must have {self.min_seats} to {self.max_seats} seats, got {quantity}"
            raise self.rule_broken(message, ModelCell.QUANTITY, limit=limit)

    def _require_quantities(self) -> None:
        preset = self.preset
        beyond = preset.max_seats is not None and self.max_seats > preset.max_seats
        if self.min_seats > self.max_seats or self.max_seats < preset.min_seats or beyond:
            most = preset.max_seats or MAX_QUANTITY
            message = f"a license of this model must have {preset.min_seats} to {most} seats"
            limit = most if beyond else max(self.max_seats, preset.min_seats)
            raise self.rule_broken(message, ModelCell.QUANTITY, limit=limit)

    def _require_time(self) -> None:
        by_term = self.preset.time_rule in (TimeRule.TERM, TimeRule.OPTIONAL)
        by_days = self.preset.time_rule is TimeRule.FROM_FIRST_ACTIVATION
        if self.period is not None and not by_term:
            raise self.rule_broken("a license of this model has no period", ModelCell.TIME)
        if (self.days is not None or self.max_days is not None) and not by_days:
            raise self.rule_broken("a license of this model cannot be limited in days", ModelCell.TIME)
        if self.endless and (self.preset.time_rule is not TimeRule.OPTIONAL or self.period is not None):
            raise self.rule_broken("a license of this model must have an end", ModelCell.TIME)
        if by_days and self.days is None:
            raise self.rule_broken("a license of this model needs a number of days", ModelCell.TIME)
        if self.days is not None and self.max_days is not None and self.days > self.max_days:
            raise self.rule_broken(
                f"days must be at most max_days ({self.max_days}), got {self.days}", ModelCell.TIME, limit=self.max_days
            )
        if self.period is not None:
            parse_period(self.period)

    def _require_renewal(self) -> None:
        renewal = self.preset.renewal
        if self.auto_renew is True and renewal is not Renewal.AUTOMATIC:
            raise self.rule_broken("a license of this model cannot renew automatically", ModelCell.RENEWAL)
        if self.notice_days is not None and renewal is not Renewal.AUTOMATIC:
            raise self.rule_broken("a license of this model cannot be canceled, and has no notice", ModelCell.RENEWAL)
        if self.basis is not None and renewal not in (Renewal.AUTOMATIC, Renewal.MANUAL):
            raise self.rule_broken("a license of this model cannot be renewed", ModelCell.RENEWAL)

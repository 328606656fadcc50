"""The seven license models as presets over technical parameters: the table of spec 1.3 as data, and its rules.

A template is a preset with some parameters of its own. Whatever does not fit is refused with the cell of the table that
it breaks, so a client can point at the field.
"""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from types import MappingProxyType
from typing import Any, Self

from store.containers import ContainerType
from store.db.periods import Period, days_between, parse_period, term_end
from store.errors import Refusal
from store.products import LicenseModel

LONGEST_NOTICE = 366
LARGEST_QUANTITY = 1_000_000
LONGEST_DAYS = 36_600


class ModelCell(enum.StrEnum):
    """A column of the table of license models."""

    QUANTITY = "QUANTITY"
    TIME = "TIME"
    RENEWAL = "RENEWAL"
    CONTAINERS = "CONTAINERS"


class TimeRule(enum.StrEnum):
    """When a license of a model ends."""

    NEVER = "NEVER"
    TERM = "TERM"
    FROM_FIRST_ACTIVATION = "FROM_FIRST_ACTIVATION"
    OPTIONAL = "OPTIONAL"


class Renewal(enum.StrEnum):
    """How a license of a model goes on after its end."""

    REFUSED = "REFUSED"
    AUTOMATIC = "AUTOMATIC"
    BY_DAYS = "BY_DAYS"
    BY_HAND = "BY_HAND"


class QuantityChange(enum.StrEnum):
    """When the number of seats can be changed."""

    NEVER = "NEVER"
    AT_ONCE = "AT_ONCE"
    AT_RENEWAL = "AT_RENEWAL"


class RenewalBasis(enum.StrEnum):
    """What a renewal counts from."""

    FROM_EXPIRY = "FROM_EXPIRY"
    FROM_NOW_IF_EXPIRED = "FROM_NOW_IF_EXPIRED"


class ModelRuleBroken(Refusal):
    """The license model does not go with this; `cell` says which column of its row, `limit` where a bound is passed."""

    code = "MODEL_RULE"

    def __init__(self, message: str, *, model: LicenseModel, cell: ModelCell, limit: int | None = None) -> None:
        super().__init__(message, model=model, cell=cell, **({} if limit is None else {"limit": limit}))


_ANY = frozenset(ContainerType)
_SHARED = _ANY - {ContainerType.PERSONAL_CLOUD}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """One row of the table."""

    min_seats: int = 1
    max_seats: int | None = 1
    """None: as many as a template says."""
    time_rule: TimeRule
    renewal: Renewal
    quantity_change: QuantityChange = QuantityChange.NEVER
    single_seat_containers: frozenset[ContainerType] = _ANY
    multi_seat_containers: frozenset[ContainerType] = _SHARED
    """Where it may live with more than one seat."""
    period: str | None = None
    notice_days: int = 0
    not_for_resale: bool = False
    one_live_per_owner: bool = False

    def allowed_containers(self, quantity: int) -> frozenset[ContainerType]:
        """Where a license of so many seats may live."""
        return self.single_seat_containers if quantity == 1 else self.multi_seat_containers


PRESETS: Mapping[LicenseModel, Preset] = MappingProxyType(
    {
        LicenseModel.PERPETUAL_SINGLE_USER: Preset(time_rule=TimeRule.NEVER, renewal=Renewal.REFUSED),
        LicenseModel.PERPETUAL_MULTI_USER: Preset(
            min_seats=2,
            max_seats=None,
            single_seat_containers=_SHARED,
            time_rule=TimeRule.NEVER,
            renewal=Renewal.REFUSED,
            quantity_change=QuantityChange.AT_ONCE,
        ),
        # The day of notice lets a renewal stand before the term ends.
        LicenseModel.SINGLE_USER_SUBSCRIPTION: Preset(
            time_rule=TimeRule.TERM,
            renewal=Renewal.AUTOMATIC,
            period="P1Y",
            notice_days=1,
        ),
        LicenseModel.MULTI_USER_SUBSCRIPTION: Preset(
            max_seats=None,
            single_seat_containers=_SHARED,
            time_rule=TimeRule.TERM,
            renewal=Renewal.AUTOMATIC,
            period="P1Y",
            notice_days=1,
            quantity_change=QuantityChange.AT_RENEWAL,
        ),
        LicenseModel.DEMO: Preset(
            max_seats=None,
            time_rule=TimeRule.FROM_FIRST_ACTIVATION,
            renewal=Renewal.REFUSED,
            one_live_per_owner=True,
        ),
        LicenseModel.PREPAID: Preset(
            max_seats=None,
            time_rule=TimeRule.FROM_FIRST_ACTIVATION,
            renewal=Renewal.BY_DAYS,
            quantity_change=QuantityChange.AT_ONCE,
        ),
        LicenseModel.INTERNAL_NFR: Preset(
            max_seats=None,
            time_rule=TimeRule.OPTIONAL,
            renewal=Renewal.BY_HAND,
            period="P1Y",
            not_for_resale=True,
            quantity_change=QuantityChange.AT_ONCE,
            multi_seat_containers=_ANY,
        ),
    },
)


@dataclass(frozen=True, slots=True)
class Term:
    """When a license runs: between two instants, for days from its first activation, or for good."""

    starts_at: datetime
    expires_at: datetime | None = None
    anchor_at: datetime | None = None
    period: str | None = None
    days: int | None = None

    @property
    def length_in_days(self) -> int | None:
        """How many days it is sold for; None: for good."""
        if self.days is not None:
            return self.days
        return days_between(self.starts_at, self.expires_at) if self.expires_at else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The technical parameters of a template: what it says itself, and the preset of its model for the rest."""

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
    def from_json(cls, model: LicenseModel, kept: Mapping[str, Any]) -> Self:
        """As they stand in a template."""
        known = {each.name for each in fields(cls)} - {"model"}
        return cls(model=model, **{name: value for name, value in kept.items() if name in known})

    def to_json(self) -> dict[str, Any]:
        """As a template keeps them: only what it says itself."""
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
        """A demo is for one, unless its template says otherwise."""
        if self.max_quantity is not None:
            return self.max_quantity
        return self.preset.max_seats or (1 if self.model is LicenseModel.DEMO else LARGEST_QUANTITY)

    @property
    def renewal_period(self) -> Period | None:
        """By which it is sold and renewed; None where it has no end of its own accord."""
        if self.endless:
            return None
        text = self.period or self.preset.period
        return parse_period(text) if text else None

    @property
    def renews_automatically(self) -> bool:
        """Whether it renews by itself."""
        return self.preset.renewal is Renewal.AUTOMATIC and self.auto_renew is not False

    def new_term(self, *, starts_at: datetime, expires_at: datetime | None, days: int | None) -> "Term":
        """When a license of this kind runs that is sold with these wishes; raises ModelRuleBroken."""
        rule = self.preset.time_rule
        if expires_at is not None and expires_at <= starts_at:
            raise self.rule_broken("it would end before it begins", ModelCell.TIME)
        if rule is TimeRule.NEVER and (expires_at or days):
            raise self.rule_broken("a license of this model has no end", ModelCell.TIME)
        if rule is TimeRule.FROM_FIRST_ACTIVATION:
            return self._by_days(starts_at, expires_at, days)
        if days is not None:
            raise self.rule_broken("a license of this model does not run by days", ModelCell.TIME)
        if (term := self.renewal_period) is None:
            return Term(starts_at, expires_at)
        period = self.period or self.preset.period
        return Term(starts_at, expires_at or term_end(starts_at, term, 1), expires_at or starts_at, period)

    def _by_days(self, starts_at: datetime, expires_at: datetime | None, days: int | None) -> "Term":
        if expires_at is not None and (self.model is LicenseModel.PREPAID or days is not None):
            raise self.rule_broken("a license of this model runs for days that are bought", ModelCell.TIME)
        most = self.max_days or (self.days if self.model is LicenseModel.DEMO else None)
        asked = days_between(starts_at, expires_at) if expires_at else days or self.days
        if most is not None and (asked is None or asked > most):
            raise self.rule_broken(f"it runs for {most} days at most", ModelCell.TIME, limit=most)
        return Term(starts_at, expires_at, days=None if expires_at else asked)

    def rule_broken(self, message: str, cell: ModelCell, *, limit: int | None = None) -> ModelRuleBroken:
        return ModelRuleBroken(message, model=self.model, cell=cell, limit=limit)

    def require_sound(self, containers: Iterable[ContainerType]) -> None:
        """Each parameter fits the row of the model; raises ModelRuleBroken."""
        self._require_quantities()
        self._require_time()
        self._require_renewal()
        allowed = self.preset.allowed_containers(self.max_seats)
        if outside := [each for each in containers if each not in allowed]:
            raise self.rule_broken(f"a license of this model does not live in {outside[0]}", ModelCell.CONTAINERS)

    def require_quantity(self, quantity: int) -> None:
        """So many seats can be ordered."""
        if not self.min_seats <= quantity <= self.max_seats:
            limit = self.min_seats if quantity < self.min_seats else self.max_seats
            message = f"a license of this kind has {self.min_seats} to {self.max_seats} seats"
            raise self.rule_broken(message, ModelCell.QUANTITY, limit=limit)

    def _require_quantities(self) -> None:
        preset = self.preset
        beyond = preset.max_seats is not None and self.max_seats > preset.max_seats
        if self.min_seats > self.max_seats or self.max_seats < preset.min_seats or beyond:
            most = preset.max_seats or LARGEST_QUANTITY
            message = f"a license of this model has {preset.min_seats} to {most} seats"
            limit = most if beyond else max(self.max_seats, preset.min_seats)
            raise self.rule_broken(message, ModelCell.QUANTITY, limit=limit)

    def _require_time(self) -> None:
        by_term = self.preset.time_rule in (TimeRule.TERM, TimeRule.OPTIONAL)
        by_days = self.preset.time_rule is TimeRule.FROM_FIRST_ACTIVATION
        if self.period is not None and not by_term:
            raise self.rule_broken("a license of this model has no term", ModelCell.TIME)
        if (self.days is not None or self.max_days is not None) and not by_days:
            raise self.rule_broken("a license of this model does not run by days", ModelCell.TIME)
        if self.endless and (self.preset.time_rule is not TimeRule.OPTIONAL or self.period is not None):
            raise self.rule_broken("a license of this model has a term", ModelCell.TIME)
        if by_days and self.days is None:
            raise self.rule_broken("say for how many days a license of this model runs", ModelCell.TIME)
        if self.days is not None and self.max_days is not None and self.days > self.max_days:
            raise self.rule_broken("it runs for more days than it may at most", ModelCell.TIME, limit=self.max_days)
        if self.period is not None:
            parse_period(self.period)

    def _require_renewal(self) -> None:
        renewal = self.preset.renewal
        if self.auto_renew is True and renewal is not Renewal.AUTOMATIC:
            raise self.rule_broken("a license of this model never renews by itself", ModelCell.RENEWAL)
        if self.notice_days is not None and renewal is not Renewal.AUTOMATIC:
            raise self.rule_broken("a license of this model is not cancelled", ModelCell.RENEWAL)
        if self.basis is not None and renewal not in (Renewal.AUTOMATIC, Renewal.BY_HAND):
            raise self.rule_broken("a license of this model is not renewed", ModelCell.RENEWAL)

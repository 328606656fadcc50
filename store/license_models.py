"""The seven license models as presets of technical parameters: the table of spec 1.3 as data, and its rules.

A template overrides some parameters of a preset. A value that the model does not allow is refused with the column of the
table that it violates, so that a client can point at the field.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from store.containers import ContainerType
from store.errors import Refusal
from store.products import LicenseModel

MAX_NOTICE_DAYS = 366
MAX_QUANTITY = 1_000_000
MAX_DAYS = 36_600


class ModelCell(enum.StrEnum):
    """A column of the table of license models."""

    QUANTITY = "QUANTITY"
    TIME = "TIME"
    RENEWAL = "RENEWAL"
    CONTAINERS = "CONTAINERS"


class TimeRule(enum.StrEnum):
    """How the end of a license is determined."""

    NEVER = "NEVER"
    TERM = "TERM"
    FROM_FIRST_ACTIVATION = "FROM_FIRST_ACTIVATION"
    OPTIONAL = "OPTIONAL"


class Renewal(enum.StrEnum):
    """How a license is renewed."""

    NEVER = "NEVER"
    AUTOMATIC = "AUTOMATIC"
    BY_DAYS = "BY_DAYS"
    MANUAL = "MANUAL"


class QuantityChange(enum.StrEnum):
    """When the number of seats can change."""

    NEVER = "NEVER"
    AT_ONCE = "AT_ONCE"
    AT_RENEWAL = "AT_RENEWAL"


class RenewalBasis(enum.StrEnum):
    """The instant from which a renewal counts."""

    FROM_EXPIRY = "FROM_EXPIRY"
    FROM_NOW_IF_EXPIRED = "FROM_NOW_IF_EXPIRED"


class ModelRuleBroken(Refusal):
    """The license model does not allow the value; `cell` is the column of the table, `limit` the bound if there is one."""

    code = "MODEL_RULE"

    def __init__(self, message: str, *, model: LicenseModel, cell: ModelCell, limit: int | None = None) -> None:
        super().__init__(message, model=model, cell=cell, **({} if limit is None else {"limit": limit}))


_ANY = frozenset(ContainerType)
_SHARED = _ANY - {ContainerType.PERSONAL_CLOUD}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A row of the table."""

    min_seats: int = 1
    max_seats: int | None = 1
    """None: as the template says."""
    time_rule: TimeRule
    renewal: Renewal
    quantity_change: QuantityChange = QuantityChange.NEVER
    single_seat_containers: frozenset[ContainerType] = _ANY
    multi_seat_containers: frozenset[ContainerType] = _SHARED
    """The allowed container types with more than one seat."""
    period: str | None = None
    notice_days: int = 0
    not_for_resale: bool = False
    one_live_per_owner: bool = False

    def allowed_containers(self, quantity: int) -> frozenset[ContainerType]:
        return self.single_seat_containers if quantity == 1 else self.multi_seat_containers


PRESETS: Mapping[LicenseModel, Preset] = MappingProxyType(
    {
        LicenseModel.PERPETUAL_SINGLE_USER: Preset(time_rule=TimeRule.NEVER, renewal=Renewal.NEVER),
        LicenseModel.PERPETUAL_MULTI_USER: Preset(
            min_seats=2,
            max_seats=None,
            single_seat_containers=_SHARED,
            time_rule=TimeRule.NEVER,
            renewal=Renewal.NEVER,
            quantity_change=QuantityChange.AT_ONCE,
        ),
        # With a day of notice, the renewal is decided before the term ends.
        LicenseModel.SINGLE_USER_SUBSCRIPTION: Preset(
            time_rule=TimeRule.TERM, renewal=Renewal.AUTOMATIC, period="P1Y", notice_days=1
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
            max_seats=None, time_rule=TimeRule.FROM_FIRST_ACTIVATION, renewal=Renewal.NEVER, one_live_per_owner=True
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
            renewal=Renewal.MANUAL,
            period="P1Y",
            not_for_resale=True,
            quantity_change=QuantityChange.AT_ONCE,
            multi_seat_containers=_ANY,
        ),
    }
)

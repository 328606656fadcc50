"""The CSV files of an import: their columns, how a cell is parsed, and how a value is written."""

import enum
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, NewType

from store.containers import ContainerType
from store.db.periods import CALENDAR_RANGE, parse_period, to_utc
from store.errors import BadInput
from store.groups import GroupKind
from store.license_models import MAX_DAYS, MAX_NOTICE_DAYS, MAX_QUANTITY, RenewalBasis
from store.license_states import Lifecycle, Visibility
from store.memberships import Bundle, MemberRole
from store.products import LicenseModel
from store.users import User, UserKind, UserStatus, normalize_address

_LONGEST_KEY, _LONGEST_NAME, _LONGEST_TEXT = 200, 200, 5000
_LARGEST_CODE = 2**53 - 1  # the largest integer that JavaScript represents exactly
_WHOLE = re.compile(r"[0-9]{1,19}")
_FLAGS = {"true": True, "false": False}
_KEPT_OUT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

Cells = Mapping[str, str]
Read = Callable[[str], Any]
Code = NewType("Code", int)
"""A firm code, product code or feature code of License Central."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its description, how a cell is parsed, and the type of the value."""

    name: str
    about: str
    read: Read
    kind: Any = str
    needed: bool = False


@dataclass(frozen=True, slots=True)
class CsvFile:
    """One CSV file, and its columns."""

    name: str
    about: str
    columns: tuple[Column, ...]

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    @property
    def header(self) -> list[str]:
        return [each.name for each in self.columns]


def cell_of(value: Any) -> str:
    """A value as the text of a cell."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case enum.Enum():
            return str(value.value)
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case list():
            return ";".join(cell_of(each) for each in value)
    return str(value)


def _text(longest: int) -> Read:
    def read(cell: str) -> str:
        if len(cell) > longest:
            raise BadInput(f"at most {longest} characters are allowed, got {len(cell)}")
        if _KEPT_OUT.search(cell):
            raise BadInput("the text contains a control character")
        return cell

    return read


def _choice(kind: type[enum.StrEnum], *allowed: enum.StrEnum) -> Read:
    members = {each.value: each for each in allowed or kind}

    def read(cell: str) -> Any:
        if cell not in members:
            raise BadInput(f"must be one of {', '.join(members)}, got {cell[:40]!r}")
        return members[cell]

    return read


def _number(least: int, most: int) -> Read:
    def read(cell: str) -> int:
        if not _WHOLE.fullmatch(cell) or not least <= int(cell) <= most:
            raise BadInput(f"must be a number from {least} to {most}, got {cell[:40]!r}")
        return int(cell)

    return read


def _flag(cell: str) -> bool:
    if cell not in _FLAGS:
        raise BadInput(f"must be true or false, got {cell[:40]!r}")
    return _FLAGS[cell]


def _instant(cell: str) -> datetime:
    try:
        found = datetime.fromisoformat(cell)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise BadInput(f"must be an instant with its UTC offset, such as 2026-01-31T00:00:00Z, got {cell[:40]!r}")
    try:
        return to_utc(found)
    except OverflowError:
        raise BadInput(f"must be an instant {CALENDAR_RANGE}, got {cell[:40]!r}") from None


def _several(one: Read) -> Read:
    def read(cell: str) -> list[Any]:
        found = [one(each.strip()) for each in cell.split(";")]
        if len(set(found)) < len(found):
            raise BadInput("a value is repeated")
        return found

    return read


def _period(cell: str) -> str:
    parse_period(cell)
    return cell


def _locale(cell: str) -> str:
    User(name="").update_profile(locale=cell)
    return cell


_key, _name, _code = _text(_LONGEST_KEY), _text(_LONGEST_NAME), _number(1, _LARGEST_CODE)
_OWN = "your own key for it, up to 200 characters; a UUID is taken as the ID in the portal"


def _column(name: str, about: str, read: Read, *, kind: Any = str, needed: bool = False) -> Column:
    return Column(name, about, read, kind, needed)


_PRODUCT = (
    _column("firm_code", "the firm code of the product", _code, kind=Code, needed=True),
    _column("product_code", "the product code", _code, kind=Code, needed=True),
)

PRODUCTS = CsvFile(
    "products", "the products of the licenses that the portal does not have yet",
    (
        *_PRODUCT,
        _column("name", "the name of the product", _name, needed=True),
        _column("description", "a description of the product", _text(_LONGEST_TEXT)),
        _column("deactivation", "whether seats of its licenses can be given back; empty: true", _flag, kind=bool),
    ),
)  # fmt: skip
FEATURES = CsvFile(
    "features", "features of products, which are enabled per license",
    (
        *_PRODUCT,
        _column("code", "the code of the feature", _number(0, _LARGEST_CODE), kind=Code, needed=True),
        _column("name", "the name of the feature", _name, needed=True),
    ),
)  # fmt: skip
GROUPS = CsvFile(
    "groups", "the tree of groups; each gets a cloud container",
    (
        _column("key", _OWN, _key, needed=True),
        _column("name", "the name of the group", _name, needed=True),
        _column("kind", "ISV, RESELLER, CUSTOMER or TEAM", _choice(GroupKind), kind=GroupKind, needed=True),
        _column("parent", "the key of the group above; empty at the top", _key),
        _column("internal", "true for internal groups of the vendor; empty: false", _flag, kind=bool),
    ),
)  # fmt: skip
USERS = CsvFile(
    "users", "people and technical users; each gets a cloud container",
    (
        _column("key", _OWN, _key, needed=True),
        _column("email", "the email address of a person; an existing account with it is kept", normalize_address),
        _column("name", "the name of the person or technical user", _name, needed=True),
        _column("kind", "HUMAN or TECHNICAL; empty: HUMAN", _choice(UserKind), kind=UserKind),
        _column("home_group", "the key of the home group of a technical user", _key),
        _column(
            "status", "PENDING: an email asks to confirm the address; ACTIVE: it is confirmed; DISABLED. Empty: PENDING",
            _choice(UserStatus, UserStatus.PENDING, UserStatus.ACTIVE, UserStatus.DISABLED), kind=UserStatus,
        ),
        _column("locale", "the language of emails, such as de; empty: en", _locale),
        _column("isv_admin", "true for an administrator of the whole portal; empty: false", _flag, kind=bool),
    ),
)  # fmt: skip
MEMBERSHIPS = CsvFile(
    "memberships", "who belongs to which group",
    (
        _column("user", "the key or the email address of a person", _key, needed=True),
        _column("group", "the key of a group", _key, needed=True),
        _column("role", "ADMIN or MEMBER; empty: MEMBER", _choice(MemberRole), kind=MemberRole),
        _column("bundle", "SALES, SUPPORT or AUDITOR, in a group of kind ISV", _choice(Bundle), kind=Bundle),
    ),
)  # fmt: skip
LICENSES = CsvFile(
    "licenses", "licenses, each owned by a group or by a person",
    (
        _column("key", _OWN, _key, needed=True),
        *_PRODUCT,
        _column("model", "the license model", _choice(LicenseModel), kind=LicenseModel, needed=True),
        _column("quantity", "the number of seats", _number(1, MAX_QUANTITY), kind=int, needed=True),
        _column("owner_group", "the key of the group that owns it (B2B)", _key),
        _column("owner_user", "or the key or email address of the person who owns it (B2C)", _key),
        _column("features", "the codes of its features, such as 1;2", _several(_number(0, _LARGEST_CODE)), kind=list[Code]),
        _column("starts_at", "when it becomes valid; empty: now", _instant, kind=datetime),
        _column(
            "expires_at", "the instant from which it can no longer be used; empty for a subscription: after one period",
            _instant, kind=datetime,
        ),
        _column("anchor_at", "the instant from which its terms are counted", _instant, kind=datetime),
        _column("period", "the length of a term, such as P1Y", _period),
        _column("days", "how many days it runs from its first activation", _number(1, MAX_DAYS), kind=int),
        _column("first_activated_at", "when it was first activated", _instant, kind=datetime),
        _column("auto_renew", "whether a subscription is renewed automatically; empty: true", _flag, kind=bool),
        _column("notice_days", "how many days before its end it must be canceled", _number(0, MAX_NOTICE_DAYS), kind=int),
        _column(
            "renewal_basis", "what a manual renewal counts from after the end; empty: FROM_EXPIRY",
            _choice(RenewalBasis), kind=RenewalBasis,
        ),
        _column(
            "next_quantity", "the number of seats from the next term on; empty: unchanged",
            _number(1, MAX_QUANTITY), kind=int,
        ),
        _column(
            "time_pool_days", "bought days that are not used yet; empty: 0", _number(0, MAX_DAYS), kind=int,
        ),
        _column("cancelled_at", "when it was canceled", _instant, kind=datetime),
        _column("deactivation", "whether seats can be given back; empty: as the product says", _flag, kind=bool),
        _column(
            "container_types", "the container types that it can be activated in, such as LOCAL;DONGLE; empty: any",
            _several(_choice(ContainerType)), kind=list[ContainerType],
        ),
        _column(
            "state", "SUSPENDED or REVOKED; empty: follows from the dates",
            _choice(Lifecycle, Lifecycle.SUSPENDED, Lifecycle.REVOKED), kind=Lifecycle,
        ),
    ),
)  # fmt: skip
ASSIGNMENTS = CsvFile(
    "assignments", "who may use the licenses of groups",
    (
        _column("license", "the key of a license", _key, needed=True),
        _column("user", "the key or email address of the person who gets it", _key),
        _column("group", "or the key of the group that gets it", _key),
        _column("visibility", "PUBLIC for all members of the group; empty: ADMIN_ONLY", _choice(Visibility), kind=Visibility),
    ),
)  # fmt: skip

FILES: Mapping[str, CsvFile] = MappingProxyType(
    {each.name: each for each in (PRODUCTS, FEATURES, GROUPS, USERS, MEMBERSHIPS, LICENSES, ASSIGNMENTS)}
)
"""In the order in which they are imported: a row is imported before the rows that refer to it."""

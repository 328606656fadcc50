"""The files of an import: which columns they have, what may stand in a cell, and how a value is written into one."""

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
from store.groups import Bundle, GroupKind, MemberRole
from store.license_models import LARGEST_QUANTITY, LONGEST_DAYS, LONGEST_NOTICE, RenewalBasis
from store.licenses import Lifecycle, Visibility
from store.products import LicenseModel
from store.users import User, UserKind, UserStatus, normalize_address

_LONGEST_KEY, _LONGEST_NAME, _LONGEST_TEXT = 200, 200, 5000
_LARGEST_CODE = 2**53 - 1  # what a client in JavaScript can count to
_WHOLE = re.compile(r"[0-9]{1,19}")
_FLAGS = {"true": True, "false": False}
_KEPT_OUT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

Cells = Mapping[str, str]
Read = Callable[[str], Any]
Code = NewType("Code", int)
"""A number of License Central."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it says, how a cell of it is read, and of which type the value is."""

    name: str
    about: str
    read: Read
    kind: Any = str
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file."""

    name: str
    about: str
    columns: tuple[Column, ...]

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    @property
    def header(self) -> list[str]:
        return [each.name for each in self.columns]


def written(value: Any) -> str:
    """A value as it stands in a cell."""
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
            return ";".join(written(each) for each in value)
    return str(value)


def _text(longest: int) -> Read:
    def read(cell: str) -> str:
        if len(cell) > longest:
            raise BadInput(f"at most {longest} characters are expected here")
        if _KEPT_OUT.search(cell):
            raise BadInput("there is a character in it that cannot be read")
        return cell

    return read


def _choice(kind: type[enum.StrEnum], *allowed: enum.StrEnum) -> Read:
    members = {each.value: each for each in allowed or kind}

    def read(cell: str) -> Any:
        if cell not in members:
            raise BadInput(f"one of {', '.join(members)} is expected here, not {cell[:40]!r}")
        return members[cell]

    return read


def _number(least: int, most: int) -> Read:
    def read(cell: str) -> int:
        if not _WHOLE.fullmatch(cell) or not least <= int(cell) <= most:
            raise BadInput(f"a number from {least} to {most} is expected here, not {cell[:40]!r}")
        return int(cell)

    return read


def _flag(cell: str) -> bool:
    if cell not in _FLAGS:
        raise BadInput(f"true or false is expected here, not {cell[:40]!r}")
    return _FLAGS[cell]


def _instant(cell: str) -> datetime:
    try:
        found = datetime.fromisoformat(cell)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise BadInput(f"an instant with its offset is expected here, such as 2026-01-31T00:00:00Z, not {cell[:40]!r}")
    try:
        return to_utc(found)
    except OverflowError:
        raise BadInput(f"an instant {CALENDAR_RANGE} is expected here, not {cell[:40]!r}") from None


def _several(one: Read) -> Read:
    def read(cell: str) -> list[Any]:
        found = [one(each.strip()) for each in cell.split(";")]
        if len(set(found)) < len(found):
            raise BadInput("one of them stands there twice")
        return found

    return read


def _period(cell: str) -> str:
    parse_period(cell)
    return cell


def _locale(cell: str) -> str:
    User(name="").update_profile(locale=cell)
    return cell


_key, _name, _code = _text(_LONGEST_KEY), _text(_LONGEST_NAME), _number(1, _LARGEST_CODE)
_OWN = "your own name for it, up to 200 characters; a UUID is taken for the portal's own id"


def _column(name: str, about: str, read: Read, *, kind: Any = str, needed: bool = False) -> Column:
    return Column(name, about, read, kind, needed)


_PRODUCT = (
    _column("firm_code", "the firm code of the product", _code, kind=Code, needed=True),
    _column("product_code", "the product code", _code, kind=Code, needed=True),
)

PRODUCTS = Sheet(
    "products", "the products of the licenses, as far as the portal does not know them",
    (
        *_PRODUCT,
        _column("name", "what people read of it", _name, needed=True),
        _column("description", "what it is", _text(_LONGEST_TEXT)),
        _column("deactivation", "whether its seats can be given back; empty: true", _flag, kind=bool),
    ),
)  # fmt: skip
FEATURES = Sheet(
    "features", "the parts of products that are switched on by themselves",
    (
        *_PRODUCT,
        _column("code", "the number of the feature", _number(0, _LARGEST_CODE), kind=Code, needed=True),
        _column("name", "what people read of it", _name, needed=True),
    ),
)  # fmt: skip
GROUPS = Sheet(
    "groups", "the tree of groups; each comes with its cloud container",
    (
        _column("key", _OWN, _key, needed=True),
        _column("name", "what people read of it", _name, needed=True),
        _column("kind", "ISV, RESELLER, CUSTOMER or TEAM", _choice(GroupKind), kind=GroupKind, needed=True),
        _column("parent", "the key of the group above; empty at the top", _key),
        _column("internal", "true where the vendor's own people are; empty: false", _flag, kind=bool),
    ),
)  # fmt: skip
USERS = Sheet(
    "users", "people and license servers; each comes with its cloud container",
    (
        _column("key", _OWN, _key, needed=True),
        _column("email", "the address of a person; a known one is the account that is there", normalize_address),
        _column("name", "what people read of it", _name, needed=True),
        _column("kind", "HUMAN or TECHNICAL; empty: HUMAN", _choice(UserKind), kind=UserKind),
        _column("home_group", "the key of the group of a license server", _key),
        _column(
            "status", "PENDING: a letter asks to confirm the address; ACTIVE: it is confirmed; DISABLED. Empty: PENDING",
            _choice(UserStatus, UserStatus.PENDING, UserStatus.ACTIVE, UserStatus.DISABLED), kind=UserStatus,
        ),
        _column("locale", "the language of letters, such as de; empty: en", _locale),
        _column("isv_admin", "true for an administrator of the whole portal; empty: false", _flag, kind=bool),
    ),
)  # fmt: skip
MEMBERSHIPS = Sheet(
    "memberships", "who belongs to which group",
    (
        _column("user", "the key or the address of a person", _key, needed=True),
        _column("group", "the key of a group", _key, needed=True),
        _column("role", "ADMIN or MEMBER; empty: MEMBER", _choice(MemberRole), kind=MemberRole),
        _column("bundle", "SALES, SUPPORT or AUDITOR, in a group of kind ISV", _choice(Bundle), kind=Bundle),
    ),
)  # fmt: skip
LICENSES = Sheet(
    "licenses", "licenses, each of a group or of a person",
    (
        _column("key", _OWN, _key, needed=True),
        *_PRODUCT,
        _column("model", "the license model", _choice(LicenseModel), kind=LicenseModel, needed=True),
        _column("quantity", "the number of seats", _number(1, LARGEST_QUANTITY), kind=int, needed=True),
        _column("owner_group", "the key of the group that it belongs to (B2B)", _key),
        _column("owner_user", "or the key or address of the person (B2C)", _key),
        _column("features", "the codes of its features, such as 1;2", _several(_number(0, _LARGEST_CODE)), kind=list[Code]),
        _column("starts_at", "from when it is good; empty: now", _instant, kind=datetime),
        _column("expires_at", "until when; empty for a subscription: one period", _instant, kind=datetime),
        _column("anchor_at", "what its terms are counted from", _instant, kind=datetime),
        _column("period", "the length of a term, such as P1Y", _period),
        _column("days", "how many days were bought or are to be tried", _number(1, LONGEST_DAYS), kind=int),
        _column("first_activated_at", "when these days began", _instant, kind=datetime),
        _column("auto_renew", "whether a subscription renews by itself; empty: true", _flag, kind=bool),
        _column("notice_days", "how many days before its end it is cancelled at last", _number(0, LONGEST_NOTICE), kind=int),
        _column(
            "renewal_basis", "what a renewal by hand counts from once it has ended; empty: FROM_EXPIRY",
            _choice(RenewalBasis), kind=RenewalBasis,
        ),
        _column(
            "next_quantity", "the number of seats from the next term on; empty: the same",
            _number(1, LARGEST_QUANTITY), kind=int,
        ),
        _column(
            "time_pool_days", "days that are bought and not yet used; empty: 0", _number(0, LONGEST_DAYS), kind=int,
        ),
        _column("cancelled_at", "when it was cancelled", _instant, kind=datetime),
        _column("deactivation", "whether seats can be given back; empty: as the product says", _flag, kind=bool),
        _column(
            "container_types", "where it may live, such as LOCAL;DONGLE; empty: anywhere",
            _several(_choice(ContainerType)), kind=list[ContainerType],
        ),
        _column(
            "state", "SUSPENDED or REVOKED; empty: by the clock",
            _choice(Lifecycle, Lifecycle.SUSPENDED, Lifecycle.REVOKED), kind=Lifecycle,
        ),
    ),
)  # fmt: skip
ASSIGNMENTS = Sheet(
    "assignments", "who may use the licenses of groups",
    (
        _column("license", "the key of a license", _key, needed=True),
        _column("user", "the key or address of whoever gets it", _key),
        _column("group", "or the key of the group that gets it", _key),
        _column("visibility", "PUBLIC for all members of the group; empty: ADMIN_ONLY", _choice(Visibility), kind=Visibility),
    ),
)  # fmt: skip

SHEETS: Mapping[str, Sheet] = MappingProxyType(
    {each.name: each for each in (PRODUCTS, FEATURES, GROUPS, USERS, MEMBERSHIPS, LICENSES, ASSIGNMENTS)},
)
"""In the order in which they are imported: what is named stands before what names it."""

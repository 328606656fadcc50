"""Reports as clients read them: figures about what the viewer may report on, grouped as he asks."""

import enum
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any

import strawberry
from strawberry.types.arguments import StrawberryArgument

from authz.lists.queries import PageQuery, Projection, Row
from resolvers import reports
from resolvers.reports import Report, Span
from schema.context import ResolveInfo
from schema.fields.declare import TypeRef, argument, derived, resolved, to_one_by_key
from schema.fields.entities import ENTITIES
from schema.fields.list_arguments import filters_of
from schema.fields.scalars import BigInt
from store.activations import Activation
from store.audit import AuditEntry
from store.containers import Container
from store.db.base import Base
from store.errors import BadInput
from store.groups import Group
from store.licenses import License
from store.products import LicenseModel, Product
from store.restores import RestoreCase, RestoreReason
from store.services.reports import ROW_LIMIT, CreatedKey, LicenseKey, RestoreKey
from store.users import User

_MOST_DAYS = 3660
_GROUP = (
    "The group that the licenses were made for; null where it is not grouped by, for people's own, and for hidden ones."
)
_MONTH = "The first day of the month, in UTC; null where it is not grouped by."


@strawberry.enum(description="What is out of the ordinary.")
class AnomalyKind(enum.Enum):
    """The acts that tell of it."""

    EXCESSIVE_RECOVERY = strawberry.enum_value(
        "restore.excessive",
        description="A license was restored as often as its rules warn at, or more often than allowed.",
    )
    SPREADING_RECOVERY = strawberry.enum_value(
        "restore.spreading",
        description="A group had too many losses, over all its licenses.",
    )
    RESTORE_OVER_LIMIT = strawberry.enum_value(
        "restore.over_limit",
        description="The rules did not restore a license by themselves: the vendor decides, or they said no.",
    )
    BLOCKED_CONTAINER_SEEN = strawberry.enum_value(
        "container.blocked_seen",
        description="A container that is blocked was used again.",
    )
    UNEXPECTED_CONTAINER = strawberry.enum_value(
        "container.unexpected",
        description="A container has counted other updates than the portal.",
    )


def _kind(row: Row) -> AnomalyKind:
    known = row.action in reports.ANOMALIES
    return AnomalyKind(row.action) if known else AnomalyKind.RESTORE_OVER_LIMIT


def _figure(description: str) -> Any:
    return strawberry.field(description=description)


def _under(kind: Any, description: str) -> Any:
    return strawberry.field(graphql_type=kind | None, description=description)


@strawberry.type(description="How many licenses were created. What is not paid for stands apart and is no revenue.")
class CreatedFigures:
    """The sums of created licenses."""

    sold_licenses: int = _figure("Licenses that are paid for.")
    sold_seats: BigInt = _figure("Their seats.")
    demo_licenses: int = _figure("Demos.")
    internal_licenses: int = _figure("Licenses for the use inside the house, not for resale.")


@strawberry.type(description="Created licenses of one kind.")
class CreatedRow(CreatedFigures):
    """What they have in common, and how many they are."""

    creator = to_one_by_key(User, "creator_id", "Who has ordered them; null where that may not be known.")
    group = to_one_by_key(Group, "group_id", _GROUP)
    product = to_one_by_key(Product, "product_id", "What they are licenses of; null where it is not grouped by.")
    model = _under(LicenseModel, "How they are sold; null where it is not grouped by.")
    month = _under(date, _MONTH)


@strawberry.type(description="How many seats were activated, and what has become of them.")
class ActivationFigures:
    """The sums of activations."""

    activations: int = _figure("Seats that were asked for.")
    holding: int = _figure("Those of them that still hold their seat.")
    ended: int = _figure("Those of them that are over.")


@strawberry.type(description="Activations of one kind.")
class ActivationRow(ActivationFigures):
    """What they have in common, and how many they are."""

    group = to_one_by_key(Group, "group_id", _GROUP)
    product = to_one_by_key(Product, "product_id", "What was activated; null where it is not grouped by.")
    model = _under(LicenseModel, "How it was sold; null where it is not grouped by.")
    month = _under(date, _MONTH)


@strawberry.type(description="How many losses were reported, and what became of them.")
class RestoreFigures:
    """The sums of restore cases."""

    cases: int = _figure("Cases that were reported.")
    completed: int = _figure("Those that are settled.")
    waiting: int = _figure("Those that wait for the vendor.")
    denied: int = _figure("Those that were refused.")


@strawberry.type(description="Reported losses of one kind.")
class RestoreRow(RestoreFigures):
    """What they have in common, and how many they are."""

    group = to_one_by_key(Group, "group_id", "Whose license or container it was; null where it is not grouped by.")
    reason = _under(RestoreReason, "Why; null where it is not grouped by.")
    month = _under(date, _MONTH)


@strawberry.type(description="How many licenses were created, renewed, cancelled and so on.")
class ChangeFigures:
    """The sums of what happened to licenses."""

    created: int = _figure("Created ones.")
    renewed: int = _figure("Terms that were settled, by themselves or by hand.")
    modified: int = _figure("Changes of seats, features and rules.")
    prolonged: int = _figure("Prepaid ones that got more days.")
    cancelled: int = _figure("Subscriptions that were cancelled.")
    expired: int = _figure("Those whose time ran out.")
    revoked: int = _figure("Those that were withdrawn.")


@strawberry.type(description="What happened to licenses of one kind.")
class ChangeRow(ChangeFigures):
    """What they have in common, and how much has happened to them."""

    group = to_one_by_key(Group, "group_id", _GROUP)
    product = to_one_by_key(Product, "product_id", "What they are licenses of; null where it is not grouped by.")
    model = _under(LicenseModel, "How they are sold; null where it is not grouped by.")
    month = _under(date, _MONTH)


@strawberry.type(name="Anomaly", description="Something that should not happen.")
class AnomalyRow:
    """What, when, where."""

    kind = derived(_kind, Projection(), AnomalyKind, "What it is.")
    at: datetime = strawberry.field(description="When.")
    license = to_one_by_key(License, "license_id", "The license that it is about, if it is about one.")
    group = to_one_by_key(Group, "group_id", "The group that it happened in.")
    actor = to_one_by_key(User, "actor_id", "Who did it; null where that may not be known.")
    container = to_one_by_key(Container, "container_id", "The container, where it is about one.")
    restore_case = to_one_by_key(RestoreCase, "restore_case_id", "The reported loss, where it is about one.")
    entry = to_one_by_key(AuditEntry, "id", "The entry in the audit log.")


@strawberry.type(name="ExpiringLicense", description="A license whose time runs out.")
class ExpiringRow:
    """Which, when, and whether that is its end."""

    expires_at: datetime = strawberry.field(description="When its time runs out.")
    renews: bool = strawberry.field(description="Whether it renews by itself.")
    license = to_one_by_key(License, "id", "The license.")


def _report(name: str, row: type, description: str, figures: type | None = None) -> Any:
    """A type for one report: its rows, and the sums over all of them."""
    body: dict[str, Any] = {
        "__annotations__": {"rows": list[row], "has_more": bool},  # type: ignore[valid-type]  # made by a function
        "__module__": __name__,
        "rows": strawberry.field(description="The rows; of counted ones the newest month first, then the most."),
        "has_more": strawberry.field(description="Whether there are more rows than `first`."),
    }
    if figures is not None:
        body["__annotations__"]["totals"] = figures
        body["totals"] = strawberry.field(description="The sums over all rows, also those that are not shown.")
    return strawberry.type(type(name, (), body), description=description)


CreatedReport = _report("CreatedReport", CreatedRow, "Which licenses were created.", CreatedFigures)
ActivationReport = _report("ActivationReport", ActivationRow, "Which seats were activated.", ActivationFigures)
RestoreReport = _report("RestoreReport", RestoreRow, "Which losses were reported.", RestoreFigures)
ChangeReport = _report("ChangeReport", ChangeRow, "What happened to licenses.", ChangeFigures)
AnomalyReport = _report("AnomalyReport", AnomalyRow, "What should not happen, the newest first.")
ExpiringReport = _report("ExpiringReport", ExpiringRow, "Whose time runs out, the most urgent first.")

Asks = Callable[..., Awaitable[Report]]


def _asked(cls: type[Base], arguments: dict[str, Any]) -> PageQuery:
    return PageQuery(arguments["first"], where=filters_of(ENTITIES[cls.__name__], arguments.get("where")))


def _counted(ask: Asks, cls: type[Base], keys: type[enum.StrEnum], kind: type, description: str) -> Any:
    """A report of figures about rows of a class."""

    async def resolve(_parent: Any, info: ResolveInfo, **arguments: Any) -> Report:
        span = Span(arguments.get("from"), arguments.get("to"))
        by = frozenset(str(each.value) for each in arguments["groupBy"])
        return await ask(info.context.access, span, _asked(cls, arguments), by)

    grouping = argument("group_by", list[keys], "What to group by; nothing: the sums.", default=[])  # type: ignore[valid-type]
    return resolved(resolve, kind, description, grouping, *_SPAN, *_which(cls))


def _which(cls: type[Base]) -> tuple[StrawberryArgument, ...]:
    return (
        argument("where", TypeRef(f"{cls.__name__}Where") | None, "Only those that fulfil all of these conditions."),
        argument("first", int, f"How many rows at most; 1 to {ROW_LIMIT}.", default=PageQuery().first),
    )


async def _anomalies(_parent: Any, info: ResolveInfo, **arguments: Any) -> Report:
    span = Span(arguments.get("from"), arguments.get("to"))
    return await reports.anomalies(info.context.access, span, _asked(AuditEntry, arguments))


async def _expiring(_parent: Any, info: ResolveInfo, **arguments: Any) -> Report:
    days = arguments["withinDays"]
    if not 1 <= days <= _MOST_DAYS:
        raise BadInput(f"withinDays is a number from 1 to {_MOST_DAYS}")
    return await reports.expiring(info.context.access, days, _asked(License, arguments))


_SPAN = (
    argument("from", datetime | None, "From this instant on; left out: from the beginning."),
    argument("to", datetime | None, "Only what was before this instant; left out: up to now."),
)


@strawberry.type(
    description="Figures about what the viewer may report on: everything for the vendor, for the administrator of a group or "
    "a project what lies in it. Nothing else is counted, and nothing hidden is named.",
)
class Reports:
    """What was counted, each in one statement."""

    created_licenses = _counted(
        reports.created_licenses,
        License,
        CreatedKey,
        CreatedReport,
        "Which licenses were created, by whom, for whom.",
    )
    activations = _counted(reports.activations, Activation, LicenseKey, ActivationReport, "Which seats were activated.")
    restores = _counted(reports.restores, RestoreCase, RestoreKey, RestoreReport, "Which losses were reported.")
    changes = _counted(
        reports.changes, License, LicenseKey, ChangeReport,
        "What happened to licenses: created, renewed, changed, cancelled, ended. With a month as `from` and `to` it is the "
        "monthly report of whoever sells subscriptions.",
    )  # fmt: skip
    anomalies = resolved(
        _anomalies, AnomalyReport, "Restores beyond the rules, too many of them, and containers that are not as they should be.",
        *_SPAN, *_which(AuditEntry),
    )  # fmt: skip
    expiring = resolved(
        _expiring, ExpiringReport, "Licenses whose time runs out soon.",
        argument("within_days", int, f"In so many days from now; 1 to {_MOST_DAYS}.", default=30), *_which(License),
    )  # fmt: skip

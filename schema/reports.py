"""Reports: figures about what the viewer may report on, grouped by chosen keys, and lists of licenses and anomalies."""

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

_MAX_DAYS = 3660
_GROUP = (
    "The group that owns the licenses. Null if the report is not grouped by GROUP, and for licenses that people have bought or "
    "whose group the viewer may not read."
)
_PRODUCT = "The product of the licenses. Null if the report is not grouped by PRODUCT."
_MODEL = "The commercial model of the licenses. Null if the report is not grouped by MODEL."
_MONTH = "The first day of the month in UTC. Null if the report is not grouped by MONTH."


@strawberry.enum(description="The kind of an anomaly.")
class AnomalyKind(enum.Enum):
    """The values are the actions in the audit log."""

    EXCESSIVE_RECOVERY = strawberry.enum_value(
        "restore.excessive",
        description="A license was restored as often as its rules warn about, or more often than they allow.",
    )
    SPREADING_RECOVERY = strawberry.enum_value(
        "restore.spreading", description="A group reported many losses over all its licenses: 10 within 30 days."
    )
    RESTORE_OVER_LIMIT = strawberry.enum_value(
        "restore.over_limit",
        description="A restore exceeded the limits of the license, so that it was denied or the vendor has to decide.",
    )
    BLOCKED_CONTAINER_SEEN = strawberry.enum_value(
        "container.blocked_seen", description="A container was used although it is blocked."
    )
    UNEXPECTED_CONTAINER = strawberry.enum_value(
        "container.unexpected", description="A container reported an update counter that differs from the portal's."
    )


def _anomaly_kind(row: Row) -> AnomalyKind:
    known = row.action in reports.ANOMALIES
    return AnomalyKind(row.action) if known else AnomalyKind.RESTORE_OVER_LIMIT


def _figure(description: str) -> Any:
    return strawberry.field(description=description)


def _key(graphql_type: Any, description: str) -> Any:
    return strawberry.field(graphql_type=graphql_type | None, description=description)


@strawberry.type(
    description="The number of licenses that were created. Licenses that are not paid for are counted separately."
)
class CreatedFigures:
    """Counts of created licenses."""

    sold_licenses: int = _figure("The number of licenses that are paid for: all but demo and internal ones.")
    sold_seats: BigInt = _figure("The number of seats of the licenses that are paid for.")
    demo_licenses: int = _figure("The number of demo licenses.")
    internal_licenses: int = _figure("The number of licenses for internal use, not for resale.")


@strawberry.type(description="Created licenses with the same keys.")
class CreatedRow(CreatedFigures):
    """The keys and the counts."""

    creator = to_one_by_key(
        User,
        "creator_id",
        "The user who ordered the licenses. Null if the report is not grouped by CREATOR, or the viewer may not read the "
        "account.",
    )
    group = to_one_by_key(Group, "group_id", _GROUP)
    product = to_one_by_key(Product, "product_id", _PRODUCT)
    model = _key(LicenseModel, _MODEL)
    month = _key(date, _MONTH)


@strawberry.type(description="The number of activations that were requested, and how many of them are still in effect.")
class ActivationFigures:
    """Counts of activations."""

    activations: int = _figure("The number of activations that were requested.")
    holding: int = _figure("The number of these activations that still hold a seat.")
    ended: int = _figure("The number of these activations that have ended.")


@strawberry.type(description="Activations with the same keys.")
class ActivationRow(ActivationFigures):
    """The keys and the counts."""

    group = to_one_by_key(Group, "group_id", _GROUP)
    product = to_one_by_key(Product, "product_id", _PRODUCT)
    model = _key(LicenseModel, _MODEL)
    month = _key(date, _MONTH)


@strawberry.type(description="The number of restore cases, by their state.")
class RestoreFigures:
    """Counts of restore cases."""

    cases: int = _figure("The number of cases that were reported.")
    completed: int = _figure("The number of these cases that are completed.")
    waiting: int = _figure("The number of these cases that the vendor has to decide.")
    denied: int = _figure("The number of these cases that were denied.")


@strawberry.type(description="Restore cases with the same keys.")
class RestoreRow(RestoreFigures):
    """The keys and the counts."""

    group = to_one_by_key(
        Group,
        "group_id",
        "The group that owns the license or the container. Null if the report is not grouped by GROUP, or the viewer may not "
        "read the group.",
    )
    reason = _key(RestoreReason, "The reason for the restore. Null if the report is not grouped by REASON.")
    month = _key(date, _MONTH)


@strawberry.type(description="The number of licenses that were created, renewed, canceled and so on.")
class ChangeFigures:
    """Counts of changes of licenses."""

    created: int = _figure("The number of licenses that were created.")
    renewed: int = _figure("The number of renewals, automatic ones included.")
    modified: int = _figure("The number of changes of seats, features or rules.")
    prolonged: int = _figure("The number of times that days were added to prepaid licenses.")
    cancelled: int = _figure("The number of subscriptions that were canceled.")
    expired: int = _figure("The number of licenses that expired.")
    revoked: int = _figure("The number of licenses that were revoked.")


@strawberry.type(description="Changes of licenses with the same keys.")
class ChangeRow(ChangeFigures):
    """The keys and the counts."""

    group = to_one_by_key(Group, "group_id", _GROUP)
    product = to_one_by_key(Product, "product_id", _PRODUCT)
    model = _key(LicenseModel, _MODEL)
    month = _key(date, _MONTH)


@strawberry.type(name="Anomaly", description="An anomaly: an event that may indicate abuse or a defect.")
class AnomalyRow:
    """An entry of the audit log, with the objects that it concerns."""

    kind = derived(_anomaly_kind, Projection(), AnomalyKind, "The kind of the anomaly.")
    at: datetime = strawberry.field(description="When the anomaly occurred.")
    license = to_one_by_key(License, "license_id", "The license that the anomaly concerns. Null if it concerns none.")
    group = to_one_by_key(Group, "group_id", "The group in which the anomaly occurred.")
    actor = to_one_by_key(
        User,
        "actor_id",
        "The user whose action caused the anomaly. Null if there is none, or the viewer may not read the account.",
    )
    container = to_one_by_key(
        Container, "container_id", "The container that the anomaly concerns. Null if it concerns none."
    )
    restore_case = to_one_by_key(
        RestoreCase, "restore_case_id", "The restore case that the anomaly concerns. Null if it concerns none."
    )
    entry = to_one_by_key(AuditEntry, "id", "The entry in the audit log that reports the anomaly.")


@strawberry.type(name="ExpiringLicense", description="A license that expires soon.")
class ExpiringRow:
    """A license with the end of its validity."""

    expires_at: datetime = strawberry.field(description="When the license is no longer valid, exclusive.")
    renews: bool = strawberry.field(description="Whether the license renews automatically before it expires.")
    license = to_one_by_key(License, "id", "The license that expires.")


def _report(name: str, row: type, description: str, order: str, figures: type | None = None) -> Any:
    """The type of a report: its rows and, if it has figures, their totals."""
    body: dict[str, Any] = {
        "__annotations__": {"rows": list[row], "has_more": bool},  # type: ignore[valid-type]  # made by a function
        "__module__": __name__,
        "rows": strawberry.field(description=f"The rows of the report, at most `first`; {order}."),
        "has_more": strawberry.field(description="Whether there are more rows than `first`."),
    }
    if figures is not None:
        body["__annotations__"]["totals"] = figures
        body["totals"] = strawberry.field(description="The totals over all rows, including those beyond `first`.")
    return strawberry.type(type(name, (), body), description=description)


_BY_MONTH = "the newest month first, then the largest figures"
CreatedReport = _report("CreatedReport", CreatedRow, "A report of created licenses.", _BY_MONTH, CreatedFigures)
ActivationReport = _report("ActivationReport", ActivationRow, "A report of activations.", _BY_MONTH, ActivationFigures)
RestoreReport = _report("RestoreReport", RestoreRow, "A report of restore cases.", _BY_MONTH, RestoreFigures)
ChangeReport = _report("ChangeReport", ChangeRow, "A report of changes of licenses.", _BY_MONTH, ChangeFigures)
AnomalyReport = _report("AnomalyReport", AnomalyRow, "A report of anomalies.", "the newest first")
ExpiringReport = _report(
    "ExpiringReport", ExpiringRow, "A report of licenses that expire soon.", "the next to expire first"
)

RunReport = Callable[..., Awaitable[Report]]


def _page_query(cls: type[Base], arguments: dict[str, Any]) -> PageQuery:
    return PageQuery(arguments["first"], where=filters_of(ENTITIES[cls.__name__], arguments.get("where")))


def _grouped(run: RunReport, cls: type[Base], keys: type[enum.StrEnum], report_type: type, description: str) -> Any:
    """A report of figures about rows of a class, grouped by some of these keys."""

    async def resolve(_parent: Any, info: ResolveInfo, **arguments: Any) -> Report:
        span = Span(arguments.get("from"), arguments.get("to"))
        by = frozenset(str(key.value) for key in arguments["groupBy"])
        return await run(info.context.access, span, _page_query(cls, arguments), by)

    group_by = argument(
        "group_by",
        list[keys],  # type: ignore[valid-type]
        "The keys by which the figures are grouped. Without keys there is a single row with the totals.",
        default=[],
    )
    return resolved(resolve, report_type, description, group_by, *_SPAN, *_list_arguments(cls))


def _list_arguments(cls: type[Base]) -> tuple[StrawberryArgument, ...]:
    entity = ENTITIES[cls.__name__]
    return (
        argument(
            "where",
            TypeRef(f"{cls.__name__}Where") | None,
            f"Include only {entity.plural} that meet all of these conditions.",
        ),
        argument("first", int, f"The number of rows to return, from 1 to {ROW_LIMIT}.", default=PageQuery().first),
    )


async def _anomalies(_parent: Any, info: ResolveInfo, **arguments: Any) -> Report:
    span = Span(arguments.get("from"), arguments.get("to"))
    return await reports.anomalies(info.context.access, span, _page_query(AuditEntry, arguments))


async def _expiring(_parent: Any, info: ResolveInfo, **arguments: Any) -> Report:
    days = arguments["withinDays"]
    if not 1 <= days <= _MAX_DAYS:
        raise BadInput(f"withinDays must be between 1 and {_MAX_DAYS}, got {days}")
    return await reports.expiring(info.context.access, days, _page_query(License, arguments))


_SPAN = (
    argument("from", datetime | None, "The beginning of the time range, inclusive. Null: there is no beginning."),
    argument("to", datetime | None, "The end of the time range, exclusive. Null: there is no end."),
)


@strawberry.type(
    description="Reports about the groups and projects for which the viewer has the permission REPORT; for the vendor, about "
    "everything. Only objects that the viewer may read are counted and named."
)
class Reports:
    """Each report is a query of its own."""

    created_licenses = _grouped(
        reports.created_licenses, License, CreatedKey, CreatedReport, "The licenses that were created in a time range."
    )
    activations = _grouped(
        reports.activations,
        Activation,
        LicenseKey,
        ActivationReport,
        "The activations that were requested in a time range.",
    )
    restores = _grouped(
        reports.restores,
        RestoreCase,
        RestoreKey,
        RestoreReport,
        "The restore cases that were reported in a time range.",
    )
    changes = _grouped(
        reports.changes,
        License,
        LicenseKey,
        ChangeReport,
        "The changes of licenses in a time range: created, renewed, modified, canceled, expired, revoked. With a month as "
        "`from` and `to` it is the monthly report for subscriptions.",
    )
    anomalies = resolved(
        _anomalies,
        AnomalyReport,
        "The anomalies in a time range: restores over the limits, and blocked or unexpected containers.",
        *_SPAN,
        *_list_arguments(AuditEntry),
    )
    expiring = resolved(
        _expiring,
        ExpiringReport,
        "The licenses that expire soon.",
        argument(
            "within_days",
            int,
            f"The number of days from now within which the licenses expire, from 1 to {_MAX_DAYS}.",
            default=30,
        ),
        *_list_arguments(License),
    )

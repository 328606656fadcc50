"""Reports: licenses created, activated, lost, changed and expiring, counted among what the viewer may report on.

A row counts if the viewer may read it and may report on its group or its project. Keys and names that the viewer may not
know about are null, and their rows are counted together.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from authz.gate.access import Access
from authz.lists.filters import values_of
from authz.lists.queries import Filter, Operator, PageQuery, Row, SortOrder, Statement
from authz.lists.reporting import ReportScope
from store.activations import Activation
from store.audit import AuditEntry, Outcome
from store.containers import Container
from store.errors import BadInput
from store.license_states import Lifecycle
from store.licenses import License
from store.restores import RestoreCase
from store.services import reports as counting
from store.services.reports import ALL_TIME, ROW_LIMIT

_OF_LICENSE = ("product_id", "model", "quantity", "owner_group_id", "order_id", "not_for_resale", "created_at")
_OVER = AuditEntry.action.in_(("restore.requested", "restore.denied"))
_NEW = sa.func.coalesce(sa.func.jsonb_typeof(AuditEntry.before), "null") == "null"
ANOMALIES = ("restore.excessive", "restore.spreading", "container.blocked_seen", "container.unexpected")


@dataclass(frozen=True, slots=True)
class Span:
    """A time span: `since` is inclusive, `until` exclusive; None is unbounded."""

    since: datetime | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise BadInput(f"`from` must be before `to`, got {self.since.isoformat()} and {self.until.isoformat()}")

    def on(self, column: str, query: PageQuery) -> PageQuery:
        """The query with the span as two more filters on this column."""
        bounds = ((Operator.AT_LEAST, self.since), (Operator.LESS, self.until))
        more = tuple(Filter(column, how, at) for how, at in bounds if at is not None)
        return PageQuery(query.first, where=(*query.where, *more), order=query.order)

    @property
    def values(self) -> dict[str, datetime]:
        return {"since": self.since or ALL_TIME[0], "until": self.until or ALL_TIME[1]}


@dataclass(frozen=True, slots=True)
class Report:
    """The first rows, whether more rows follow, and the sums over all rows."""

    rows: Sequence[Row]
    has_more: bool

    @property
    def totals(self) -> "Totals":
        return Totals(self.rows[0] if self.rows else None)


class Totals:
    """The sums of a report by the names of its measures; 0 for a report without rows."""

    def __init__(self, row: Row | None) -> None:
        self._row = row

    def __getattr__(self, name: str) -> int:
        return 0 if self._row is None else int(getattr(self._row, f"total_{name}"))


async def created_licenses(access: Access, span: Span, query: PageQuery, by: Collection[str]) -> Report:
    query = span.on("created_at", query)
    return await _report(access, lambda scope: created_statement(scope, query, by), query)


def created_statement(scope: ReportScope, query: PageQuery, by: Collection[str]) -> Statement:
    """Created licenses by creator, owner group, product and month."""
    return scope.once(
        "created", frozenset(by), query, lambda: counting.created(_licenses(scope, query), scope.knows, by)
    )


async def activations(access: Access, span: Span, query: PageQuery, by: Collection[str]) -> Report:
    query = span.on("requested_at", query)

    def build(scope: ReportScope) -> Statement:
        seats = scope.rows(Activation, ("license_id", "state", "requested_at", "ended_at"), query).subquery("seats")
        return counting.activations(seats, _licenses(scope, PageQuery()), scope.knows, by)

    return await _report(
        access, lambda scope: scope.once("activations", frozenset(by), query, lambda: build(scope)), query
    )


async def restores(access: Access, span: Span, query: PageQuery, by: Collection[str]) -> Report:
    query = span.on("created_at", query)

    def build(scope: ReportScope) -> Statement:
        covered = sa.or_(
            RestoreCase.lost_container_id.in_(
                sa.select(Container.id).where(scope.covers(Container.owner_group_id, Container.owner_project_id))
            ),
            RestoreCase.activation_id.in_(
                sa.select(Activation.id)
                .join(License, License.id == Activation.license_id)
                .where(scope.covers(License.owner_group_id, License.assigned_project_id))
            ),
        )
        columns = ("activation_id", "lost_container_id", "reason", "state", "created_at")
        cases = scope.rows(RestoreCase, columns, query, covered).subquery("cases")
        return counting.restores(cases, _licenses(scope, PageQuery()), scope.knows, by)

    return await _report(
        access, lambda scope: scope.once("restores", frozenset(by), query, lambda: build(scope)), query
    )


async def changes(access: Access, span: Span, query: PageQuery, by: Collection[str]) -> Report:
    """Changes of licenses in a span: the monthly report of subscriptions."""

    def build(scope: ReportScope) -> Statement:
        licenses = _licenses(scope, query)
        return counting.changes(licenses, _changes(scope), scope.knows, by)

    return await _report(
        access, lambda scope: scope.once("changes", frozenset(by), query, lambda: build(scope)), query, **span.values
    )


async def anomalies(access: Access, span: Span, query: PageQuery) -> Report:
    """Anomalies: restores over the limit or too many of them, and containers in an unexpected state."""
    query = span.on("at", PageQuery(query.first, where=query.where, order=SortOrder("at")))

    def build(scope: ReportScope) -> Statement:
        anomalous = sa.or_(AuditEntry.action.in_(ANOMALIES), sa.and_(_OVER, _NEW))
        columns = ("at", "action", "license_id", "group_id", "actor_id")
        covered = scope.covers(AuditEntry.group_id, AuditEntry.project_id)
        found = scope.rows(AuditEntry, columns, query, anomalous, AuditEntry.outcome == Outcome.DONE, covered)
        about = (
            sa.case((AuditEntry.resource_type == cls.__name__, AuditEntry.resource_id)).label(name)
            for cls, name in ((Container, "container_id"), (RestoreCase, "restore_case_id"))
        )
        return counting.first(found.add_columns(*about), AuditEntry.at.desc(), AuditEntry.id.desc())

    return await _report(access, lambda scope: scope.once("anomalies", None, query, lambda: build(scope)), query)


async def expiring(access: Access, within_days: int, query: PageQuery) -> Report:
    """Licenses that expire soon, the earliest first, with whether they are renewed automatically."""
    now = access.services.clock.now()
    query = Span(now, now + timedelta(days=within_days)).on("expires_at", query)

    def build(scope: ReportScope) -> Statement:
        alive = License.lifecycle.in_((Lifecycle.SCHEDULED, Lifecycle.VALID, Lifecycle.SUSPENDED))
        covered = scope.covers(License.owner_group_id, License.assigned_project_id)
        renews = sa.and_(License.auto_renew, License.cancelled_at.is_(None)).label("renews")
        found = scope.rows(License, ("expires_at",), query, alive, covered).add_columns(renews)
        return counting.first(found, License.expires_at, License.id)

    return await _report(access, lambda scope: scope.once("expiring", None, query, lambda: build(scope)), query)


def _licenses(scope: ReportScope, query: PageQuery) -> Any:
    covered = scope.covers(License.owner_group_id, License.assigned_project_id)
    return scope.rows(License, _OF_LICENSE, query, covered).cte("seen")


def _changes(scope: ReportScope) -> Any:
    on_licenses = AuditEntry.action.in_(counting.CHANGES.values())
    entries = scope.rows(
        AuditEntry,
        ("license_id", "at", "action"),
        PageQuery(order=SortOrder("at")),
        on_licenses,
        AuditEntry.outcome == Outcome.DONE,
        counting.between(AuditEntry.at),
    )
    return entries.subquery("acts")


async def _report(access: Access, build: Callable[[ReportScope], Statement], query: PageQuery, **values: Any) -> Report:
    if not 1 <= query.first <= ROW_LIMIT:
        raise BadInput(f"`first` must be between 1 and {ROW_LIMIT}, got {query.first}")
    rows = await access.view.report(build, limit=query.first + 1, **values_of(query), **values)
    return Report(rows[: query.first], has_more=len(rows) > query.first)

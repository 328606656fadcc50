"""Reports: what was created, activated, lost, changed and runs out, counted among what the viewer may report on.

A row counts if its viewer may read it and may report on its group, or on its project. What a row is counted under, and
every name in it, is something that he may know of: what he may not is counted together, under nothing.
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
from store.licenses import License, Lifecycle
from store.restores import RestoreCase
from store.services import reports as counting
from store.services.reports import ALL_TIME, ROW_LIMIT

_OF_LICENSE = ("product_id", "model", "quantity", "owner_group_id", "order_id", "not_for_resale", "created_at")
_OVER = AuditEntry.action.in_(("restore.requested", "restore.denied"))
_NEW = sa.func.coalesce(sa.func.jsonb_typeof(AuditEntry.before), "null") == "null"
ANOMALIES = ("restore.excessive", "restore.spreading", "container.blocked_seen", "container.unexpected")


@dataclass(frozen=True, slots=True)
class Span:
    """From an instant on, and before another one; None is open."""

    since: datetime | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise BadInput("a report is from an instant to a later one")

    def on(self, column: str, asked: PageQuery) -> PageQuery:
        """The question with the span as two more conditions."""
        bounds = ((Operator.AT_LEAST, self.since), (Operator.LESS, self.until))
        more = tuple(Filter(column, how, at) for how, at in bounds if at is not None)
        return PageQuery(asked.first, where=(*asked.where, *more), order=asked.order)

    @property
    def values(self) -> dict[str, datetime]:
        return {"since": self.since or ALL_TIME[0], "until": self.until or ALL_TIME[1]}


@dataclass(frozen=True, slots=True)
class Report:
    """The first rows, whether there are more, and for counted ones the sums over all."""

    rows: Sequence[Row]
    has_more: bool

    @property
    def totals(self) -> "Totals":
        return Totals(self.rows[0] if self.rows else None)


class Totals:
    """The sums of a report, under the names of its measures."""

    def __init__(self, row: Row | None) -> None:
        self._row = row

    def __getattr__(self, name: str) -> int:
        return 0 if self._row is None else int(getattr(self._row, f"total_{name}"))


async def created_licenses(access: Access, span: Span, asked: PageQuery, by: Collection[str]) -> Report:
    asked = span.on("created_at", asked)
    return await _report(access, lambda reach: created_statement(reach, asked, by), asked)


def created_statement(reach: ReportScope, asked: PageQuery, by: Collection[str]) -> Statement:
    """Licenses by who has ordered them, for whom, of what, and when."""
    return reach.once(
        "created",
        frozenset(by),
        asked,
        lambda: counting.created(_licenses(reach, asked), reach.knows, by),
    )


async def activations(access: Access, span: Span, asked: PageQuery, by: Collection[str]) -> Report:
    asked = span.on("requested_at", asked)

    def build(reach: ReportScope) -> Statement:
        seats = reach.rows(Activation, ("license_id", "state", "requested_at", "ended_at"), asked).subquery("seats")
        return counting.activations(seats, _licenses(reach, PageQuery()), reach.knows, by)

    return await _report(
        access,
        lambda reach: reach.once("activations", frozenset(by), asked, lambda: build(reach)),
        asked,
    )


async def restores(access: Access, span: Span, asked: PageQuery, by: Collection[str]) -> Report:
    asked = span.on("created_at", asked)

    def build(reach: ReportScope) -> Statement:
        covered = sa.or_(
            RestoreCase.lost_container_id.in_(
                sa.select(Container.id).where(reach.covers(Container.owner_group_id, Container.owner_project_id)),
            ),
            RestoreCase.activation_id.in_(
                sa.select(Activation.id)
                .join(License, License.id == Activation.license_id)
                .where(reach.covers(License.owner_group_id, License.assigned_project_id)),
            ),
        )
        columns = ("activation_id", "lost_container_id", "reason", "state", "created_at")
        cases = reach.rows(RestoreCase, columns, asked, covered).subquery("cases")
        return counting.restores(cases, _licenses(reach, PageQuery()), reach.knows, by)

    return await _report(
        access,
        lambda reach: reach.once("restores", frozenset(by), asked, lambda: build(reach)),
        asked,
    )


async def changes(access: Access, span: Span, asked: PageQuery, by: Collection[str]) -> Report:
    """What happened to licenses in a span of time: the month of whoever sells subscriptions."""

    def build(reach: ReportScope) -> Statement:
        licenses = _licenses(reach, asked)
        return counting.changes(licenses, _acts(reach), reach.knows, by)

    return await _report(
        access,
        lambda reach: reach.once("changes", frozenset(by), asked, lambda: build(reach)),
        asked,
        **span.values,
    )


async def anomalies(access: Access, span: Span, asked: PageQuery) -> Report:
    """What should not happen: restores beyond the rules or too many, and containers that are not as they should be."""
    asked = span.on("at", PageQuery(asked.first, where=asked.where, order=SortOrder("at")))

    def build(reach: ReportScope) -> Statement:
        strange = sa.or_(AuditEntry.action.in_(ANOMALIES), sa.and_(_OVER, _NEW))
        columns = ("at", "action", "license_id", "group_id", "actor_id")
        covered = reach.covers(AuditEntry.group_id, AuditEntry.project_id)
        found = reach.rows(AuditEntry, columns, asked, strange, AuditEntry.outcome == Outcome.DONE, covered)
        about = (
            sa.case((AuditEntry.resource_type == cls.__name__, AuditEntry.resource_id)).label(name)
            for cls, name in ((Container, "container_id"), (RestoreCase, "restore_case_id"))
        )
        return counting.first(found.add_columns(*about), AuditEntry.at.desc(), AuditEntry.id.desc())

    return await _report(access, lambda reach: reach.once("anomalies", None, asked, lambda: build(reach)), asked)


async def expiring(access: Access, within_days: int, asked: PageQuery) -> Report:
    """Licenses whose time runs out soon, the most urgent first; whether they renew by themselves is told."""
    now = access.services.clock.now()
    asked = Span(now, now + timedelta(days=within_days)).on("expires_at", asked)

    def build(reach: ReportScope) -> Statement:
        alive = License.lifecycle.in_((Lifecycle.SCHEDULED, Lifecycle.VALID, Lifecycle.SUSPENDED))
        covered = reach.covers(License.owner_group_id, License.assigned_project_id)
        renews = sa.and_(License.auto_renew, License.cancelled_at.is_(None)).label("renews")
        found = reach.rows(License, ("expires_at",), asked, alive, covered).add_columns(renews)
        return counting.first(found, License.expires_at, License.id)

    return await _report(access, lambda reach: reach.once("expiring", None, asked, lambda: build(reach)), asked)


def _licenses(reach: ReportScope, asked: PageQuery) -> Any:
    covered = reach.covers(License.owner_group_id, License.assigned_project_id)
    return reach.rows(License, _OF_LICENSE, asked, covered).cte("seen")


def _acts(reach: ReportScope) -> Any:
    on_licenses = AuditEntry.action.in_(counting.CHANGES.values())
    acts = reach.rows(
        AuditEntry, ("license_id", "at", "action"), PageQuery(order=SortOrder("at")), on_licenses,
        AuditEntry.outcome == Outcome.DONE, counting.between(AuditEntry.at),
    )  # fmt: skip
    return acts.subquery("acts")


async def _report(access: Access, build: Callable[[ReportScope], Statement], asked: PageQuery, **values: Any) -> Report:
    if not 1 <= asked.first <= ROW_LIMIT:
        raise BadInput(f"first is a number from 1 to {ROW_LIMIT}")
    rows = await access.view.report(build, limit=asked.first + 1, **values_of(asked), **values)
    return Report(rows[: asked.first], has_more=len(rows) > asked.first)

"""Exports, streamed row by row: licenses as they are, counts of created licenses, and billing lines.

They contain what `resolvers/reports.py` counts: rows that the viewer may read, of groups and projects they may report on.
"""

from collections.abc import AsyncGenerator, Callable, Collection
from typing import Any

import sqlalchemy as sa

from authz.gate.access import Access
from authz.lists.filters import values_of
from authz.lists.queries import PageQuery, Row, SortOrder, Statement
from authz.lists.reporting import ReportScope
from resolvers.reports import Span, created_statement
from store.audit import AuditEntry, Outcome
from store.licenses import License
from store.services import billing
from store.services.inventory import inventory
from store.services.reports import between
from store.time_contingents import TimeContingent

_EVERYTHING = 2**31 - 1
_BILLED = (
    "product_id",
    "model",
    "quantity",
    "owner_group_id",
    "owner_user_id",
    "order_id",
    "not_for_resale",
    "created_at",
    "starts_at",
    "expires_at",
    "days",
)
_KEPT = (
    *_BILLED,
    "lifecycle",
    "period",
    "auto_renew",
    "cancelled_at",
    "visibility",
    "assigned_user_id",
    "assigned_group_id",
    "assigned_project_id",
)


def licenses(access: Access, span: Span) -> AsyncGenerator[Row, None]:
    """The licenses that were created within the span, as they are now, the newest first."""
    query = span.on("created_at", PageQuery())

    def build(scope: ReportScope) -> Statement:
        return inventory(_seen(scope, _KEPT, query).subquery("seen"), scope.knows)

    return _rows(access, lambda scope: scope.once("licenses", None, query, lambda: build(scope)), query)


def created(access: Access, span: Span, by: Collection[str]) -> AsyncGenerator[Row, None]:
    """The report of created licenses with all of its rows."""
    query = span.on("created_at", PageQuery())
    return _rows(access, lambda scope: created_statement(scope, query, by), query, limit=_EVERYTHING)


def billed(access: Access, span: Span) -> AsyncGenerator[Row, None]:
    """The billing lines of the span, the oldest first."""
    query = PageQuery()

    def build(scope: ReportScope) -> Statement:
        charged = AuditEntry.action.in_((*billing.CHARGED, billing.CONTINGENT_SOLD))
        entries = scope.rows(
            AuditEntry,
            ("license_id", "at", "action", "before", "after"),
            PageQuery(order=SortOrder("at")),
            charged,
            AuditEntry.outcome == Outcome.DONE,
            between(AuditEntry.at),
        )
        sold = scope.covers(TimeContingent.group_id, sa.cast(sa.null(), sa.Uuid))
        pools = scope.rows(TimeContingent, ("group_id", "product_id"), query, sold).subquery("pools")
        return billing.billing_lines(_seen(scope, _BILLED, query).cte("seen"), entries.cte("acts"), pools, scope.knows)

    return _rows(access, lambda scope: scope.once("billed", None, query, lambda: build(scope)), query, **span.values)


def _seen(scope: ReportScope, columns: Collection[str], query: PageQuery) -> Any:
    return scope.rows(License, columns, query, scope.covers(License.owner_group_id, License.assigned_project_id))


def _rows(
    access: Access, build: Callable[[ReportScope], Statement], query: PageQuery, **values: Any
) -> AsyncGenerator[Row, None]:
    return access.view.stream(build, **values_of(query), **values)

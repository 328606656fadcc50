"""Reports to take away, row by row out of a cursor: licenses as they stand, created ones counted, and what is to be charged.

They hold what `resolvers/reports.py` counts: rows that the viewer may read, of groups and projects that he may report on.
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
from store.orders import TimeContingent
from store.services import billing
from store.services.inventory import inventory
from store.services.reports import between

_EVERYTHING = 2**31 - 1
_BILLED = (
    "product_id", "model", "quantity", "owner_group_id", "owner_user_id", "order_id", "not_for_resale", "created_at",
    "starts_at", "expires_at", "days",
)  # fmt: skip
_KEPT = (
    *_BILLED, "lifecycle", "period", "auto_renew", "cancelled_at", "visibility", "assigned_user_id", "assigned_group_id",
    "assigned_project_id",
)  # fmt: skip


def licenses(access: Access, span: Span) -> AsyncGenerator[Row, None]:
    """Those that were created within the span, as they stand now, the newest first."""
    asked = span.on("created_at", PageQuery())

    def build(reach: ReportScope) -> Statement:
        return inventory(_seen(reach, _KEPT, asked).subquery("seen"), reach.knows)

    return _rows(access, lambda reach: reach.once("licenses", None, asked, lambda: build(reach)), asked)


def created(access: Access, span: Span, by: Collection[str]) -> AsyncGenerator[Row, None]:
    """The report of created licenses, however many rows it has."""
    asked = span.on("created_at", PageQuery())
    return _rows(access, lambda reach: created_statement(reach, asked, by), asked, limit=_EVERYTHING)


def billed(access: Access, span: Span) -> AsyncGenerator[Row, None]:
    """What is to be charged for the span, the oldest first."""
    asked = PageQuery()

    def build(reach: ReportScope) -> Statement:
        charged = AuditEntry.action.in_((*billing.CHARGED, billing.CONTINGENT_SOLD))
        acts = reach.rows(
            AuditEntry, ("license_id", "at", "action", "before", "after"), PageQuery(order=SortOrder("at")), charged,
            AuditEntry.outcome == Outcome.DONE, between(AuditEntry.at),
        )  # fmt: skip
        sold = reach.covers(TimeContingent.group_id, sa.cast(sa.null(), sa.Uuid))
        pools = reach.rows(TimeContingent, ("group_id", "product_id"), asked, sold).subquery("pools")
        return billing.billing_lines(_seen(reach, _BILLED, asked).cte("seen"), acts.cte("acts"), pools, reach.knows)

    return _rows(access, lambda reach: reach.once("billed", None, asked, lambda: build(reach)), asked, **span.values)


def _seen(reach: ReportScope, columns: Collection[str], asked: PageQuery) -> Any:
    return reach.rows(License, columns, asked, reach.covers(License.owner_group_id, License.assigned_project_id))


def _rows(
    access: Access,
    build: Callable[[ReportScope], Statement],
    asked: PageQuery,
    **values: Any,
) -> AsyncGenerator[Row, None]:
    return access.view.stream(build, **values_of(asked), **values)

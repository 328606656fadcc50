"""What everybody may know before he logs in: the name of the portal, and how it looks.

For a stranger there is no gate to go through; so what is shown here is written out, column by column.
"""

from typing import Any

import sqlalchemy as sa

from authz.lists.queries import Expression, Filter, Operator, PageQuery, Projection, Row, SortOrder
from schema.context import Context
from store.branding import Branding
from store.db.base import Base
from store.portal import Portal

_OLDEST = SortOrder(descending=False)
_SHOWN: dict[type[Base], frozenset[str]] = {
    Portal: frozenset({"id", "name"}),
    Branding: frozenset({"id", "name", "host", "logo_url", "colors", "legal_notice", "copyright", "created_at"}),
}


async def portal_row(context: Context, projection: Projection) -> Row | None:
    """The portal's only row; None as long as it is not set up."""
    return await _first(context, Portal, projection, ())


async def branding_row(context: Context, projection: Projection, host: str | None) -> Row | None:
    """The look that belongs to a host; without one, the oldest: the vendor's own."""
    where = () if host is None else (Filter("host", Operator.EQUAL, host),)
    return await _first(context, Branding, projection, where)


async def _first(context: Context, cls: type[Base], projection: Projection, where: tuple[Filter, ...]) -> Row | None:
    view = context.access.view
    if await view.actor() is not None:
        page = await view.page(cls, PageQuery(first=1, where=where, order=_OLDEST), projection)
        return page.rows[0] if page.rows else None
    rows = await view.public(_public(cls, projection, where))
    return rows[0] if rows else None


def _public(cls: type[Base], projection: Projection, where: tuple[Filter, ...]) -> sa.Select[Any]:
    """Nobody who is not logged in may do anything: every `can_` is false."""
    expressions: list[Expression] = sorted(projection.expressions, key=lambda each: each.name)
    shown = _SHOWN[cls]
    columns = [
        getattr(cls, each) if each in shown else sa.null().label(each) for each in sorted(projection.columns | {"id"})
    ]
    computed = [each.sql(cls).label(each.name) for each in expressions]
    denied = [sa.false().label(f"can_{each}") for each in sorted(projection.can)]
    statement = sa.select(*columns, *computed, *denied).order_by(cls.__table__.c.created_at).limit(1)
    return statement.where(*(getattr(cls, each.column) == each.value for each in where))

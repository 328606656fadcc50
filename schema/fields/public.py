"""What callers may read before they log in: the name of the portal, and how it looks (`allow_anonymous` in the policy)."""

from authz.lists.queries import Filter, Operator, PageQuery, Projection, Row, SortOrder
from schema.context import Context
from store.branding import Branding
from store.db.base import Base
from store.portal import Portal

_OLDEST_FIRST = SortOrder(descending=False)


async def portal_row(context: Context, projection: Projection) -> Row | None:
    """The portal's only row; None as long as it is not set up."""
    return await _first(context, Portal, projection)


async def branding_row(context: Context, projection: Projection, host: str | None) -> Row | None:
    """The look that belongs to a host; without one, the oldest: the vendor's own."""
    where = () if host is None else (Filter("host", Operator.EQUAL, host),)
    return await _first(context, Branding, projection, *where)


async def _first(context: Context, cls: type[Base], projection: Projection, *where: Filter) -> Row | None:
    page = await context.access.view.page(cls, PageQuery(first=1, where=where, order=_OLDEST_FIRST), projection)
    return page.rows[0] if page.rows else None

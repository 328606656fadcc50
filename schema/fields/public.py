"""The root objects that anonymous callers may read, too, as far as `allow_anonymous` in the policy allows."""

from authz.lists.queries import Filter, Operator, PageQuery, Projection, Row, SortOrder
from schema.context import Context
from store.branding import Branding
from store.db.base import Base
from store.portal import Portal

_OLDEST_FIRST = SortOrder(descending=False)


async def portal_row(context: Context, projection: Projection) -> Row | None:
    """The only row of the portal; None before it is set up."""
    return await _first(context, Portal, projection)


async def branding_row(context: Context, projection: Projection, host: str | None) -> Row | None:
    """The branding of a host; without a host the oldest one, which is the vendor's own."""
    where = () if host is None else (Filter("host", Operator.EQUAL, host),)
    return await _first(context, Branding, projection, *where)


async def _first(context: Context, cls: type[Base], projection: Projection, *where: Filter) -> Row | None:
    page = await context.access.view.page(cls, PageQuery(first=1, where=where, order=_OLDEST_FIRST), projection)
    return page.rows[0] if page.rows else None

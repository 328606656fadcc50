"""What waits on site: how much of a published project is not in its container yet, counted and not named (spec A13)."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from authz.lists.queries import Expression, Filter, Operator, PageQuery, Projection, Row
from schema.context import Context
from store.projects import Project, ProjectRevision, ProjectState, VirtualContainer, VirtualContainerState

_NOTHING = sa.cast(sa.literal("[]"), JSONB)


def licenses_published(planned: Any) -> sa.ColumnElement[int]:
    """How many licenses the last revision has in it."""
    return sa.func.jsonb_array_length(_held(planned, _newest(planned)))


def licenses_to_add(planned: Any) -> sa.ColumnElement[int]:
    """How many of the last revision are not of the one that its container holds."""
    return _beyond(_held(planned, _newest(planned)), _held(planned, planned.bound_revision))


def licenses_to_remove(planned: Any) -> sa.ColumnElement[int]:
    """How many of the revision that its container holds are not of the last one."""
    return _beyond(_held(planned, planned.bound_revision), _held(planned, _newest(planned)))


def waits(planned: Any) -> sa.ColumnElement[bool]:
    """Whether its container can take over a newer revision now."""
    published = sa.exists().where(Project.id == planned.project_id, Project.state == ProjectState.PUBLISHED)
    return sa.and_(planned.state == VirtualContainerState.STALE, published)


async def waiting_for(context: Context, container_id: Any) -> Any:
    """The virtual container that a real one has become, if something waits for it; None also where it is not known of."""
    here = (
        Filter("container_id", Operator.EQUAL, container_id),
        Filter("state", Operator.EQUAL, VirtualContainerState.STALE),
    )
    want = Projection(expressions=frozenset({_WAITS}))
    page = await context.access.view.page(VirtualContainer, PageQuery(first=1, where=here), want)
    found: list[Row] = [each for each in page.rows if each.update_waits]
    return found[0].id if found else None


_WAITS = Expression("update_waits", waits)


def _newest(planned: Any) -> sa.ScalarSelect[int]:
    return sa.select(Project.revision).where(Project.id == planned.project_id).correlate(planned).scalar_subquery()


def _held(planned: Any, number: Any) -> sa.ColumnElement[Any]:
    """The ids of the licenses that a revision has in it, as JSON; none where there is no such revision."""
    place = ("virtualContainers", sa.cast(planned.id, sa.Text), "licenses")
    line = sa.func.jsonb_extract_path(ProjectRevision.snapshot, *place, type_=JSONB)
    found = sa.select(line).where(ProjectRevision.project_id == planned.project_id, ProjectRevision.number == number)
    return sa.func.coalesce(found.correlate(planned).scalar_subquery(), _NOTHING, type_=JSONB)


def _beyond(these: Any, those: Any) -> sa.ColumnElement[int]:
    """How many of these are not among those."""
    each = sa.func.jsonb_array_elements_text(these).table_valued("name").render_derived()
    return sa.select(sa.func.count()).select_from(each).where(~those.has_key(each.c.name)).scalar_subquery()

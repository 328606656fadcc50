"""Pending updates of containers on site: the number of licenses that differ from the published revision (spec A13).

Licenses that the viewer may not read are counted, but not named.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from authz.lists.queries import Expression, Filter, Operator, PageQuery, Projection, Row
from schema.context import Context
from store.projects import Project, ProjectRevision, ProjectState, VirtualContainer, VirtualContainerState

_EMPTY = sa.cast(sa.literal("[]"), JSONB)


def licenses_published(virtual_container: Any) -> sa.ColumnElement[int]:
    """The number of licenses in the latest revision."""
    return sa.func.jsonb_array_length(_license_ids(virtual_container, _latest_revision(virtual_container)))


def licenses_to_add(virtual_container: Any) -> sa.ColumnElement[int]:
    """The number of licenses in the latest revision that are not in the bound one."""
    return _difference(
        _license_ids(virtual_container, _latest_revision(virtual_container)),
        _license_ids(virtual_container, virtual_container.bound_revision),
    )


def licenses_to_remove(virtual_container: Any) -> sa.ColumnElement[int]:
    """The number of licenses in the bound revision that are not in the latest one."""
    return _difference(
        _license_ids(virtual_container, virtual_container.bound_revision),
        _license_ids(virtual_container, _latest_revision(virtual_container)),
    )


def update_pending(virtual_container: Any) -> sa.ColumnElement[bool]:
    """Whether a newer revision can be pulled into the bound container."""
    published = sa.exists().where(Project.id == virtual_container.project_id, Project.state == ProjectState.PUBLISHED)
    return sa.and_(virtual_container.state == VirtualContainerState.STALE, published)


async def with_pending_update(context: Context, container_id: Any) -> Any:
    """The ID of the virtual container whose newer revision can be pulled into a container; None if there is none.

    Also None if the viewer may not read it.
    """
    where = (
        Filter("container_id", Operator.EQUAL, container_id),
        Filter("state", Operator.EQUAL, VirtualContainerState.STALE),
    )
    projection = Projection(expressions=frozenset({_UPDATE_PENDING}))
    page = await context.access.view.page(VirtualContainer, PageQuery(first=1, where=where), projection)
    pending: list[Row] = [row for row in page.rows if row.update_pending]
    return pending[0].id if pending else None


_UPDATE_PENDING = Expression("update_pending", update_pending)


def _latest_revision(virtual_container: Any) -> sa.ScalarSelect[int]:
    project = sa.select(Project.revision).where(Project.id == virtual_container.project_id)
    return project.correlate(virtual_container).scalar_subquery()


def _license_ids(virtual_container: Any, number: Any) -> sa.ColumnElement[Any]:
    """The IDs of the licenses in a revision, as a JSON array; empty if there is no such revision."""
    path = ("virtualContainers", sa.cast(virtual_container.id, sa.Text), "licenses")
    ids = sa.func.jsonb_extract_path(ProjectRevision.snapshot, *path, type_=JSONB)
    statement = sa.select(ids).where(
        ProjectRevision.project_id == virtual_container.project_id, ProjectRevision.number == number
    )
    return sa.func.coalesce(statement.correlate(virtual_container).scalar_subquery(), _EMPTY, type_=JSONB)


def _difference(ids: Any, other_ids: Any) -> sa.ColumnElement[int]:
    """The number of IDs in the first JSON array that are not in the second."""
    each = sa.func.jsonb_array_elements_text(ids).table_valued("name").render_derived()
    return sa.select(sa.func.count()).select_from(each).where(~other_ids.has_key(each.c.name)).scalar_subquery()

"""The inventory: one line for each license, with the names of related objects."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from store.activations import COUNTING, Activation
from store.groups import Group
from store.orders import LicenseOrder
from store.products import Product
from store.projects import Project
from store.services.reports import CanRead
from store.users import User


def inventory(licenses: Any, can_read: CanRead) -> sa.Select[Any]:
    """The current licenses, newest first."""
    of = licenses.c
    user, group, project = aliased(User), aliased(Group), aliased(Project)
    source = licenses
    for assignee, id_ in (
        (user, of.assigned_user_id),
        (group, of.assigned_group_id),
        (project, of.assigned_project_id),
    ):
        source = sa.outerjoin(source, assignee, sa.and_(assignee.id == id_, can_read(assignee)))
    taken = sa.select(sa.func.count()).where(Activation.license_id == of.id, Activation.state.in_(COUNTING))
    plain = (
        "quantity",
        "lifecycle",
        "starts_at",
        "expires_at",
        "period",
        "auto_renew",
        "cancelled_at",
        "not_for_resale",
        "visibility",
        "created_at",
    )
    columns = (
        *(of[name] for name in plain),
        taken.scalar_subquery().label("seats_taken"),
        user.id.label("assigned_user_id"),
        group.id.label("assigned_group_id"),
        project.id.label("assigned_project_id"),
        sa.func.coalesce(user.name, group.name, project.name).label("assignee"),
    )
    return license_lines(licenses, can_read, source, columns).order_by(of.created_at.desc(), of.id.desc())


def license_lines(licenses: Any, can_read: CanRead, source: Any, columns: Collection[Any]) -> sa.Select[Any]:
    """A line for each license of `source`, with the ids and names of related objects that the viewer can read."""
    of = licenses.c
    product, order, group, person = aliased(Product), aliased(LicenseOrder), aliased(Group), aliased(User)
    for neighbor, id_ in (
        (product, of.product_id),
        (order, of.order_id),
        (group, of.owner_group_id),
        (person, of.owner_user_id),
    ):
        source = sa.outerjoin(source, neighbor, sa.and_(neighbor.id == id_, can_read(neighbor)))
    return sa.select(
        *columns,
        of.id.label("license_id"),
        product.name.label("product"),
        product.firm_code,
        product.product_code,
        of.model,
        group.id.label("group_id"),
        group.name.label("group"),
        person.name.label("person"),
        order.source,
        order.external_ref,
    ).select_from(source)

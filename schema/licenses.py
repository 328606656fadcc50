"""The GraphQL type of licenses."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from authz.lists.queries import ParentLink
from schema.enums import Availability
from schema.fields.declare import column, first_of, sql_expression, to_many, to_one
from schema.fields.entities import entity
from schema.fields.scalars import Duration
from schema.nodes import Node
from store.activations import COUNTING
from store.activations import Activation as ActivationRow
from store.containers import ContainerType
from store.db.base import text_enum
from store.licenses import License as LicenseRow
from store.licenses import LicenseFeature
from store.products import Feature as FeatureRow


def seats_taken(license: Any) -> sa.ColumnElement[int]:
    """The number of activations that hold a seat."""
    seat = aliased(ActivationRow)
    held = sa.select(sa.func.count()).where(seat.license_id == license.id, seat.state.in_(COUNTING))
    return held.correlate_except(seat).scalar_subquery()


def seats_free(license: Any) -> sa.ColumnElement[int]:
    return sa.func.greatest(license.quantity - seats_taken(license), 0)


def availability(license: Any) -> sa.ColumnElement[Any]:
    taken = seats_taken(license)
    word = sa.case(
        (taken == 0, Availability.AVAILABLE),
        (taken < license.quantity, Availability.PARTIALLY_ACTIVATED),
        else_=Availability.FULLY_ACTIVATED,
    )
    kind: Any = text_enum(Availability)
    return sa.type_coerce(word, kind)


@entity(
    LicenseRow,
    "The right to use a product. A license belongs to a group, which assigns it to people, groups or projects, or to the "
    "person who bought it.",
)
class License(Node):
    """A license with its owner, assignee, validity and activations."""

    product = to_one(LicenseRow.product, "The product that the license allows to use.", filterable=True)
    model = column(
        LicenseRow.model, "The commercial model, which determines seats, validity and renewal.", filterable=True
    )
    quantity = column(LicenseRow.quantity, "The number of seats, at least 1.", filterable=True)
    seats_taken = sql_expression(
        "seats_taken",
        seats_taken,
        int,
        "The number of seats that activations hold, including activations that a container has not confirmed yet.",
    )
    seats_free = sql_expression("seats_free", seats_free, int, "The number of seats that can still be activated.")
    availability = sql_expression(
        "availability", availability, Availability, "Whether all, some or none of the seats are free."
    )
    group = first_of(
        (LicenseRow.assigned_group, LicenseRow.owner_group),
        "The group to which the license is assigned, otherwise the owner group. Null if neither exists or the viewer may not "
        "read it.",
    )
    owner_group = to_one(
        LicenseRow.owner_group,
        "The group that owns the license, visible to its administrators and to vendor staff. Null for a license that a "
        "person has bought.",
        filterable=True,
    )
    owner_user = to_one(
        LicenseRow.owner_user,
        "The person who has bought the license. Null for a license that a group owns.",
        filterable=True,
    )
    assignee = first_of(
        (LicenseRow.assigned_user, LicenseRow.assigned_group, LicenseRow.assigned_project),
        "The user, group or project to which the license is assigned. Null while it is in the pool of its owner group.",
        interface="Assignee",
    )
    assigned_user = to_one(
        LicenseRow.assigned_user,
        "The user to whom the license is assigned. Null if it is assigned to a group or project, or not at all.",
        filterable=True,
    )
    assigned_group = to_one(
        LicenseRow.assigned_group,
        "The group to which the license is assigned. Null if it is assigned to a user or project, or not at all.",
        filterable=True,
    )
    assigned_project = to_one(
        LicenseRow.assigned_project,
        "The project to which the license is assigned. Null if it is assigned to a user or group, or not at all.",
        filterable=True,
    )
    visibility = column(
        LicenseRow.visibility,
        "Who can see the license while it is assigned to a group or project. ADMIN_ONLY unless changed.",
        filterable=True,
    )
    lifecycle = column(LicenseRow.lifecycle, "Whether the license can be used.", filterable=True)
    starts_at = column(LicenseRow.starts_at, "When the license becomes valid, inclusive.", filterable=True)
    expires_at = column(
        LicenseRow.expires_at,
        "When the license is no longer valid, exclusive. Null: it never expires, or its days start with the first activation.",
        filterable=True,
    )
    period = column(
        LicenseRow.period,
        "The length of the period by which the license renews, such as `P1Y`. Null: it does not renew by periods.",
        graphql_type=Duration,
    )
    days = column(
        LicenseRow.days,
        "The number of days that the license runs from its first activation. Null: it does not run by days.",
    )
    time_pool_days = column(LicenseRow.time_pool_days, "The number of days bought for the license and not used yet.")
    first_activated_at = column(
        LicenseRow.first_activated_at,
        "When a seat was activated for the first time. Null: the license was never activated.",
    )
    cancelled_at = column(
        LicenseRow.cancelled_at,
        "When the subscription was canceled; it can be used until `expiresAt`. Null: it is not canceled.",
    )
    renews_at = column(
        LicenseRow.renews_at,
        "When the next period is fixed: the subscription must be canceled before. Null: it does not renew automatically.",
    )
    next_quantity = column(
        LicenseRow.next_quantity, "The number of seats from the next period on. Null: the number stays the same."
    )
    deactivation_allowed = column(
        LicenseRow.deactivation_allowed,
        "Whether activations can be deactivated. Null: as `deactivationAllowed` of the product says.",
    )
    container_types = column(
        LicenseRow.container_types,
        "The types of containers in which the license can be activated. Null: all types.",
        graphql_type=list[ContainerType],
    )
    auto_renew = column(LicenseRow.auto_renew, "Whether the license renews automatically at the end of its period.")
    not_for_resale = column(
        LicenseRow.not_for_resale,
        "Whether the license is only for internal use by the vendor and its resellers.",
        filterable=True,
    )
    ticket = to_one(
        LicenseRow.ticket, "The ticket with which the license was redeemed. Null if there was none.", filterable=True
    )
    order = to_one(
        LicenseRow.order,
        "The order from which the license was created. Null if there was none, or the viewer may not read it.",
    )
    features = to_many(
        ParentLink(LicenseFeature.license_id, LicenseFeature.feature_id),
        "The features of the product that are enabled in the license.",
        of=FeatureRow,
    )
    activations = to_many(
        ParentLink(ActivationRow.license_id), "The activations of the license, including those that have ended."
    )
    created_at = column(LicenseRow.created_at, "When the license was created.", filterable=True, sortable=True)
    updated_at = column(LicenseRow.updated_at, "When the license was last changed.")

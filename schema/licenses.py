"""Licenses as clients read them."""

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
    """How many activations hold a seat at this moment."""
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


@entity(LicenseRow, "The right to use a product, for a person or for a group that hands it on.")
class License(Node):
    """Whose it is, who may use it, and until when."""

    product = to_one(LicenseRow.product, "What it is a license of.", filterable=True)
    model = column(LicenseRow.model, "How it was sold.", filterable=True)
    quantity = column(LicenseRow.quantity, "How many seats it has.", filterable=True)
    seats_taken = sql_expression("seats_taken", seats_taken, int, "How many of them are taken.")
    seats_free = sql_expression("seats_free", seats_free, int, "How many of them are free.")
    availability = sql_expression("availability", availability, Availability, "How much of it is activated.")
    group = first_of(
        (LicenseRow.assigned_group, LicenseRow.owner_group),
        "The group it is assigned to, or else, for those who may know it, the one it was made for.",
    )
    owner_group = to_one(
        LicenseRow.owner_group,
        "The group it was made for; only its administrators and the vendor's people see it.",
        filterable=True,
    )
    owner_user = to_one(LicenseRow.owner_user, "The person who bought it for himself.", filterable=True)
    assignee = first_of(
        (LicenseRow.assigned_user, LicenseRow.assigned_group, LicenseRow.assigned_project),
        "Who may use it; null as long as it lies in the pool of its group.",
        interface="Assignee",
    )
    assigned_user = to_one(
        LicenseRow.assigned_user, "The assignee, if it is a person or a technical user.", filterable=True
    )
    assigned_group = to_one(LicenseRow.assigned_group, "The assignee, if it is a group.", filterable=True)
    assigned_project = to_one(LicenseRow.assigned_project, "The assignee, if it is a project.", filterable=True)
    visibility = column(LicenseRow.visibility, "Who of the group or project sees it.", filterable=True)
    lifecycle = column(LicenseRow.lifecycle, "Where it stands.", filterable=True)
    starts_at = column(LicenseRow.starts_at, "From when it is valid.", filterable=True)
    expires_at = column(LicenseRow.expires_at, "Until when it is valid; null: for good.", filterable=True)
    period = column(LicenseRow.period, "The term by which it renews.", graphql_type=Duration)
    days = column(LicenseRow.days, "For how many days it runs from its first activation.")
    time_pool_days = column(LicenseRow.time_pool_days, "Days that are bought and not yet used.")
    first_activated_at = column(LicenseRow.first_activated_at, "When it was activated for the first time.")
    cancelled_at = column(LicenseRow.cancelled_at, "When it was cancelled; it runs to the end of its term.")
    renews_at = column(LicenseRow.renews_at, "The last moment to cancel at; from then on the next term is settled.")
    next_quantity = column(LicenseRow.next_quantity, "How many seats it has from the next term on, if not as many.")
    deactivation_allowed = column(
        LicenseRow.deactivation_allowed,
        "Whether its seats can be given back; null: as its product says.",
    )
    container_types = column(
        LicenseRow.container_types, "Where it may live; null: anywhere.", graphql_type=list[ContainerType]
    )
    auto_renew = column(LicenseRow.auto_renew, "Whether it renews by itself.")
    not_for_resale = column(
        LicenseRow.not_for_resale, "Whether it is for the use inside the house only.", filterable=True
    )
    ticket = to_one(LicenseRow.ticket, "The ticket that it came by.", filterable=True)
    order = to_one(LicenseRow.order, "The order that it came from.")
    features = to_many(
        ParentLink(LicenseFeature.license_id, LicenseFeature.feature_id),
        "What is switched on in it.",
        of=FeatureRow,
    )
    activations = to_many(ParentLink(ActivationRow.license_id), "Its seats in containers.")
    created_at = column(LicenseRow.created_at, "When it was created.", filterable=True, sortable=True)
    updated_at = column(LicenseRow.updated_at, "When it was changed last.")

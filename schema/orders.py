"""The GraphQL types of orders and time contingents."""

from authz.lists.queries import ParentLink
from schema.fields.declare import column, to_many, to_one
from schema.fields.entities import entity
from schema.nodes import Node
from store.licenses import License as LicenseRow
from store.orders import LicenseOrder as LicenseOrderRow
from store.time_contingents import TimeContingent as TimeContingentRow


@entity(LicenseOrderRow, "An order of licenses, placed in the portal or through the API.")
class LicenseOrder(Node):
    """An order with its template, recipient and state."""

    template = to_one(
        LicenseOrderRow.template,
        "The license template that was ordered. Null if the viewer may not read it.",
        filterable=True,
    )
    group = to_one(
        LicenseOrderRow.group,
        "The group for which the licenses are ordered. Null if they are for a person or for the redeemer of the ticket.",
        filterable=True,
    )
    person = to_one(
        LicenseOrderRow.person,
        "The person for whom the licenses are ordered. Null if they are for a group or for the redeemer of the ticket.",
        filterable=True,
    )
    ticket = to_one(
        LicenseOrderRow.ticket,
        "The ticket that was created for the order. Null until the order is fulfilled, or if the viewer may not read it.",
    )
    licenses = to_many(ParentLink(LicenseRow.order_id), "The licenses that were created from the order.")
    actor = to_one(
        LicenseOrderRow.actor,
        "The user who placed the order. Null if the viewer may not read the account.",
        filterable=True,
    )
    quantity = column(LicenseOrderRow.quantity, "The number of seats of the license, at least 1.")
    starts_at = column(LicenseOrderRow.starts_at, "When the license becomes valid. Null: when the ticket is redeemed.")
    expires_at = column(
        LicenseOrderRow.expires_at, "When the license is no longer valid, exclusive. Null: as the template says."
    )
    source = column(
        LicenseOrderRow.source, "Whether the order was placed in the portal or through the API.", filterable=True
    )
    external_ref = column(
        LicenseOrderRow.external_ref,
        "The reference of the order in the shop or ERP system, unique for its source. Null: none was given.",
        filterable=True,
    )
    state = column(LicenseOrderRow.state, "The state of the order.", filterable=True)
    reason = column(LicenseOrderRow.reason, "Why the order was rejected. Null: it was not rejected.")
    created_at = column(LicenseOrderRow.created_at, "When the order was placed.", filterable=True, sortable=True)


@entity(
    TimeContingentRow,
    "A pool of days that a group has bought for a product and not used yet. The days can be added to prepaid licenses.",
)
class TimeContingent(Node):
    """Days of a group for a product."""

    group = to_one(TimeContingentRow.group, "The group that has bought the days.", filterable=True)
    product = to_one(TimeContingentRow.product, "The product for whose licenses the days can be used.", filterable=True)
    days = column(TimeContingentRow.days, "The number of days left, at least 0.", filterable=True)
    created_at = column(
        TimeContingentRow.created_at, "When the first days were bought.", filterable=True, sortable=True
    )
    updated_at = column(TimeContingentRow.updated_at, "When days were last bought or used.")

"""Orders and bought days as clients read them."""

from authz.lists.queries import ParentLink
from schema.fields.declare import column, to_many, to_one
from schema.fields.entities import entity
from schema.nodes import Node
from store.licenses import License as LicenseRow
from store.orders import LicenseOrder as LicenseOrderRow
from store.orders import TimeContingent as TimeContingentRow


@entity(LicenseOrderRow, "The wish for licenses, from the portal or from a shop.")
class LicenseOrder(Node):
    """What, for whom, and what became of it."""

    template = to_one(LicenseOrderRow.template, "What is ordered.", filterable=True)
    group = to_one(LicenseOrderRow.group, "For which group.", filterable=True)
    person = to_one(LicenseOrderRow.person, "For which person, if not for a group.", filterable=True)
    ticket = to_one(LicenseOrderRow.ticket, "The ticket that it gave.")
    licenses = to_many(ParentLink(LicenseRow.order_id), "The licenses that were made of it.")
    actor = to_one(LicenseOrderRow.actor, "Who has ordered.", filterable=True)
    quantity = column(LicenseOrderRow.quantity, "How many seats.")
    starts_at = column(LicenseOrderRow.starts_at, "From when they are to be valid.")
    expires_at = column(LicenseOrderRow.expires_at, "Until when they are to be valid.")
    source = column(LicenseOrderRow.source, "Where the order came from.", filterable=True)
    external_ref = column(LicenseOrderRow.external_ref, "What the shop calls it.", filterable=True)
    state = column(LicenseOrderRow.state, "What became of it.", filterable=True)
    reason = column(LicenseOrderRow.reason, "Why it was refused.")
    created_at = column(LicenseOrderRow.created_at, "When it was placed.", filterable=True, sortable=True)


@entity(TimeContingentRow, "Days that a group has bought for a product and not yet used.")
class TimeContingent(Node):
    """Of what, for whom, how many."""

    group = to_one(TimeContingentRow.group, "Whose they are.", filterable=True)
    product = to_one(TimeContingentRow.product, "For what.", filterable=True)
    days = column(TimeContingentRow.days, "How many are left.", filterable=True)
    created_at = column(TimeContingentRow.created_at, "When the first were bought.", filterable=True, sortable=True)
    updated_at = column(TimeContingentRow.updated_at, "When they were bought or used last.")

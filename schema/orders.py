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

    template = to_one(LicenseOrderRow.template, "What is ordered.", where=True)
    group = to_one(LicenseOrderRow.group, "For which group.", where=True)
    person = to_one(LicenseOrderRow.person, "For which person, if not for a group.", where=True)
    ticket = to_one(LicenseOrderRow.ticket, "The ticket that it gave.")
    licenses = to_many(ParentLink(LicenseRow.order_id), "The licenses that were made of it.")
    actor = to_one(LicenseOrderRow.actor, "Who has ordered.", where=True)
    quantity = column(LicenseOrderRow.quantity, "How many seats.")
    starts_at = column(LicenseOrderRow.starts_at, "From when they are to be valid.")
    expires_at = column(LicenseOrderRow.expires_at, "Until when they are to be valid.")
    source = column(LicenseOrderRow.source, "Where the order came from.", where=True)
    external_ref = column(LicenseOrderRow.external_ref, "What the shop calls it.", where=True)
    state = column(LicenseOrderRow.state, "What became of it.", where=True)
    reason = column(LicenseOrderRow.reason, "Why it was refused.")
    created_at = column(LicenseOrderRow.created_at, "When it was placed.", where=True, order=True)


@entity(TimeContingentRow, "Days that a group has bought for a product and not yet used.")
class TimeContingent(Node):
    """Of what, for whom, how many."""

    group = to_one(TimeContingentRow.group, "Whose they are.", where=True)
    product = to_one(TimeContingentRow.product, "For what.", where=True)
    days = column(TimeContingentRow.days, "How many are left.", where=True)
    created_at = column(TimeContingentRow.created_at, "When the first were bought.", where=True, order=True)
    updated_at = column(TimeContingentRow.updated_at, "When they were bought or used last.")

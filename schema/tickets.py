"""Tickets as clients read them; never their codes."""

from authz.lists.queries import ParentLink
from schema.fields.declare import column, to_many, to_one
from schema.fields.entities import entity
from schema.nodes import Node
from store.licenses import License as LicenseRow
from store.tickets import Ticket as TicketRow


@entity(TicketRow, "A code that a customer redeems for licenses.")
class Ticket(Node):
    """Whose it is, and what became of it."""

    masked_code = column(TicketRow.code_masked, "The end of the code: enough to tell two tickets apart.")
    state = column(TicketRow.state, "What became of it.", filterable=True)
    owner_user = to_one(TicketRow.owner_user, "The person who has redeemed it.", filterable=True)
    owner_group = to_one(TicketRow.owner_group, "The group that it was redeemed for.", filterable=True)
    parent = to_one(TicketRow.parent, "The ticket that it was split from.", filterable=True)
    children = to_many(ParentLink(TicketRow.parent_id), "The tickets that it was split into.")
    licenses = to_many(ParentLink(LicenseRow.ticket_id), "The licenses that came by it.")
    claimed_at = column(TicketRow.claimed_at, "When it was redeemed.", filterable=True)
    created_at = column(TicketRow.created_at, "When it was made.", filterable=True, sortable=True)

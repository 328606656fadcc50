"""The GraphQL type of tickets, without their codes."""

from authz.lists.queries import ParentLink
from schema.fields.declare import column, to_many, to_one
from schema.fields.entities import entity
from schema.nodes import Node
from store.licenses import License as LicenseRow
from store.tickets import Ticket as TicketRow


@entity(TicketRow, "A ticket: a code of 25 characters that a customer redeems for licenses.")
class Ticket(Node):
    """A ticket with its owner and licenses."""

    masked_code = column(
        TicketRow.code_masked,
        "The end of the code, such as `*****-*****-*****-*****-7KQ2M`, by which tickets can be distinguished.",
    )
    state = column(TicketRow.state, "Whether the ticket can be redeemed.", filterable=True)
    owner_user = to_one(
        TicketRow.owner_user,
        "The person who has redeemed the ticket. Null if it was redeemed for a group, or not yet.",
        filterable=True,
    )
    owner_group = to_one(
        TicketRow.owner_group,
        "The group for which the ticket was redeemed. Null if a person has redeemed it, or not yet.",
        filterable=True,
    )
    parent = to_one(TicketRow.parent, "The ticket from which it was split. Null: it was not split.", filterable=True)
    children = to_many(ParentLink(TicketRow.parent_id), "The tickets into which it was split, one for each license.")
    licenses = to_many(ParentLink(LicenseRow.ticket_id), "The licenses that were redeemed with the ticket.")
    claimed_at = column(TicketRow.claimed_at, "When the ticket was redeemed. Null: not yet.", filterable=True)
    created_at = column(TicketRow.created_at, "When the ticket was created.", filterable=True, sortable=True)

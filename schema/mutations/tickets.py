"""Mutations of tickets."""

from resolvers import tickets
from schema.fields.declare_mutation import declare, gives
from schema.fields.inputs import ref, takes, text
from store.groups import Group
from store.projects import Project
from store.tickets import Ticket
from store.users import User

_CHANGED = "The ticket as it is now; null if the mutation failed."
_LICENSES = "The licenses that came with the ticket, as they are now; empty if the mutation failed."

CHANGES = (
    declare(
        tickets.claim_tickets,
        "Redeems tickets for yourself or for a group: all of them, or none.",
        takes(
            "What `ticketClaim` needs: the codes, and who redeems them.",
            codes=text(
                f"One code of 25 characters, or up to {tickets.MOST_CODES} separated by `;`, such as"
                " `AAAAA-BBBBB-CCCCC-DDDDD-EEEEE`; case, spaces and hyphens do not matter.",
                shortest=1,
            ),
            group_id=ref("The group that redeems the tickets; null: you do.", Group, optional=True),
        ),
        gives(
            "What `ticketClaim` returns.",
            tickets="The tickets that were redeemed, and those that they were split into; empty if the mutation failed.",
            licenses="The licenses that came with the tickets; empty if the mutation failed.",
        ),
    ),
    declare(
        tickets.read_code,
        "Shows the code of your ticket again; that you read it is recorded in the audit log.",
        takes(
            "What `ticketReadCode` needs: the ticket.", ticket_id=ref("The ticket whose code you want to read.", Ticket)
        ),
        gives(
            "What `ticketReadCode` returns.",
            ticket="The ticket that the code belongs to; null if the mutation failed.",
            code="The code of the ticket.",
        ),
    ),
    declare(
        tickets.assign_ticket,
        "Assigns all licenses of a ticket; only complete tickets can be assigned.",
        takes(
            "What `ticketAssign` needs: the ticket and the new assignee of its licenses.",
            ticket_id=ref("The ticket to assign.", Ticket),
            target_id=ref("The new assignee: the ID of a User, a Group or a Project.", User, Group, Project),
        ),
        gives("What `ticketAssign` returns.", ticket=_CHANGED, licenses=_LICENSES),
    ),
    declare(
        tickets.void_ticket,
        "Voids a ticket: its code can no longer be redeemed, and the licenses that came with it are revoked.",
        takes("What `ticketVoid` needs: the ticket.", ticket_id=ref("The ticket to void.", Ticket)),
        gives("What `ticketVoid` returns.", ticket=_CHANGED, licenses=_LICENSES),
    ),
)

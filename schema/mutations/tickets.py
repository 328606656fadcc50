"""What clients do with tickets."""

from resolvers import tickets
from schema.fields.declare import shown, shown_each
from schema.fields.declare_mutation import declare, gives, told_once
from schema.fields.inputs import ref, takes, text
from store.groups import Group
from store.licenses import License
from store.projects import Project
from store.tickets import Ticket
from store.users import User

_TICKET = "Which ticket."
_CHANGED = "The ticket as it is now."

CHANGES = (
    declare(
        tickets.claim_tickets,
        "Redeem tickets, for yourself or for a group: all of them, or none.",
        takes(
            "Which codes, for whom.",
            codes=text("One code, or several separated by `;`.", shortest=1),
            group_id=ref("For which group; null: for yourself.", Group, optional=True),
        ),
        gives(
            "What became of it.",
            tickets=shown_each(Ticket, "The tickets, and those that they were split into."),
            licenses=shown_each(License, "What came by them."),
        ),
    ),
    declare(
        tickets.read_code,
        "Read the code of your ticket again; that you did is kept in the audit log.",
        takes(_TICKET, ticket_id=ref(_TICKET, Ticket)),
        gives("The code.", ticket=shown(Ticket, "The ticket."), code=told_once("The code.")),
    ),
    declare(
        tickets.assign_ticket,
        "Hand on everything that came by a ticket; only complete tickets are assigned.",
        takes(
            "Which ticket goes to whom.",
            ticket_id=ref(_TICKET, Ticket),
            target_id=ref("Who gets it: the id of a User, a Group or a Project.", User, Group, Project),
        ),
        gives(
            "What became of it.",
            ticket=shown(Ticket, _CHANGED),
            licenses=shown_each(License, "The licenses as they are now."),
        ),
    ),
    declare(
        tickets.void_ticket,
        "Make a ticket worth nothing; what had come by it is withdrawn.",
        takes(_TICKET, ticket_id=ref(_TICKET, Ticket)),
        gives(
            "What became of it.",
            ticket=shown(Ticket, _CHANGED),
            licenses=shown_each(License, "The licenses as they are now."),
        ),
    ),
)

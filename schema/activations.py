"""Seats of licenses in containers, and the files that bring them there, as clients read them."""

from authz.lists.queries import ParentLink
from schema.fields.declare import column, to_many, to_one
from schema.fields.entities import entity
from schema.nodes import Node
from store.activations import Activation as ActivationRow
from store.activations import LicenseFile as LicenseFileRow
from store.restores import RestoreCase as RestoreCaseRow


@entity(ActivationRow, "A seat of a license in a container.")
class Activation(Node):
    """What, where, by whom, and what became of it."""

    license = to_one(ActivationRow.license, "What is activated.", filterable=True)
    container = to_one(ActivationRow.container, "Where it is activated.", filterable=True)
    device_label = column(
        ActivationRow.device_label, "What the person who activated called the place.", filterable=True
    )
    state = column(ActivationRow.state, "Where it stands.", filterable=True)
    seat = column(ActivationRow.seat, "The number of the seat, as long as it holds one.")
    requested_by = to_one(ActivationRow.requested_by, "Who has activated it.", filterable=True)
    requested_at = column(ActivationRow.requested_at, "When it was asked for.", filterable=True)
    receipt_at = column(ActivationRow.receipt_at, "When the container has confirmed it.")
    ended_at = column(ActivationRow.ended_at, "When the seat was free again.")
    borrowed_until = column(ActivationRow.borrowed_until, "Until when the seat is lent.")
    loans = to_many(ParentLink(ActivationRow.parent_id), "What was lent of it to other containers.")
    license_files = to_many(
        ParentLink(LicenseFileRow.activation_id), "The signed files that bring it into its container."
    )
    restore_cases = to_many(ParentLink(RestoreCaseRow.activation_id), "What was reported about its loss.")
    created_at = column(ActivationRow.created_at, "When it was created.", filterable=True, sortable=True)
    updated_at = column(ActivationRow.updated_at, "When it was changed last.")


@entity(LicenseFileRow, "The signed statement of License Central that an activation brings into its container.")
class LicenseFile(Node):
    """Check it with the keys at `/.well-known/jwks.json`."""

    activation = to_one(LicenseFileRow.activation, "What it is for.")
    content = column(LicenseFileRow.content, "The file: a compact JWS.")
    removes = column(LicenseFileRow.removes, "Whether it takes the license out of its container again.")
    key_id = column(LicenseFileRow.key_id, "Which key has signed it.")
    created_at = column(LicenseFileRow.created_at, "When it was issued.", filterable=True, sortable=True)

"""The GraphQL types of activations and license files."""

from authz.lists.queries import ParentLink
from schema.fields.declare import column, to_many, to_one
from schema.fields.entities import entity
from schema.nodes import Node
from store.activations import Activation as ActivationRow
from store.activations import LicenseFile as LicenseFileRow
from store.restores import RestoreCase as RestoreCaseRow


@entity(
    ActivationRow,
    "One seat of a license in a container, from the activation to its end. A borrowed seat is an activation, too.",
)
class Activation(Node):
    """A seat in a container, with its state and its license files."""

    license = to_one(ActivationRow.license, "The license of which a seat is activated.", filterable=True)
    container = to_one(ActivationRow.container, "The container in which the seat is activated.", filterable=True)
    device_label = column(
        ActivationRow.device_label,
        "A name for the device, chosen at activation, such as `Ann's laptop`. It may be empty.",
        filterable=True,
    )
    state = column(ActivationRow.state, "The state of the activation.", filterable=True)
    seat = column(
        ActivationRow.seat,
        "The number of the seat, counted from 1. Null if the activation does not hold a seat of its own.",
    )
    requested_by = to_one(
        ActivationRow.requested_by,
        "The user who requested the activation. Null if the viewer may not read the account.",
        filterable=True,
    )
    requested_at = column(ActivationRow.requested_at, "When the activation was requested.", filterable=True)
    receipt_at = column(
        ActivationRow.receipt_at,
        "When the container last confirmed a license file; a cloud container confirms immediately. Null: not yet.",
    )
    ended_at = column(
        ActivationRow.ended_at, "When the activation ended and its seat was free again. Null: it has not ended."
    )
    borrowed_until = column(
        ActivationRow.borrowed_until,
        "When the borrow ends unless the seat is returned before. Null: the seat is not borrowed.",
    )
    loans = to_many(
        ParentLink(ActivationRow.parent_id),
        "The activations of other containers that have borrowed this seat, including those that have ended.",
    )
    license_files = to_many(
        ParentLink(LicenseFileRow.activation_id), "The signed license files that were issued for the container."
    )
    restore_cases = to_many(
        ParentLink(RestoreCaseRow.activation_id), "The restore cases in which the loss of this activation was reported."
    )
    created_at = column(ActivationRow.created_at, "When the activation was created.", filterable=True, sortable=True)
    updated_at = column(ActivationRow.updated_at, "When the activation was last changed.")


@entity(
    LicenseFileRow,
    "A license file: the signed statement of License Central that a container imports. Its signature can be verified with "
    "the keys at `/.well-known/jwks.json`.",
)
class LicenseFile(Node):
    """A signed license file."""

    activation = to_one(LicenseFileRow.activation, "The activation for which the file was issued.")
    content = column(LicenseFileRow.content, "The content of the file: a JWS in compact serialization (RFC 7515).")
    removes = column(
        LicenseFileRow.removes,
        "Whether the file removes the license from the container instead of adding or updating it.",
    )
    key_id = column(LicenseFileRow.key_id, "The ID (`kid`) of the key that signed the file.")
    created_at = column(LicenseFileRow.created_at, "When the file was issued.", filterable=True, sortable=True)

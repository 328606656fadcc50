"""Cursors of streams: opaque texts with which a client resumes after the last event that it received."""

import base64
import binascii
from uuid import UUID

from store.db.database import Database
from store.errors import BadInput
from subscriptions import audit_events


def encode_cursor(stream: str, entry_id: UUID) -> str:
    """It contains the ID of the audit entry, not its number, which would reveal how much happens that is hidden."""
    return base64.urlsafe_b64encode(f"{stream}:{entry_id.hex}".encode()).decode().rstrip("=")


async def decode_cursor(database: Database, stream: str, text: str) -> int:
    """The number of the audit entry; raises BadInput for anything but a cursor of this stream."""
    try:
        name, _, hex_id = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True).decode().partition(":")
        entry_id = UUID(hex_id)
    except (binascii.Error, ValueError):
        raise BadInput("malformed cursor") from None
    if name != stream or encode_cursor(stream, entry_id) != text:
        raise BadInput(f"the cursor does not belong to {stream}")
    number = await audit_events.number_of(database, entry_id)
    if number is None:
        raise BadInput(f"the cursor does not belong to {stream}")
    return number

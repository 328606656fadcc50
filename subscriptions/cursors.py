"""Where a stream was left, as a text that a client keeps and hands back."""

import base64
import binascii
from uuid import UUID

from store.db.database import Database
from store.errors import BadInput
from subscriptions import audit_events


def cursor(stream: str, entry_id: UUID) -> str:
    """The place behind one act. It names the act, not its number: numbers would tell how much happens out of sight."""
    return base64.urlsafe_b64encode(f"{stream}:{entry_id.hex}".encode()).decode().rstrip("=")


async def place(database: Database, stream: str, text: str) -> int:
    """The number behind which the stream goes on; raises BadInput for anything but a cursor of this stream."""
    try:
        named, _, act = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True).decode().partition(":")
        entry_id = UUID(act)
    except (binascii.Error, ValueError):
        raise BadInput("the cursor is malformed") from None
    if named != stream or cursor(stream, entry_id) != text:
        raise BadInput(f"the cursor is not one of {stream}")
    number = await audit_events.number_of(database, entry_id)
    if number is None:
        raise BadInput(f"the cursor is not one of {stream}")
    return number

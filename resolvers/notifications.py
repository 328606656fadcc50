"""Reading and putting away one's messages."""

from uuid import UUID

from authz.gate import Gate
from authz.use_case import use_case
from store.notifications import Notification


@use_case("notificationMarkRead")
async def mark_read(gate: Gate, *, notification_id: UUID) -> None:
    """A message that was seen is no longer unread; an archived one stays archived."""
    notification = await gate.one(Notification, notification_id, to="mark")
    notification.mark_read()
    gate.record("notification.read", notification)

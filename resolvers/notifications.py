"""Reading and putting away one's messages."""

from uuid import UUID

from authz.access import Access
from store.notifications import Notification


async def mark_read(access: Access, *, notification_id: UUID, key: str, dry_run: bool = False) -> None:
    """A message that was seen is no longer unread; an archived one stays archived."""
    arguments = {"notification": notification_id}
    async with access.gate("notificationMarkRead", key=key, arguments=arguments, dry_run=dry_run) as gate:
        notification = await gate.one(Notification, notification_id, to="mark")
        notification.mark_read()
        gate.record("notification.read", notification)

"""New notifications, for their recipients."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from authz.gate.access import Access
from authz.lists.queries import Projection, Row
from store.notifications import Notification
from subscriptions.cursors import encode_cursor
from subscriptions.feed import Feed
from subscriptions.subscriber import Renew, Subscriber

STREAM = "notificationReceived"


@dataclass(frozen=True, slots=True)
class NotificationReceived:
    """One event of the stream."""

    cursor: str
    notification: Row


async def notifications_received(
    access: Access,
    feed: Feed,
    *,
    after: str | None = None,
    projection: Projection | None = None,
    renew: Renew | None = None,
) -> AsyncGenerator[NotificationReceived, None]:
    """The viewer's new notifications; events without one for the viewer cause no query."""
    subscriber = Subscriber(access, feed, stream=STREAM, renew=renew)
    try:
        viewer = await subscriber.viewer()
        start = await subscriber.start_number(after)
        async with aclosing(feed.events(start)) as events:
            async for event in events:
                notification_id = event.notifications.get(viewer.id)
                if notification_id is None:
                    continue
                rows = await subscriber.readable(Notification, [notification_id], projection or Projection())
                if notification_id in rows:
                    yield NotificationReceived(encode_cursor(STREAM, event.id), rows[notification_id])
                await subscriber.release()
    finally:
        await subscriber.release()

"""New messages, told to those they are addressed to."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from authz.gate.access import Access
from authz.lists.queries import Projection, Row
from store.notifications import Notification
from subscriptions.cursors import cursor
from subscriptions.feed import Feed
from subscriptions.subscriber import Renew, Subscriber

STREAM = "notificationReceived"


@dataclass(frozen=True, slots=True)
class NotificationReceived:
    """One message as it arrives."""

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
    """The viewer's messages as they arrive; who got none is not asked again."""
    listening = Subscriber(access, feed, stream=STREAM, renew=renew)
    try:
        viewer = await listening.viewer()
        beginning = await listening.beginning(after)
        async with aclosing(feed.events(beginning)) as events:
            async for event in events:
                message = event.told.get(viewer.id)
                if message is None:
                    continue
                rows = await listening.readable(Notification, [message], projection or Projection())
                if message in rows:
                    yield NotificationReceived(cursor(STREAM, event.id), rows[message])
                await listening.rest()
    finally:
        await listening.rest()

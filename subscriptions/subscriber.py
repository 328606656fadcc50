"""One viewer of a stream; for every event the token is checked and the rows are read again."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from authz.gate.access import Access
from authz.gate.actor import Actor
from authz.lists.queries import Projection, Row
from store.db.base import Base
from store.errors import Unauthenticated
from subscriptions import cursors
from subscriptions.feed import Feed

Renew = Callable[[], Awaitable[None]]


class Subscriber:
    """Opens a new snapshot for each query, so that its answer is current; holds none between events.

    `renew` ends the snapshot, together with whatever the caller has cached of it.
    """

    def __init__(self, access: Access, feed: Feed, *, stream: str, renew: Renew | None = None) -> None:
        self._access = access
        self._feed = feed
        self._renew = renew or access.view.renew
        self._stream = stream

    async def start_number(self, after: str | None) -> int:
        """The number after which the stream starts: that of the cursor, or the latest one."""
        await self.viewer()
        if after is None:
            return await self._feed.last_number()
        return await cursors.decode_cursor(self._feed.database, self._stream, after)

    async def viewer(self) -> Actor:
        """Raises Unauthenticated once the token has expired or was revoked."""
        await self.release()
        async with self._feed.query_slots:
            actor = await self._viewer()
        await self.release()
        return actor

    async def readable(self, cls: type[Base], ids: Sequence[UUID], projection: Projection) -> dict[UUID, Row]:
        """The rows that the viewer may read now. The snapshot stays open for their related rows, until `release`."""
        await self.release()
        async with self._feed.query_slots:
            await self._viewer()
            return await self._access.view.many(cls, ids, projection, to="read")

    async def release(self) -> None:
        """End the snapshot: a subscriber that waits for a query slot must not hold one, or all could wait forever."""
        await self._renew()

    async def _viewer(self) -> Actor:
        actor = await self._access.view.actor()
        if actor is None:
            raise Unauthenticated("live updates need authentication; send a bearer token")
        return actor

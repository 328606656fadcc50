"""One viewer who listens: asked again, for every event, who he is and what he may see."""

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
    """Opens a new snapshot for each question, so that it is answered as of now; between events none is held.

    `renew` ends the snapshot, and whatever the caller keeps of what he read in it.
    """

    def __init__(self, access: Access, feed: Feed, *, stream: str, renew: Renew | None = None) -> None:
        self._access = access
        self._feed = feed
        self._renew = renew or access.view.renew
        self._stream = stream

    async def beginning(self, after: str | None) -> int:
        """Where the stream begins: behind a cursor, or now."""
        await self.viewer()
        if after is None:
            return await self._feed.present()
        return await cursors.place(self._feed.database, self._stream, after)

    async def viewer(self) -> Actor:
        """Who listens; raises Unauthenticated as soon as his token opens nothing any more."""
        await self.rest()
        async with self._feed.asking:
            actor = await self._viewer()
        await self.rest()
        return actor

    async def readable(self, cls: type[Base], ids: Sequence[UUID], projection: Projection) -> dict[UUID, Row]:
        """Which of the rows the viewer may read now. The snapshot stays open for what hangs on them, until `rest`."""
        await self.rest()
        async with self._feed.asking:
            await self._viewer()
            return await self._access.view.many(cls, ids, projection, to="read")

    async def rest(self) -> None:
        """Hold nothing until the next event: whoever holds a snapshot must never wait for his turn to open one."""
        await self._renew()

    async def _viewer(self) -> Actor:
        actor = await self._access.view.actor()
        if actor is None:
            raise Unauthenticated("live updates need a log-in; send a bearer token")
        return actor

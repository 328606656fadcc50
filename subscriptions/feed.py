"""The live end of the audit trail: read once for the process, heard by any number of listeners."""

import asyncio
import logging
import sys
from bisect import bisect_right
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from operator import attrgetter

import sqlalchemy as sa

from store.db.database import Database
from store.errors import Refusal
from subscriptions import audit_events
from subscriptions.audit_events import Batch, Event

_log = logging.getLogger(__name__)
_NUMBER = attrgetter("number")


class FellBehind(Refusal):
    """The listener takes events more slowly than they happen; the cursor of the last one takes him up again."""

    code = "FELL_BEHIND"


class Feed:
    """Follows the trail and keeps its latest events for all listeners together.

    A listener is a number, the last event that it has heard, and costs no more. It looks by itself for what follows:
    among the latest events, or in the table when it resumes from long ago. Waking the feed makes it look at once;
    it also looks every `poll` seconds, so that a lost wake-up only costs time.
    """

    def __init__(self, database: Database, *, poll: float = 1.5, keep: int = 1000, asking: int = 4) -> None:
        self.database = database
        # Thousands of listeners ask for their rows after one event; requests must still find a connection.
        self.asking = asyncio.Semaphore(asking)
        self._poll = poll
        self._keep = keep
        self._woken = asyncio.Event()
        self._news = asyncio.Event()
        self._latest: list[Event] = []
        self._position: int | None = None
        self._forgotten = sys.maxsize  # everything up to here is only in the table; all of it, until the feed runs
        self._ended = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Follow the trail until the block ends; then every stream of events ends too."""
        following = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following

    def wake(self) -> None:
        """Something was committed: look now."""
        self._woken.set()

    async def present(self) -> int:
        """The number after which everything is news."""
        async with self.asking:
            return await audit_events.end(self.database)

    async def events(self, after: int) -> AsyncGenerator[Event, None]:
        """Every event after this number, each once, in the order of their commits.

        Raises FellBehind when a listener that was up to date stays too far behind.
        """
        heard = after
        is_live = False
        while not self._ended:
            news = self._news  # taken before the look, so that nothing comes in between
            if heard >= self._forgotten:
                is_live = True
                place = bisect_right(self._latest, heard, key=_NUMBER)
                if place == len(self._latest):
                    await news.wait()
                    continue
                heard = self._latest[place].number
                yield self._latest[place]
            elif is_live:
                raise FellBehind("you take events more slowly than they happen; resume after the last one you have")
            else:
                async with self.asking:
                    stretch = await audit_events.read_batch(self.database, heard)
                for event in stretch.events:
                    yield event
                if stretch.up_to == heard:
                    await news.wait()
                heard = stretch.up_to

    async def _follow(self) -> None:
        try:
            while True:
                try:
                    await self._catch_up()
                except (OSError, sa.exc.SQLAlchemyError) as problem:
                    _log.warning("the audit trail cannot be read, trying again: %s", problem)
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._poll):
                        await self._woken.wait()
                self._woken.clear()
        finally:
            self._ended = True
            self._tell()

    async def _catch_up(self) -> None:
        if self._position is None:
            self._position = self._forgotten = await audit_events.end(self.database)
            self._tell()
        while (stretch := await audit_events.read_batch(self.database, self._position)).up_to > self._position:
            self._take(stretch)

    def _take(self, stretch: Batch) -> None:
        self._position = stretch.up_to
        self._latest.extend(stretch.events)
        surplus = len(self._latest) - self._keep
        if surplus > self._keep // 4:  # a few at a time, because the rest of the list moves
            self._forgotten = self._latest[surplus - 1].number
            del self._latest[:surplus]
        if stretch.events:
            self._tell()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

"""New audit events, read once per process and shared by all its subscribers."""

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
from subscriptions.audit_events import AuditEvent, Batch

_log = logging.getLogger(__name__)
_NUMBER = attrgetter("number")


class FellBehind(Refusal):
    """The subscriber receives events more slowly than they occur; it can resume with the cursor of the last one."""

    code = "FELL_BEHIND"


class Feed:
    """Follows the audit log and buffers its latest events.

    For the feed a subscriber is no more than the number of its last event. It takes the following ones from the buffer,
    or from the table if it resumes further back. The feed reads new entries when it is woken, and every `poll` seconds,
    so that a lost announcement costs time only.
    """

    def __init__(self, database: Database, *, poll: float = 1.5, buffer_size: int = 1000, queries: int = 4) -> None:
        self.database = database
        # One event makes thousands of subscribers query their rows; requests must still get a connection.
        self.query_slots = asyncio.Semaphore(queries)
        self._poll = poll
        self._buffer_size = buffer_size
        self._woken = asyncio.Event()
        self._new_events = asyncio.Event()
        self._buffer: list[AuditEvent] = []
        self._position: int | None = None
        self._evicted = sys.maxsize  # events up to this number are only in the table: all of them until the feed runs
        self._ended = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Follow the audit log until the block ends; then every stream of events ends too."""
        following = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following

    def wake(self) -> None:
        """Read new audit entries at once, after a commit."""
        self._woken.set()

    async def last_number(self) -> int:
        """The number of the latest audit entry: events after it are new."""
        async with self.query_slots:
            return await audit_events.last_number(self.database)

    async def events(self, after: int) -> AsyncGenerator[AuditEvent, None]:
        """Every event after this number, once, in the order of commits.

        Raises FellBehind when the buffer evicts events that a live subscriber has not received.
        """
        last = after
        is_live = False
        while not self._ended:
            new_events = self._new_events  # before reading, so that no event is missed in between
            if last >= self._evicted:
                is_live = True
                index = bisect_right(self._buffer, last, key=_NUMBER)
                if index == len(self._buffer):
                    await new_events.wait()
                    continue
                last = self._buffer[index].number
                yield self._buffer[index]
            elif is_live:
                raise FellBehind("events occur faster than you receive them; resume with the cursor of the last one")
            else:
                async with self.query_slots:
                    batch = await audit_events.read_batch(self.database, last)
                for event in batch.events:
                    yield event
                if batch.up_to == last:
                    await new_events.wait()
                last = batch.up_to

    async def _follow(self) -> None:
        try:
            while True:
                try:
                    await self._catch_up()
                except (OSError, sa.exc.SQLAlchemyError) as problem:
                    _log.warning("cannot read the audit log, trying again: %s", problem)
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._poll):
                        await self._woken.wait()
                self._woken.clear()
        finally:
            self._ended = True
            self._notify()

    async def _catch_up(self) -> None:
        if self._position is None:
            self._position = self._evicted = await audit_events.last_number(self.database)
            self._notify()
        while (batch := await audit_events.read_batch(self.database, self._position)).up_to > self._position:
            self._append(batch)

    def _append(self, batch: Batch) -> None:
        self._position = batch.up_to
        self._buffer.extend(batch.events)
        surplus = len(self._buffer) - self._buffer_size
        if surplus > self._buffer_size // 4:  # several at once, because the rest of the list is moved
            self._evicted = self._buffer[surplus - 1].number
            del self._buffer[:surplus]
        if batch.events:
            self._notify()

    def _notify(self) -> None:
        self._new_events.set()
        self._new_events = asyncio.Event()

"""Announces commits so that feeds look for new audit entries at once: in this process, or in every process through Redis.

Only the database is relied upon. A lost announcement delays events until a feed's next poll.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from subscriptions.feed import Feed

_log = logging.getLogger(__name__)

CHANNEL = "portal.audit_entries"
_TIMEOUT = 5  # seconds, for a connection or a reply
_MIN_BACKOFF, _MAX_BACKOFF = 0.1, 5.0  # seconds


class LocalAnnouncer:
    """Wakes the feed of this process; other processes notice with their next poll."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed

    async def announce(self, numbers: Sequence[int]) -> None:  # noqa: ARG002 - the feed reads the new entries itself
        self._feed.wake()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        yield


class RedisAnnouncer:
    """Wakes the feeds of all processes. Commits neither wait for Redis nor fail with it."""

    def __init__(self, feed: Feed, url: str) -> None:
        self._feed = feed
        # A subscriber may receive nothing for hours, so only the publisher has a timeout for replies.
        no_retry = Retry(NoBackoff(), 0)
        self._subscriber = Redis.from_url(url, socket_connect_timeout=_TIMEOUT, socket_timeout=None, retry=no_retry)
        self._publisher = Redis.from_url(url, socket_connect_timeout=_TIMEOUT, socket_timeout=_TIMEOUT, retry=no_retry)
        self._unpublished = asyncio.Event()
        self._last_number = 0
        self._outage_logged = False

    async def announce(self, numbers: Sequence[int]) -> None:
        self._feed.wake()
        self._last_number = max(self._last_number, *numbers)
        self._unpublished.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Publish and receive announcements until the block ends."""
        tasks = [asyncio.create_task(self._receive()), asyncio.create_task(self._publish())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await self._subscriber.aclose()
            await self._publisher.aclose()

    async def _receive(self) -> None:
        backoff = _MIN_BACKOFF
        while True:
            try:
                async with self._subscriber.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    backoff, self._outage_logged = _MIN_BACKOFF, False
                    self._feed.wake()  # announcements may have been missed before
                    async for _ in channel.listen():
                        self._feed.wake()
            except (OSError, RedisError) as problem:
                self._log_outage(problem)
            await asyncio.sleep(backoff)
            backoff = min(2 * backoff, _MAX_BACKOFF)

    async def _publish(self) -> None:
        while True:
            await self._unpublished.wait()
            self._unpublished.clear()
            try:
                await self._publisher.publish(CHANNEL, self._last_number)
            except (OSError, RedisError) as problem:
                self._log_outage(problem)

    def _log_outage(self, problem: Exception) -> None:
        if not self._outage_logged:  # once per outage, not once per commit
            self._outage_logged = True
            _log.warning("Redis is unavailable, live updates are delayed: %s", problem)


def create_announcer(feed: Feed, redis_url: str | None) -> LocalAnnouncer | RedisAnnouncer:
    return LocalAnnouncer(feed) if redis_url is None else RedisAnnouncer(feed, redis_url)

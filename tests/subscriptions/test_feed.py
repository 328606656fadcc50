"""Each subscriber gets every successful action once and in order, with limited memory."""

import asyncio
import gc
import sys
import tracemalloc

import pytest

from store.audit import Outcome
from subscriptions import audit_events
from subscriptions.feed import Feed, FellBehind


async def test_a_subscriber_gets_the_actions_after_its_start(feed, record, take):
    await record()
    start = await feed.last_number()
    done = [await record() for _ in range(3)]
    feed.wake()

    found = await take(feed.events(start), 3)

    assert [event.id for event in found] == [entry.id for entry in done]
    assert [event.number for event in found] == [start + 1, start + 2, start + 3]


async def test_a_refused_action_is_not_reported(feed, record, take):
    start = await feed.last_number()
    await record(outcome=Outcome.REFUSED, code="FORBIDDEN")
    done = await record()
    feed.wake()

    assert [event.id for event in await take(feed.events(start), 1)] == [done.id]


async def test_an_action_is_reported_without_a_wake_up(database, record, take):
    feed = Feed(database, poll=0.05)
    async with feed.running():
        start = await feed.last_number()
        done = await record()

        assert [event.id for event in await take(feed.events(start), 1)] == [done.id]


async def test_concurrent_commits_are_each_reported_once_and_in_order(feed, record, take):
    start = await feed.last_number()

    async def recorded():
        await record()
        feed.wake()

    subscribers = [asyncio.create_task(take(feed.events(start), 60)) for _ in range(5)]
    await asyncio.gather(*(recorded() for _ in range(60)))

    for found in await asyncio.gather(*subscribers):
        assert [event.number for event in found] == list(range(start + 1, start + 61))


async def test_a_resumed_subscriber_gets_past_events_from_the_table_and_then_live_ones(database, record, take):
    start = await audit_events.last_number(database)
    before = [await record() for _ in range(250)]
    feed = Feed(database, poll=60)
    async with feed.running():
        receiving = asyncio.create_task(take(feed.events(start), 251))
        await asyncio.sleep(0.1)
        live = await record()
        feed.wake()

        assert [event.id for event in await receiving] == [entry.id for entry in [*before, live]]


async def test_a_live_subscriber_that_falls_too_far_behind_is_refused(database, record):
    feed = Feed(database, poll=60, buffer_size=8)
    async with feed.running():
        await until_read(feed, await feed.last_number())
        slow = feed.events(await feed.last_number())
        await record()
        feed.wake()
        await anext(slow)
        done = [await record() for _ in range(20)]
        feed.wake()
        await until_read(feed, done[-1].number)

        with pytest.raises(FellBehind):
            await anext(slow)


async def until_read(feed, number):
    async with asyncio.timeout(10):
        while (feed._position or 0) < number:  # noqa: ASYNC110 - it happens in another task
            await asyncio.sleep(0.01)


async def test_a_subscriber_that_fell_behind_loses_nothing_when_it_resumes(database, record, take):
    feed = Feed(database, poll=0.05, buffer_size=8)
    async with feed.running():
        start = await feed.last_number()
        done = [await record() for _ in range(30)]
        await asyncio.sleep(0.2)

        assert [event.id for event in await take(feed.events(start), 30)] == [entry.id for entry in done]


async def test_the_feed_survives_lost_database_connections(database, record, take, postgres):
    feed = Feed(database, poll=0.05)
    async with feed.running():
        start = await feed.last_number()
        await take_one(feed, record, take, start)
        postgres.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'portal'")
        await asyncio.sleep(0.2)
        await database.engine.dispose()
        done = await record()

        assert done.id in [event.id for event in await take(feed.events(start), 2)]


async def take_one(feed, record, take, start):
    done = await record()
    assert [event.id for event in await take(feed.events(start), 1)] == [done.id]


async def test_every_stream_ends_with_the_feed(database):
    feed = Feed(database)
    async with feed.running():
        waiting = [asyncio.create_task(anext(feed.events(await feed.last_number()), "the end")) for _ in range(3)]
        await asyncio.sleep(0.05)

    assert await asyncio.gather(*waiting) == ["the end"] * 3


async def test_an_idle_subscriber_takes_less_than_three_kilobytes(feed):
    start = await feed.last_number()

    async def idle():
        async for _ in feed.events(start):
            pass

    gc.collect()
    tracemalloc.start()
    subscribers = [asyncio.create_task(idle()) for _ in range(1000)]
    await asyncio.sleep(0.2)
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    for each in subscribers:
        each.cancel()
    await asyncio.gather(*subscribers, return_exceptions=True)

    print(f"{used / 1000:.0f} bytes per idle subscriber", file=sys.stderr)
    assert used < 1000 * 3000

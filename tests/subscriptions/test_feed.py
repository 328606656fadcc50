"""What a listener hears: every act that was done, once, in order, however it is woken, and within bounds."""

import asyncio
import gc
import sys
import tracemalloc

import pytest

from store.audit import Outcome
from subscriptions import audit_events
from subscriptions.feed import Feed, FellBehind


async def test_a_listener_hears_what_is_done_after_he_came(feed, record, take):
    await record()
    beginning = await feed.present()
    done = [await record() for _ in range(3)]
    feed.wake()

    found = await take(feed.events(beginning), 3)

    assert [event.id for event in found] == [entry.id for entry in done]
    assert [event.number for event in found] == [beginning + 1, beginning + 2, beginning + 3]


async def test_a_refused_act_is_not_told(feed, record, take):
    beginning = await feed.present()
    await record(outcome=Outcome.REFUSED, code="FORBIDDEN")
    done = await record()
    feed.wake()

    assert [event.id for event in await take(feed.events(beginning), 1)] == [done.id]


async def test_an_act_is_heard_without_any_wake_up(database, record, take):
    feed = Feed(database, poll=0.05)
    async with feed.running():
        beginning = await feed.present()
        done = await record()

        assert [event.id for event in await take(feed.events(beginning), 1)] == [done.id]


async def test_acts_that_commit_at_the_same_time_are_each_heard_once_in_order(feed, record, take):
    beginning = await feed.present()

    async def recorded():
        await record()
        feed.wake()

    listeners = [asyncio.create_task(take(feed.events(beginning), 60)) for _ in range(5)]
    await asyncio.gather(*(recorded() for _ in range(60)))

    for found in await asyncio.gather(*listeners):
        assert [event.number for event in found] == list(range(beginning + 1, beginning + 61))


async def test_who_resumes_hears_from_the_table_and_then_live(database, record, take):
    beginning = await audit_events.end(database)
    before = [await record() for _ in range(250)]
    feed = Feed(database, poll=60)
    async with feed.running():
        hearing = asyncio.create_task(take(feed.events(beginning), 251))
        await asyncio.sleep(0.1)
        live = await record()
        feed.wake()

        assert [event.id for event in await hearing] == [entry.id for entry in [*before, live]]


async def test_who_was_up_to_date_and_stays_too_far_behind_is_told_so(database, record):
    feed = Feed(database, poll=60, keep=8)
    async with feed.running():
        await until_read(feed, await feed.present())
        slow = feed.events(await feed.present())
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


async def test_who_fell_behind_loses_nothing_when_he_resumes(database, record, take):
    feed = Feed(database, poll=0.05, keep=8)
    async with feed.running():
        beginning = await feed.present()
        done = [await record() for _ in range(30)]
        await asyncio.sleep(0.2)

        assert [event.id for event in await take(feed.events(beginning), 30)] == [entry.id for entry in done]


async def test_the_feed_outlives_the_database_connections(database, record, take, postgres):
    feed = Feed(database, poll=0.05)
    async with feed.running():
        beginning = await feed.present()
        await heard_by(feed, record, take, beginning)
        postgres.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'portal'")
        await asyncio.sleep(0.2)
        await database.engine.dispose()
        done = await record()

        assert done.id in [event.id for event in await take(feed.events(beginning), 2)]


async def heard_by(feed, record, take, beginning):
    done = await record()
    assert [event.id for event in await take(feed.events(beginning), 1)] == [done.id]


async def test_every_stream_ends_when_the_feed_ends(database):
    feed = Feed(database)
    async with feed.running():
        waiting = [asyncio.create_task(anext(feed.events(await feed.present()), "the end")) for _ in range(3)]
        await asyncio.sleep(0.05)

    assert await asyncio.gather(*waiting) == ["the end"] * 3


async def test_an_idle_listener_costs_two_kilobytes(feed):
    beginning = await feed.present()

    async def idle():
        async for _ in feed.events(beginning):
            pass

    gc.collect()
    tracemalloc.start()
    listeners = [asyncio.create_task(idle()) for _ in range(1000)]
    await asyncio.sleep(0.2)
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    for each in listeners:
        each.cancel()
    await asyncio.gather(*listeners, return_exceptions=True)

    print(f"{used / 1000:.0f} bytes for each idle listener", file=sys.stderr)
    assert used < 1000 * 3000

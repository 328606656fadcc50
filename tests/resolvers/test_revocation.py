"""After the commit that revokes a right, no statement returns rows that needed it."""

import asyncio
import random
import time

import pytest
import sqlalchemy as sa

from authz.lists.queries import PageQuery, Projection
from resolvers.licenses import set_visibility
from seeds.cast import ANN, TOM, Groups, Licenses
from store.errors import NotFound
from store.groups import Membership, MembershipState
from store.licenses import License, Visibility

ROUNDS = 150
READS = 300  # that are judged; on a busy machine it takes more rounds to get them
TIMEOUT = 60


@pytest.mark.feature("F26")
async def test_no_read_after_the_commit_returns_the_row(access_of, database):
    """Readers read all the time while the membership comes and goes; each read is judged by what was committed before it."""
    seen = {"yes": 0, "no": 0}
    is_removed = False  # whether the last commit removed the membership, and nothing was begun since
    running = True

    async def read(how):
        access = await access_of(TOM)
        while running:
            before = is_removed
            found = await how(access.view)
            if before and is_removed:
                assert not found, "a row was returned after the commit that revoked the right"
                seen["no"] += 1
            elif found:
                seen["yes"] += 1
            await access.view.renew()

    async def by_id(view):
        return Licenses.BERLIN_PUBLIC in await view.many(License, [Licenses.BERLIN_PUBLIC], Projection())

    async def by_page(view):
        page = await view.page(License, PageQuery(first=100), Projection())
        return Licenses.BERLIN_PUBLIC in {each.id for each in page.rows}

    async def by_count(view):
        return await view.count(License, PageQuery()) > without

    membership = sa.update(Membership).where(Membership.user_id == TOM.id, Membership.group_id == Groups.BERLIN)

    async def change(state):
        async with database.transaction() as session:
            await session.execute(membership.values(state=state))

    await change(MembershipState.REMOVED)
    without = await (await access_of(TOM)).view.count(License, PageQuery())
    await change(MembershipState.ACTIVE)

    readers = [asyncio.create_task(read(how)) for how in (by_id, by_page, by_count) for _ in range(2)]
    pause = random.Random(7)
    rounds, deadline = 0, time.monotonic() + TIMEOUT
    while rounds < ROUNDS or (seen["no"] < READS and time.monotonic() < deadline):
        rounds += 1
        await change(MembershipState.REMOVED)
        is_removed = True
        await asyncio.sleep(pause.random() / 50)
        is_removed = False
        await change(MembershipState.ACTIVE)
        await asyncio.sleep(pause.random() / 100)
    running = False
    await asyncio.gather(*readers)

    assert seen["no"] >= READS, seen
    assert seen["yes"] >= 50, seen


async def test_a_right_that_ends_while_a_request_waits_for_the_row_no_longer_counts(access_of, database, row):
    """The license is locked while the membership of the administrator ends: the waiting request is refused."""
    ann = await access_of(ANN)
    async with database.transaction() as session:
        await session.execute(sa.select(License.id).where(License.id == Licenses.BERLIN_PUBLIC).with_for_update())
        waiting = asyncio.create_task(
            set_visibility(ann.attempt(key="1"), license_id=Licenses.BERLIN_PUBLIC, visibility=Visibility.ADMIN_ONLY),
        )
        await asyncio.sleep(0.3)
        assert not waiting.done()
        async with database.transaction() as other:
            await other.execute(
                sa.update(Membership).where(Membership.user_id == ANN.id).values(state=MembershipState.REMOVED),
            )

    outcome = (await asyncio.gather(waiting, return_exceptions=True))[0]

    assert isinstance(outcome, NotFound)
    assert (await row(License, Licenses.BERLIN_PUBLIC)).visibility is Visibility.PUBLIC

"""After the commit that takes a right away, no statement shows what it gave."""

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
LOOKS = 300  # judged ones; where the machine is busy it takes more rounds to get them
PATIENCE = 60


@pytest.mark.feature("F26")
async def test_no_look_after_the_commit_shows_the_row(access_of, database):
    """Readers look without pause while the membership comes and goes; each look is judged by what was committed before it."""
    seen = {"yes": 0, "no": 0}
    taken = False  # the last commit took the membership away, and nothing has been begun since
    running = True

    async def look(how):
        access = await access_of(TOM)
        while running:
            before = taken
            found = await how(access.view)
            if before and taken:
                assert not found, "a row was shown after the commit that took it away"
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

    readers = [asyncio.create_task(look(how)) for how in (by_id, by_page, by_count) for _ in range(2)]
    pause = random.Random(7)
    rounds, deadline = 0, time.monotonic() + PATIENCE
    while rounds < ROUNDS or (seen["no"] < LOOKS and time.monotonic() < deadline):
        rounds += 1
        await change(MembershipState.REMOVED)
        taken = True
        await asyncio.sleep(pause.random() / 50)
        taken = False
        await change(MembershipState.ACTIVE)
        await asyncio.sleep(pause.random() / 100)
    running = False
    await asyncio.gather(*readers)

    assert seen["no"] >= LOOKS, seen
    assert seen["yes"] >= 50, seen


async def test_who_waits_for_a_row_is_judged_by_what_is_true_when_he_gets_it(access_of, database, row):
    """The license is held while the administrator's role is taken away: he may not do any more what he asked for before."""
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

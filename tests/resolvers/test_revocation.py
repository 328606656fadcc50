"""After the commit that revokes a right, no statement returns rows that needed it."""

import asyncio
import random
import time
from collections import Counter

import pytest
import sqlalchemy as sa

from authz.lists.queries import PageQuery, Projection
from resolvers.accounts import set_isv_right
from resolvers.licenses import set_visibility
from seeds.cast import ANN, BEA, IDA, TOM, Groups, Licenses
from store.audit import AuditEntry
from store.errors import NotFound, Refusal
from store.license_states import Visibility
from store.licenses import License
from store.memberships import Membership, MembershipState
from store.users import AccessToken, User, UserStatus

ROUNDS = 150
READS = 100  # the fewest reads that are checked; a busy machine needs more rounds for them
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
            set_visibility(ann.attempt(key="1"), license_id=Licenses.BERLIN_PUBLIC, visibility=Visibility.ADMIN_ONLY)
        )
        await asyncio.sleep(0.3)
        assert not waiting.done()
        async with database.transaction() as other:
            await other.execute(
                sa.update(Membership).where(Membership.user_id == ANN.id).values(state=MembershipState.REMOVED)
            )

    outcome = (await asyncio.gather(waiting, return_exceptions=True))[0]

    assert isinstance(outcome, NotFound)
    assert (await row(License, Licenses.BERLIN_PUBLIC)).visibility is Visibility.PUBLIC


async def _end_isv_right(session):
    await session.execute(sa.update(User).where(User.id == IDA.id).values(is_isv_admin=False))


async def _revoke_tokens(session):
    await session.execute(sa.update(AccessToken).where(AccessToken.user_id == IDA.id).values(revoked_at=sa.func.now()))


async def _disable_account(session):
    await session.execute(sa.update(User).where(User.id == IDA.id).values(status=UserStatus.DISABLED))


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize("end", [_end_isv_right, _revoke_tokens, _disable_account])
async def test_a31_a_right_that_ends_while_a_request_waits_must_stand_at_the_commit(
    access_of, database, row, end, dry_run
):
    """A friend of Ida's is to become an ISV admin; the row of the friend is locked while Ida's own right ends."""
    await set_isv_right(await access_of(IDA), user_id=BEA.id, is_isv_admin=True)  # so that there is another one
    ida = (await access_of(IDA)).attempt(dry_run=dry_run)
    async with database.transaction() as session:
        await session.execute(sa.select(User.id).where(User.id == TOM.id).with_for_update())
        waiting = asyncio.create_task(set_isv_right(ida, user_id=TOM.id, is_isv_admin=True))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        async with database.transaction() as other:
            await end(other)

    outcome = (await asyncio.gather(waiting, return_exceptions=True))[0]

    assert isinstance(outcome, Refusal)
    assert not (await row(User, TOM.id)).is_isv_admin


async def test_a31_nothing_is_recorded_after_the_entry_that_ended_the_right(access_of, database):
    """Ida shows and hides a license as fast as she can while Bea takes her right and gives it back, 100 times."""
    await set_isv_right(await access_of(IDA), user_id=BEA.id, is_isv_admin=True)
    bea, running, pause = await access_of(BEA), True, random.Random(11)
    outcomes = Counter()

    async def change(visibility):
        ida = await access_of(IDA)
        while running:
            try:
                await set_visibility(ida, license_id=Licenses.BERLIN_PUBLIC, visibility=visibility)
                outcomes["done"] += 1
            except Refusal as refusal:
                outcomes[refusal.code] += 1

    changing = [asyncio.create_task(change(each)) for each in Visibility]
    for _ in range(100):
        await asyncio.sleep(pause.random() / 50)
        await set_isv_right(bea, user_id=IDA.id, is_isv_admin=False)
        await asyncio.sleep(pause.random() / 50)
        await set_isv_right(bea, user_id=IDA.id, is_isv_admin=True)
    running = False
    await asyncio.gather(*changing)

    async with database.transaction() as session:
        entries = list(await session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number)))
    is_admin = True
    for entry in entries:
        if entry.resource_id == IDA.id and entry.after and "is_isv_admin" in entry.after:
            is_admin = entry.after["is_isv_admin"]
        elif entry.action == "license.visibility_changed" and entry.actor_id == IDA.id:
            assert is_admin, f"entry {entry.number} was recorded after the right had ended"
    assert outcomes["done"] > 20, outcomes
    assert outcomes.keys() <= {"done", "NOT_FOUND", "FORBIDDEN"}, outcomes

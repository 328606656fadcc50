"""Who hears what of a license: those who may read it now, that it is gone those who could, and nobody else anything."""

import asyncio
import random
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from authz.lists.queries import Projection
from resolvers import licenses
from seeds.cast import ANN, BEA, LEA, SAM, SERVER, TOM, Groups, Licenses
from store.db.base import new_id
from store.errors import BadInput, Unauthenticated
from store.groups import Membership, MembershipState
from store.licenses import Visibility
from store.users import AccessToken, User, UserStatus
from subscriptions.cursors import cursor
from subscriptions.licenses import MOST_SHOWN, ChangeKind, license_changes
from subscriptions.notifications import notifications_received

PROJECTION = Projection(columns=frozenset({"quantity", "assigned_user_id"}), can=frozenset({"assign"}))
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
_keys = iter(range(1_000_000))


async def assign(access_of, license_id, target, target_id):
    await licenses.assign_license(
        access_of.attempt(key=f"assign {next(_keys)}"),
        license_id=license_id,
        target=target,
        target_id=target_id,
    )


async def show(access_of, license_id, visibility):
    await licenses.set_visibility(
        access_of.attempt(key=f"show {next(_keys)}"), license_id=license_id, visibility=visibility
    )


async def soon(queue):
    async with asyncio.timeout(5):
        return await queue.get()


async def silent(*queues):
    await asyncio.sleep(0.3)
    return [queue.qsize() for queue in queues] == [0] * len(queues)


@pytest.fixture
async def ann(access_of):
    return await access_of(ANN)


@pytest.mark.feature("F26")
async def test_who_gets_a_license_hears_of_it_and_the_row_is_as_he_may_see_it(access_of, ann, feed, listen):
    tom = await listen(license_changes(await access_of(TOM), feed, projection=PROJECTION))

    await assign(ann, Licenses.ACME_POOL, User, TOM.id)

    change = await soon(tom)
    assert (change.kind, change.license_id) == (ChangeKind.ASSIGNED, Licenses.ACME_POOL)
    assert (change.license.id, change.license.assigned_user_id) == (Licenses.ACME_POOL, TOM.id)
    assert change.license.can_assign is False


async def test_who_may_not_read_a_license_hears_nothing_of_it(access_of, ann, feed, listen):
    others = [
        await listen(license_changes(await access_of(each), feed, shown=[Licenses.BERLIN_ADMIN_ONLY]))
        for each in (TOM, LEA, SAM, SERVER)
    ]
    admin = await listen(license_changes(await access_of(ANN), feed))

    await assign(ann, Licenses.BERLIN_ADMIN_ONLY, User, BEA.id)

    assert (await soon(admin)).license_id == Licenses.BERLIN_ADMIN_ONLY
    assert await silent(*others)


@pytest.mark.feature("F41", "F43")
async def test_a_license_that_is_shown_to_all_reaches_the_members_at_once(access_of, ann, feed, listen):
    tom = await listen(license_changes(await access_of(TOM), feed, projection=PROJECTION))
    lea = await listen(license_changes(await access_of(LEA), feed, projection=PROJECTION))

    await show(ann, Licenses.BERLIN_ADMIN_ONLY, Visibility.PUBLIC)

    change = await soon(tom)
    assert (change.kind, change.license.id) == (ChangeKind.VISIBILITY_CHANGED, Licenses.BERLIN_ADMIN_ONLY)
    assert await silent(lea)


@pytest.mark.feature("F26")
async def test_who_had_it_on_the_screen_hears_once_that_it_is_gone_and_not_why(access_of, ann, feed, listen):
    tom = await listen(
        license_changes(await access_of(TOM), feed, shown=[Licenses.BERLIN_PUBLIC], projection=PROJECTION)
    )

    await show(ann, Licenses.BERLIN_PUBLIC, Visibility.ADMIN_ONLY)
    change = await soon(tom)
    await assign(ann, Licenses.BERLIN_PUBLIC, User, BEA.id)

    assert (change.kind, change.license_id, change.license) == (ChangeKind.GONE, Licenses.BERLIN_PUBLIC, None)
    assert await silent(tom)


async def test_who_was_told_of_it_hears_that_it_is_gone_each_time(access_of, ann, feed, listen):
    tom = await listen(license_changes(await access_of(TOM), feed))

    kinds = []
    for visibility in (Visibility.PUBLIC, Visibility.ADMIN_ONLY) * 2:
        await show(ann, Licenses.BERLIN_ADMIN_ONLY, visibility)
        kinds.append((await soon(tom)).kind)

    assert kinds == [ChangeKind.VISIBILITY_CHANGED, ChangeKind.GONE] * 2


async def test_who_lost_his_role_in_between_hears_only_that_it_is_gone(access_of, ann, database, feed, listen):
    tom = await listen(license_changes(await access_of(TOM), feed, shown=[Licenses.BERLIN_PUBLIC, Licenses.LAB_PUBLIC]))
    async with database.transaction() as session:
        await session.execute(
            sa.update(Membership)
            .where(Membership.user_id == TOM.id, Membership.group_id == Groups.BERLIN)
            .values(state=MembershipState.REMOVED),
        )

    await show(ann, Licenses.BERLIN_PUBLIC, Visibility.PUBLIC)
    await show(ann, Licenses.LAB_PUBLIC, Visibility.PUBLIC)

    assert (await soon(tom)).kind is ChangeKind.GONE
    assert await silent(tom)


@pytest.mark.feature("F26")
async def test_after_the_commit_that_takes_a_role_away_no_event_shows_the_row(
    access_of, record, database, feed, listen
):
    chance = random.Random(1)
    tom = await listen(license_changes(await access_of(TOM), feed))
    place = sa.update(Membership).where(Membership.user_id == TOM.id, Membership.group_id == Groups.BERLIN)

    async def become(state, *, within=0):
        await asyncio.sleep(chance.uniform(0, within))
        async with database.transaction() as session:
            await session.execute(place.values(state=state))

    async def told(license_id):
        entry = await record("license.changed", license_id=license_id)
        feed.wake()
        return cursor("licenseChanged", entry.id)

    async def until(last):
        changes = [await soon(tom)]
        while changes[-1].cursor != last:
            changes.append(await soon(tom))
        return {change.cursor: change.license for change in changes}

    await until(await told(Licenses.BERLIN_PUBLIC))
    seen_before = 0
    for _ in range(200):
        meanwhile, _ = await asyncio.gather(told(Licenses.BERLIN_PUBLIC), become(MembershipState.REMOVED, within=0.025))
        afterwards = await told(Licenses.BERLIN_PUBLIC)
        rows = await until(await told(Licenses.TOM_CAD))
        seen_before += rows[meanwhile] is not None
        assert rows.get(afterwards) is None
        await become(MembershipState.ACTIVE)
        await until(await told(Licenses.BERLIN_PUBLIC))

    assert 0 < seen_before < 200  # the commit came on either side of the event


async def test_who_resumes_hears_what_he_missed_as_far_as_he_may_still_read_it(access_of, ann, feed, take):
    tom = await access_of(TOM)
    await show(ann, Licenses.BERLIN_PUBLIC, Visibility.PUBLIC)
    listening = asyncio.create_task(take(license_changes(tom, feed), 1))
    await asyncio.sleep(0.2)
    await show(ann, Licenses.BERLIN_PUBLIC, Visibility.PUBLIC)
    (last,) = await listening

    await assign(ann, Licenses.BERLIN_ADMIN_ONLY, User, BEA.id)
    await assign(ann, Licenses.ACME_POOL, User, TOM.id)
    await assign(ann, Licenses.ACME_TEN_SEATS, User, TOM.id)
    await assign(ann, Licenses.ACME_POOL, User, BEA.id)
    missed = await take(license_changes(tom, feed, after=last.cursor), 1)

    assert [change.license_id for change in missed] == [Licenses.ACME_TEN_SEATS]


async def test_who_resumes_hears_first_of_what_is_gone_and_cannot_tell_it_from_what_never_was(
    access_of,
    ann,
    feed,
    listen,
):
    tom = await access_of(TOM)
    listening = await listen(license_changes(tom, feed, shown=[Licenses.BERLIN_PUBLIC]))
    await show(ann, Licenses.BERLIN_PUBLIC, Visibility.PUBLIC)
    last = (await soon(listening)).cursor
    await show(ann, Licenses.BERLIN_PUBLIC, Visibility.ADMIN_ONLY)

    never, hidden = new_id(), Licenses.ACME_POOL
    shown = [Licenses.BERLIN_PUBLIC, Licenses.TOM_CAD, never, hidden]
    again = await listen(license_changes(await access_of(TOM), feed, shown=shown, after=last))

    gone = [await soon(again) for _ in range(3)]
    assert [change.license_id for change in gone] == [Licenses.BERLIN_PUBLIC, never, hidden]
    assert {(change.kind, change.cursor, change.license) for change in gone} == {(ChangeKind.GONE, last, None)}
    assert await silent(again)


@pytest.mark.parametrize("text", ["", "x", "lizenz", "\0", "é", "\ud800", "=", "bGljZW5zZUNoYW5nZWQ6", "A" * 100_000])
async def test_a_malformed_cursor_is_refused(access_of, feed, text):
    with pytest.raises(BadInput):
        await anext(license_changes(await access_of(TOM), feed, after=text))


async def test_a_cursor_of_another_stream_or_of_no_act_is_refused(access_of, ann, feed, take):
    tom = await access_of(TOM)
    listening = asyncio.create_task(take(notifications_received(tom, feed), 1))
    await asyncio.sleep(0.2)
    await assign(ann, Licenses.ACME_POOL, User, TOM.id)
    (other,) = await listening

    for text in (other.cursor, cursor("licenseChanged", new_id())):
        with pytest.raises(BadInput, match="the cursor is not one of licenseChanged"):
            await anext(license_changes(tom, feed, after=text))


async def test_a_cursor_does_not_count_what_happens_out_of_sight(access_of, ann, feed, listen):
    tom = await listen(license_changes(await access_of(TOM), feed))
    await show(ann, Licenses.BERLIN_PUBLIC, Visibility.PUBLIC)
    change = await soon(tom)

    assert str(await feed.present()) not in change.cursor
    assert len(change.cursor) == 63


async def test_a_stranger_hears_nothing(access_of, feed):
    with pytest.raises(Unauthenticated):
        await anext(license_changes(await access_of(None), feed, shown=[Licenses.BERLIN_PUBLIC]))


TOMS_TOKEN = sa.update(AccessToken).where(AccessToken.user_id == TOM.id)


@pytest.mark.parametrize(
    "end",
    [
        TOMS_TOKEN.values(revoked_at=NOW),
        TOMS_TOKEN.values(expires_at=NOW),
        sa.update(User).where(User.id == TOM.id).values(status=UserStatus.DISABLED),
    ],
    ids=["revoked", "expired", "disabled"],
)
async def test_a_stream_ends_with_the_first_event_after_its_token(access_of, feed, listen, database, end):
    tom = await listen(license_changes(await access_of(TOM), feed))
    async with database.transaction() as session:
        await session.execute(end)

    await show(await access_of(ANN), Licenses.LAB_PUBLIC, Visibility.ADMIN_ONLY)

    assert isinstance(await soon(tom), Unauthenticated)


async def test_a_screen_has_its_limit(access_of, feed):
    with pytest.raises(BadInput):
        await anext(license_changes(await access_of(TOM), feed, shown=[new_id() for _ in range(MOST_SHOWN + 1)]))


async def all_connections_given_back(database) -> None:
    """Waits until nobody holds one: whoever has just been served may still be giving his back."""
    async with asyncio.timeout(5):
        while database.engine.pool.checkedout():  # noqa: ASYNC110 - the pool tells nobody
            await asyncio.sleep(0.01)


async def test_many_listeners_hold_no_connection_between_events(access_of, ann, feed, listen, database):
    listening = [await access_of(TOM) for _ in range(60)]
    streams = await asyncio.gather(*(listen(license_changes(each, feed, projection=PROJECTION)) for each in listening))
    await all_connections_given_back(database)

    await show(ann, Licenses.BERLIN_PUBLIC, Visibility.PUBLIC)

    assert {(await soon(each)).license_id for each in streams} == {Licenses.BERLIN_PUBLIC}
    await all_connections_given_back(database)


async def test_all_may_come_at_once_each_with_a_snapshot_in_his_hands(access_of, ann, feed, take):
    async def come(tom):
        await tom.view.actor()
        return await take(license_changes(tom, feed, shown=[Licenses.BERLIN_PUBLIC]), 1, patience=20)

    coming = [asyncio.create_task(come(await access_of(TOM))) for _ in range(80)]
    await asyncio.sleep(2)
    await show(ann, Licenses.BERLIN_PUBLIC, Visibility.PUBLIC)

    assert {changes[0].license_id for changes in await asyncio.gather(*coming)} == {Licenses.BERLIN_PUBLIC}

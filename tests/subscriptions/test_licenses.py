"""Changes of licenses are reported to viewers who may read them, and their disappearance to viewers who could."""

import asyncio
import random

import pytest
import sqlalchemy as sa

from authz.lists.queries import Projection
from resolvers import licenses
from seeds.cast import ANN, BEA, LEA, SAM, SERVER, TOM, Groups, Licenses
from store.db.base import new_id
from store.errors import BadInput, Unauthenticated
from store.license_states import Visibility
from store.memberships import Membership, MembershipState
from store.users import AccessToken, User, UserStatus
from subscriptions.cursors import encode_cursor
from subscriptions.licenses import MAX_WATCHED, ChangeKind, license_changes
from subscriptions.notifications import notifications_received
from tests.portal import NOW

PROJECTION = Projection(columns=frozenset({"quantity", "assigned_user_id"}), can=frozenset({"assign"}))
_keys = iter(range(1_000_000))


async def assign(access_of, license_id, target, target_id):
    await licenses.assign_license(
        access_of.attempt(key=f"assign {next(_keys)}"), license_id=license_id, target=target, target_id=target_id
    )


async def set_visibility(access_of, license_id, visibility):
    await licenses.set_visibility(
        access_of.attempt(key=f"show {next(_keys)}"), license_id=license_id, visibility=visibility
    )


async def next_of(queue):
    async with asyncio.timeout(5):
        return await queue.get()


async def empty(*queues):
    await asyncio.sleep(0.3)
    return [queue.qsize() for queue in queues] == [0] * len(queues)


@pytest.fixture
async def ann(access_of):
    return await access_of(ANN)


@pytest.mark.feature("F26")
async def test_an_assigned_license_is_reported_with_the_permissions_of_its_assignee(access_of, ann, feed, listen):
    tom = await listen(license_changes(await access_of(TOM), feed, projection=PROJECTION))

    await assign(ann, Licenses.ACME_POOL, User, TOM.id)

    change = await next_of(tom)
    assert (change.kind, change.license_id) == (ChangeKind.ASSIGNED, Licenses.ACME_POOL)
    assert (change.license.id, change.license.assigned_user_id) == (Licenses.ACME_POOL, TOM.id)
    assert change.license.can_assign is False


async def test_a_hidden_license_is_not_reported(access_of, ann, feed, listen):
    others = [
        await listen(license_changes(await access_of(each), feed, watched=[Licenses.BERLIN_ADMIN_ONLY]))
        for each in (TOM, LEA, SAM, SERVER)
    ]
    admin = await listen(license_changes(await access_of(ANN), feed))

    await assign(ann, Licenses.BERLIN_ADMIN_ONLY, User, BEA.id)

    assert (await next_of(admin)).license_id == Licenses.BERLIN_ADMIN_ONLY
    assert await empty(*others)


@pytest.mark.feature("F41", "F43")
async def test_a_license_made_public_is_reported_to_the_members(access_of, ann, feed, listen):
    tom = await listen(license_changes(await access_of(TOM), feed, projection=PROJECTION))
    lea = await listen(license_changes(await access_of(LEA), feed, projection=PROJECTION))

    await set_visibility(ann, Licenses.BERLIN_ADMIN_ONLY, Visibility.PUBLIC)

    change = await next_of(tom)
    assert (change.kind, change.license.id) == (ChangeKind.VISIBILITY_CHANGED, Licenses.BERLIN_ADMIN_ONLY)
    assert await empty(lea)


@pytest.mark.feature("F26")
async def test_a_watched_license_is_reported_as_gone_once_and_without_the_reason(access_of, ann, feed, listen):
    tom = await listen(
        license_changes(await access_of(TOM), feed, watched=[Licenses.BERLIN_PUBLIC], projection=PROJECTION)
    )

    await set_visibility(ann, Licenses.BERLIN_PUBLIC, Visibility.ADMIN_ONLY)
    change = await next_of(tom)
    await assign(ann, Licenses.BERLIN_PUBLIC, User, BEA.id)

    assert (change.kind, change.license_id, change.license) == (ChangeKind.GONE, Licenses.BERLIN_PUBLIC, None)
    assert await empty(tom)


async def test_a_reported_license_is_reported_as_gone_each_time(access_of, ann, feed, listen):
    tom = await listen(license_changes(await access_of(TOM), feed))

    kinds = []
    for visibility in (Visibility.PUBLIC, Visibility.ADMIN_ONLY) * 2:
        await set_visibility(ann, Licenses.BERLIN_ADMIN_ONLY, visibility)
        kinds.append((await next_of(tom)).kind)

    assert kinds == [ChangeKind.VISIBILITY_CHANGED, ChangeKind.GONE] * 2


async def test_a_member_who_was_removed_learns_only_that_a_license_is_gone(access_of, ann, database, feed, listen):
    tom = await listen(
        license_changes(await access_of(TOM), feed, watched=[Licenses.BERLIN_PUBLIC, Licenses.LAB_PUBLIC])
    )
    async with database.transaction() as session:
        await session.execute(
            sa.update(Membership)
            .where(Membership.user_id == TOM.id, Membership.group_id == Groups.BERLIN)
            .values(state=MembershipState.REMOVED)
        )

    await set_visibility(ann, Licenses.BERLIN_PUBLIC, Visibility.PUBLIC)
    await set_visibility(ann, Licenses.LAB_PUBLIC, Visibility.PUBLIC)

    assert (await next_of(tom)).kind is ChangeKind.GONE
    assert await empty(tom)


@pytest.mark.feature("F26")
async def test_after_the_commit_that_removes_a_member_no_event_contains_the_license(
    access_of, record, database, feed, listen
):
    generator = random.Random(1)
    tom = await listen(license_changes(await access_of(TOM), feed))
    membership = sa.update(Membership).where(Membership.user_id == TOM.id, Membership.group_id == Groups.BERLIN)

    async def set_state(state, *, within=0):
        await asyncio.sleep(generator.uniform(0, within))
        async with database.transaction() as session:
            await session.execute(membership.values(state=state))

    async def change(license_id):
        entry = await record("license.changed", license_id=license_id)
        feed.wake()
        return encode_cursor("licenseChanged", entry.id)

    async def until(last):
        changes = [await next_of(tom)]
        while changes[-1].cursor != last:
            changes.append(await next_of(tom))
        return {change.cursor: change.license for change in changes}

    await until(await change(Licenses.BERLIN_PUBLIC))
    reported_before = 0
    for _ in range(200):
        meanwhile, _ = await asyncio.gather(
            change(Licenses.BERLIN_PUBLIC), set_state(MembershipState.REMOVED, within=0.025)
        )
        afterwards = await change(Licenses.BERLIN_PUBLIC)
        rows = await until(await change(Licenses.TOM_CAD))
        reported_before += rows[meanwhile] is not None
        assert rows.get(afterwards) is None
        await set_state(MembershipState.ACTIVE)
        await until(await change(Licenses.BERLIN_PUBLIC))

    assert 0 < reported_before < 200  # the commit came on either side of the event


async def test_a_resumed_subscriber_gets_missed_changes_of_licenses_that_are_still_readable(access_of, ann, feed, take):
    tom = await access_of(TOM)
    await set_visibility(ann, Licenses.BERLIN_PUBLIC, Visibility.PUBLIC)
    listening = asyncio.create_task(take(license_changes(tom, feed), 1))
    await asyncio.sleep(0.2)
    await set_visibility(ann, Licenses.BERLIN_PUBLIC, Visibility.PUBLIC)
    (last,) = await listening

    await assign(ann, Licenses.BERLIN_ADMIN_ONLY, User, BEA.id)
    await assign(ann, Licenses.ACME_POOL, User, TOM.id)
    await assign(ann, Licenses.ACME_TEN_SEATS, User, TOM.id)
    await assign(ann, Licenses.ACME_POOL, User, BEA.id)
    missed = await take(license_changes(tom, feed, after=last.cursor), 1)

    assert [change.license_id for change in missed] == [Licenses.ACME_TEN_SEATS]


async def test_a_resumed_subscriber_gets_gone_licenses_first_and_unknown_ids_alike(access_of, ann, feed, listen):
    tom = await access_of(TOM)
    listening = await listen(license_changes(tom, feed, watched=[Licenses.BERLIN_PUBLIC]))
    await set_visibility(ann, Licenses.BERLIN_PUBLIC, Visibility.PUBLIC)
    last = (await next_of(listening)).cursor
    await set_visibility(ann, Licenses.BERLIN_PUBLIC, Visibility.ADMIN_ONLY)

    never, hidden = new_id(), Licenses.ACME_POOL
    watched = [Licenses.BERLIN_PUBLIC, Licenses.TOM_CAD, never, hidden]
    again = await listen(license_changes(await access_of(TOM), feed, watched=watched, after=last))

    gone = [await next_of(again) for _ in range(3)]
    assert [change.license_id for change in gone] == [Licenses.BERLIN_PUBLIC, never, hidden]
    assert {(change.kind, change.cursor, change.license) for change in gone} == {(ChangeKind.GONE, last, None)}
    assert await empty(again)


@pytest.mark.parametrize("text", ["", "x", "lizenz", "\0", "é", "\ud800", "=", "bGljZW5zZUNoYW5nZWQ6", "A" * 100_000])
async def test_a_malformed_cursor_is_refused(access_of, feed, text):
    with pytest.raises(BadInput):
        await anext(license_changes(await access_of(TOM), feed, after=text))


async def test_a_cursor_of_another_stream_or_without_an_audit_entry_is_refused(access_of, ann, feed, take):
    tom = await access_of(TOM)
    listening = asyncio.create_task(take(notifications_received(tom, feed), 1))
    await asyncio.sleep(0.2)
    await assign(ann, Licenses.ACME_POOL, User, TOM.id)
    (other,) = await listening

    for text in (other.cursor, encode_cursor("licenseChanged", new_id())):
        with pytest.raises(BadInput, match="the cursor does not belong to licenseChanged"):
            await anext(license_changes(tom, feed, after=text))


async def test_a_cursor_does_not_reveal_the_number_of_hidden_events(access_of, ann, feed, listen):
    tom = await listen(license_changes(await access_of(TOM), feed))
    await set_visibility(ann, Licenses.BERLIN_PUBLIC, Visibility.PUBLIC)
    change = await next_of(tom)

    assert str(await feed.last_number()) not in change.cursor
    assert len(change.cursor) == 63


async def test_an_anonymous_subscription_is_refused(access_of, feed):
    with pytest.raises(Unauthenticated):
        await anext(license_changes(await access_of(None), feed, watched=[Licenses.BERLIN_PUBLIC]))


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
async def test_a_stream_ends_with_the_first_event_after_the_end_of_its_token(access_of, feed, listen, database, end):
    tom = await listen(license_changes(await access_of(TOM), feed))
    async with database.transaction() as session:
        await session.execute(end)

    await set_visibility(await access_of(ANN), Licenses.LAB_PUBLIC, Visibility.ADMIN_ONLY)

    assert isinstance(await next_of(tom), Unauthenticated)


async def test_the_number_of_watched_licenses_is_limited(access_of, feed):
    with pytest.raises(BadInput):
        await anext(license_changes(await access_of(TOM), feed, watched=[new_id() for _ in range(MAX_WATCHED + 1)]))


async def all_connections_returned(database) -> None:
    """Wait until no connection is in use; the last one may still be on its way back to the pool."""
    async with asyncio.timeout(5):
        while database.engine.pool.checkedout():  # noqa: ASYNC110 - the pool has no event for it
            await asyncio.sleep(0.01)


async def test_subscribers_hold_no_connection_between_events(access_of, ann, feed, listen, database):
    listening = [await access_of(TOM) for _ in range(60)]
    streams = await asyncio.gather(*(listen(license_changes(each, feed, projection=PROJECTION)) for each in listening))
    await all_connections_returned(database)

    await set_visibility(ann, Licenses.BERLIN_PUBLIC, Visibility.PUBLIC)

    assert {(await next_of(each)).license_id for each in streams} == {Licenses.BERLIN_PUBLIC}
    await all_connections_returned(database)


async def test_many_clients_can_subscribe_at_once_while_each_holds_a_snapshot(access_of, ann, feed, take):
    async def subscribe(tom):
        await tom.view.actor()
        return await take(license_changes(tom, feed, watched=[Licenses.BERLIN_PUBLIC]), 1, seconds=20)

    subscribing = [asyncio.create_task(subscribe(await access_of(TOM))) for _ in range(80)]
    await asyncio.sleep(2)
    await set_visibility(ann, Licenses.BERLIN_PUBLIC, Visibility.PUBLIC)

    assert {changes[0].license_id for changes in await asyncio.gather(*subscribing)} == {Licenses.BERLIN_PUBLIC}

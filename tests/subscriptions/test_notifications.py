"""Who is notified of an action, and receives the notification at once."""

import asyncio

import pytest
import sqlalchemy as sa

from authz.lists.queries import Projection
from resolvers import licenses
from resolvers.invitations import create_invitation
from resolvers.notifications import set_rule
from seeds.cast import ANN, BEA, CAST, IDA, SAM, SERVER, TOM, Groups, Licenses
from store.audit import AuditEntry
from store.errors import Forbidden
from store.notifications import Notification, NotificationEvent
from store.users import User, UserStatus
from subscriptions.notifications import notifications_received

PROJECTION = Projection(columns=frozenset({"event", "license_id", "payload"}))
_keys = iter(range(1_000_000))


@pytest.fixture
def assign(access_of):
    async def by(account, license_id, target_id):
        await licenses.assign_license(
            (await access_of(account)).attempt(key=f"assign {next(_keys)}"),
            license_id=license_id,
            target=User,
            target_id=target_id,
        )

    return by


@pytest.fixture
def notified(database):
    """`await notified()` returns who was notified of the last action, and of which event."""

    async def read():
        names = {each.id: each.name for each in CAST}
        async with database.transaction() as session:
            last = await session.scalar(sa.select(AuditEntry.id).order_by(AuditEntry.number.desc()).limit(1))
            found = await session.scalars(sa.select(Notification).where(Notification.dedupe_key.startswith(f"{last}:")))
            return {names[each.recipient_id]: each.event for each in found}

    return read


async def test_the_assignee_and_direct_administrators_are_notified_but_not_the_actor(assign, notified):
    await assign(IDA, Licenses.ACME_POOL, TOM.id)
    assert await notified() == {
        "Tom Tanner": NotificationEvent.LICENSE_ASSIGNED,
        "Ann Archer": NotificationEvent.LICENSE_ASSIGNED,
    }

    await assign(ANN, Licenses.ACME_TEN_SEATS, TOM.id)
    assert await notified() == {"Tom Tanner": NotificationEvent.LICENSE_ASSIGNED}


async def test_the_former_assignee_is_notified_of_the_end_of_the_assignment(assign, notified):
    await assign(ANN, Licenses.TOM_CAD, BEA.id)

    assert await notified() == {
        "Bea Brandt": NotificationEvent.LICENSE_ASSIGNED,
        "Tom Tanner": NotificationEvent.LICENSE_UNASSIGNED,
    }


async def test_the_former_assignee_is_notified_of_an_unassignment(access_of, notified):
    await licenses.unassign_license((await access_of(ANN)).attempt(key="back"), license_id=Licenses.TOM_CAD)

    assert await notified() == {"Tom Tanner": NotificationEvent.LICENSE_UNASSIGNED}


async def test_a_technical_user_is_not_notified(assign, notified):
    await assign(ANN, Licenses.ACME_POOL, SERVER.id)

    assert await notified() == {}


async def test_a_disabled_account_is_not_notified(assign, notified, database):
    async with database.transaction() as session:
        await session.execute(sa.update(User).where(User.id == TOM.id).values(status=UserStatus.DISABLED))

    await assign(IDA, Licenses.TOM_CAD, BEA.id)

    assert await notified() == {
        "Ann Archer": NotificationEvent.LICENSE_ASSIGNED,
        "Bea Brandt": NotificationEvent.LICENSE_ASSIGNED,
    }


@pytest.mark.feature("F70")
async def test_only_the_recipient_receives_a_notification(access_of, assign, feed, listen):
    tom = await listen(notifications_received(await access_of(TOM), feed, projection=PROJECTION))
    others = [await listen(notifications_received(await access_of(each), feed)) for each in (ANN, BEA, IDA, SERVER)]

    await assign(ANN, Licenses.ACME_POOL, TOM.id)

    async with asyncio.timeout(5):
        message = (await tom.get()).notification
    assert (message.event, message.license_id) == (NotificationEvent.LICENSE_ASSIGNED, Licenses.ACME_POOL)
    assert message.payload == {"product": "Atlas CAD"}
    await asyncio.sleep(0.2)
    assert [each.qsize() for each in others] == [0, 0, 0, 0]


@pytest.mark.feature("F65")
async def test_only_the_invitee_receives_a_notification_of_an_invitation(access_of, feed, listen):
    sam = await listen(notifications_received(await access_of(SAM), feed, projection=PROJECTION))
    others = [await listen(notifications_received(await access_of(each), feed)) for each in (ANN, TOM, IDA)]

    await create_invitation((await access_of(ANN)).attempt(key="invite"), group_id=Groups.LAB, email=SAM.email)

    async with asyncio.timeout(5):
        message = (await sam.get()).notification
    assert (message.event, message.payload) == (NotificationEvent.INVITATION, {"group": "Acme Berlin Lab"})
    await asyncio.sleep(0.2)
    assert [each.qsize() for each in others] == [0, 0, 0]


@pytest.mark.feature("F18")
async def test_a_disabled_event_causes_no_notification(access_of, assign, feed, listen):
    await set_rule((await access_of(TOM)).attempt(key="off"), event=NotificationEvent.LICENSE_ASSIGNED, enabled=False)
    tom = await listen(notifications_received(await access_of(TOM), feed, projection=PROJECTION))
    bea = await listen(notifications_received(await access_of(BEA), feed, projection=PROJECTION))

    await assign(ANN, Licenses.ACME_POOL, TOM.id)
    await assign(ANN, Licenses.ACME_TEN_SEATS, BEA.id)

    async with asyncio.timeout(5):
        assert (await bea.get()).notification.license_id == Licenses.ACME_TEN_SEATS
    assert tom.qsize() == 0


@pytest.mark.feature("F70")
async def test_a_resumed_subscriber_gets_missed_notifications(access_of, assign, feed, take):
    tom = await access_of(TOM)
    receiving = asyncio.create_task(take(notifications_received(tom, feed, projection=PROJECTION), 1))
    await asyncio.sleep(0.2)
    await assign(ANN, Licenses.ACME_POOL, TOM.id)
    (first,) = await receiving

    await assign(ANN, Licenses.ACME_TEN_SEATS, TOM.id)
    await assign(ANN, Licenses.BEA_ACME, TOM.id)
    missed = await take(notifications_received(tom, feed, projection=PROJECTION, after=first.cursor), 2)

    assert [each.notification.license_id for each in missed] == [Licenses.ACME_TEN_SEATS, Licenses.BEA_ACME]


async def test_a_refused_action_causes_no_notification(access_of, database):
    before = await count(database)
    with pytest.raises(Forbidden):
        await licenses.unassign_license((await access_of(TOM)).attempt(key="mine"), license_id=Licenses.TOM_CAD)

    assert await count(database) == before


async def count(database):
    async with database.transaction() as session:
        return await session.scalar(sa.select(sa.func.count()).select_from(Notification))

"""What is told to whom is chosen: by people for themselves, by administrators for their groups, by the vendor for everybody."""

import asyncio
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from resolvers.invitations import accept_invitation, create_invitation
from resolvers.notifications import remove_rule, set_rule
from seeds.cast import ANN, BEA, CAST, IDA, LEA, REX, SAM, SERVER, TOM, Groups, Licenses, named
from store.audit import AuditEntry, Outcome
from store.errors import BadInput, Conflict, Forbidden, NotFound
from store.groups import Group, GroupDeleted
from store.licenses import License
from store.notifications import Channel, Notification, NotificationEvent, NotificationRule
from store.outgoing_mail import MailKind, OutgoingMail
from store.services import notification_fanout
from store.users import User
from tests.portal import NOW

ASSIGNED, EXPIRING = NotificationEvent.LICENSE_ASSIGNED, NotificationEvent.LICENSE_EXPIRING
EXPIRED, EXCESSIVE = NotificationEvent.LICENSE_EXPIRED, NotificationEvent.EXCESSIVE_RECOVERY
INVITATION = NotificationEvent.INVITATION
NAMES = {each.id: each.name for each in CAST}
TOMS_RULE = named("rule", "Tom")


@pytest.fixture
def say(access_of):
    """`await say(TOM, event, enabled=False)` sets a rule, and gives its id."""

    async def said(account, event, **what):
        answer = await set_rule(await access_of(account), event=event, **what)
        return UUID(answer.ids["NotificationRule"][0])

    return said


@pytest.fixture
def hear(database):
    """`await hear("license.expired", license_id)`: who gets a message of such an act, and who a letter."""

    async def of(action, license_id):
        entry = AuditEntry(action=action, license_id=license_id, at=NOW, outcome=Outcome.DONE)
        async with database.transaction() as session:
            known = set(await session.scalars(sa.select(OutgoingMail.id)))
            await notification_fanout.notify(session, [entry])
            found = sa.select(Notification.recipient_id).where(Notification.dedupe_key.startswith(f"{entry.id}:"))
            messages = {NAMES[each] for each in await session.scalars(found)}
            letters = await session.scalars(sa.select(OutgoingMail).where(OutgoingMail.id.not_in(known)))
            return messages, {each.email for each in letters}

    return of


@pytest.fixture
def set_rules(database):
    """`await rules()`: every rule, as what makes it one."""

    async def read():
        async with database.transaction() as session:
            columns = (NotificationRule.event, NotificationRule.group_id, NotificationRule.user_id)
            more = (NotificationRule.enabled, NotificationRule.channels, NotificationRule.offsets)
            return sorted(map(str, await session.execute(sa.select(*columns, *more))))

    return read


@pytest.fixture
def refuses(set_rules):
    """`await refuses(Forbidden, say(...))`: refused, and the rules are what they were."""

    async def check(kind, act, match=None):
        before = await set_rules()
        with pytest.raises(kind, match=match):
            await act
        assert await set_rules() == before

    return check


@pytest.mark.feature("F18")
async def test_a_person_switches_a_kind_off_for_himself_and_nobody_else(say, hear):
    assert await hear("license.expired", Licenses.TOM_CAD) == ({"Tom Tanner", "Ann Archer"}, set())

    await say(TOM, EXPIRED, enabled=False)

    assert await hear("license.expired", Licenses.TOM_CAD) == ({"Ann Archer"}, set())
    assert await hear("license.assigned", Licenses.TOM_CAD) == ({"Tom Tanner", "Ann Archer"}, set())
    await say(TOM, EXPIRED, enabled=True)
    assert await hear("license.expired", Licenses.TOM_CAD) == ({"Tom Tanner", "Ann Archer"}, set())


@pytest.mark.feature("F18")
async def test_an_administrator_switches_a_kind_off_for_a_group_and_those_below(say, hear):
    await say(ANN, EXPIRED, group_id=Groups.ACME, enabled=False)

    assert await hear("license.expired", Licenses.ACME_POOL) == (set(), set())
    assert await hear("license.expired", Licenses.TOM_CAD) == (set(), set())
    assert await hear("license.expired", Licenses.BERLIN_DONGLE) == (set(), set())
    assert await hear("license.expired", Licenses.BEA_BOLT) == ({"Bea Brandt"}, set())
    assert await hear("license.expired", Licenses.SAM_HOME) == ({"Sam Sommer"}, set())


@pytest.mark.feature("F18")
async def test_the_nearest_rule_counts(say, hear, database):
    async with database.transaction() as session:
        (await session.get_one(License, Licenses.TOM_CAD)).owner_group_id = Groups.BERLIN
    tom, nobody = ({"Tom Tanner"}, set()), (set(), set())
    assert await hear("license.expired", Licenses.TOM_CAD) == tom

    await say(IDA, EXPIRED, everywhere=True, enabled=False)
    assert await hear("license.expired", Licenses.TOM_CAD) == nobody
    await say(ANN, EXPIRED, group_id=Groups.ACME, enabled=True)
    assert await hear("license.expired", Licenses.TOM_CAD) == tom
    await say(ANN, EXPIRED, group_id=Groups.BERLIN, enabled=False)
    assert await hear("license.expired", Licenses.TOM_CAD) == nobody
    await say(TOM, EXPIRED, enabled=True)
    assert await hear("license.expired", Licenses.TOM_CAD) == tom
    await say(ANN, EXPIRED, group_id=Groups.LAB, enabled=False)
    assert await hear("license.expired", Licenses.TOM_CAD) == tom


@pytest.mark.feature("F18", "F66")
async def test_what_ends_soon_is_not_told_where_it_is_switched_off(say, hear):
    everybody = await hear("license.expiring", Licenses.TOM_CAD)
    assert everybody == (
        {"Tom Tanner", "Ann Archer"},
        {TOM.email, ANN.email},
    )  # a rule of the demo world says by mail too

    await say(ANN, EXPIRING, enabled=False)

    assert await hear("license.expiring", Licenses.TOM_CAD) == ({"Tom Tanner"}, {TOM.email})


@pytest.mark.feature("F18", "F69")
async def test_a_group_that_does_not_hear_of_its_abuse_does_not_silence_the_vendor(say, hear):
    before, letters = await hear("restore.excessive", Licenses.ACME_POOL)
    assert before == {"Ann Archer", "Ida Lund"}
    assert letters == {ANN.email}  # Acme's rule in the demo world

    await say(ANN, EXCESSIVE, group_id=Groups.ACME, enabled=False)
    assert await hear("restore.excessive", Licenses.ACME_POOL) == ({"Ida Lund"}, set())
    await say(IDA, EXCESSIVE, enabled=False)
    assert await hear("restore.excessive", Licenses.ACME_POOL) == (set(), set())


@pytest.mark.feature("F18", "F65")
async def test_whoever_wants_no_invitations_gets_neither_message_nor_letter_and_may_accept_all_the_same(
    access_of,
    say,
    database,
):
    async def news():
        async with database.transaction() as session:
            messages = sa.select(Notification.recipient_id).where(Notification.event == INVITATION)
            letters = sa.select(OutgoingMail.email).where(OutgoingMail.kind == MailKind.INVITATION)
            return list(await session.scalars(messages)), sorted(await session.scalars(letters))

    async def invited(email, group_id):
        return await create_invitation(
            (await access_of(ANN)).attempt(key=f"{email} {group_id}"), group_id=group_id, email=email
        )

    told_before = (await news())[0]
    await say(SAM, INVITATION, enabled=False)
    answer = await invited(SAM.email, Groups.LAB)
    await invited("nora@acme.example", Groups.LAB)
    assert await news() == (told_before, ["nora@acme.example"])
    await accept_invitation(await access_of(SAM), invitation_id=UUID(answer.ids["Invitation"][0]))

    await say(SAM, INVITATION, enabled=True, channels=[Channel.PORTAL])
    await invited(SAM.email, Groups.BERLIN)
    assert await news() == ([*told_before, SAM.id], ["nora@acme.example"])
    await say(SAM, INVITATION, channels=[Channel.EMAIL])
    await invited(SAM.email, Groups.ACME)
    assert await news() == ([*told_before, SAM.id], ["nora@acme.example", SAM.email])

    await say(ANN, INVITATION, group_id=Groups.ACME, enabled=False)
    silent = await invited("otto@acme.example", Groups.BERLIN)
    assert silent.told["token"]  # whoever invites passes it on himself
    assert await news() == ([*told_before, SAM.id], ["nora@acme.example", SAM.email])


@pytest.mark.feature("F18", "F71")
async def test_a_notice_goes_by_mail_to_whoever_wants_it_so(say, hear, database):
    async with database.transaction() as session:
        (await session.get_one(User, TOM.id)).locale = "de"
    await say(TOM, EXPIRED, channels=[Channel.EMAIL])
    assert await hear("license.expired", Licenses.TOM_CAD) == ({"Ann Archer"}, {TOM.email})

    await say(TOM, EXPIRED, channels=[Channel.EMAIL, Channel.PORTAL])
    assert await hear("license.expired", Licenses.TOM_CAD) == ({"Ann Archer", "Tom Tanner"}, {TOM.email})
    async with database.transaction() as session:
        (letter, _) = await session.scalars(sa.select(OutgoingMail).where(OutgoingMail.email == TOM.email))
        found = (letter.kind, letter.event, letter.locale, letter.about, letter.secret, letter.created_at)
        assert found == (MailKind.NOTICE, EXPIRED, "de", "Atlas CAD", None, NOW)
        (await session.get_one(User, TOM.id)).email_verified_at = None
    assert await hear("license.expired", Licenses.TOM_CAD) == ({"Ann Archer", "Tom Tanner"}, set())


async def test_a_rule_is_made_once_and_then_changed_with_one_row_on_record_each(say, row, audit_entries):
    id_ = await say(ANN, EXPIRING, group_id=Groups.BERLIN)
    rule = await row(NotificationRule, id_)
    assert (rule.enabled, rule.channels, rule.offsets, rule.user_id) == (True, ["PORTAL"], [], None)

    assert await say(ANN, EXPIRING, group_id=Groups.BERLIN, offsets=[3, 90, 3], channels=[Channel.EMAIL]) == id_
    assert await say(ANN, EXPIRING, group_id=Groups.BERLIN, enabled=False) == id_

    rule = await row(NotificationRule, id_)
    assert (rule.enabled, rule.channels, rule.offsets) == (False, ["EMAIL"], [90, 3])
    made, changed, off = await audit_entries("notification_rule.set")
    assert (made.before, made.after["event"], made.group_id) == (None, "LICENSE_EXPIRING", Groups.BERLIN)
    assert changed.before == {"channels": ["PORTAL"], "offsets": []}
    assert changed.after == {"channels": ["EMAIL"], "offsets": [90, 3]}
    assert (off.before, off.after, off.actor_id) == ({"enabled": True}, {"enabled": False}, ANN.id)


async def test_the_first_rule_for_everybody_keeps_the_usual_days(say, row, database):
    async with database.transaction() as session:
        await session.execute(sa.delete(NotificationRule).where(NotificationRule.event == EXPIRING))

    id_ = await say(IDA, EXPIRING, everywhere=True, channels=[Channel.EMAIL])

    assert (await row(NotificationRule, id_)).offsets == [30, 7, 1]


async def test_what_was_taken_back_counts_no_more(say, hear, access_of, set_rules, audit_entries):
    before = await set_rules()
    id_ = await say(TOM, EXPIRED, enabled=False)
    assert await hear("license.expired", Licenses.TOM_CAD) == ({"Ann Archer"}, set())

    await remove_rule(await access_of(TOM), notification_rule_id=id_)

    assert await set_rules() == before
    assert await hear("license.expired", Licenses.TOM_CAD) == ({"Ann Archer", "Tom Tanner"}, set())
    (entry,) = await audit_entries("notification_rule.removed")
    assert (entry.resource_id, entry.actor_id) == (id_, TOM.id)


async def test_nobody_chooses_for_others(say, refuses, access_of):
    for account in (TOM, LEA, REX):
        await refuses(Forbidden, say(account, EXPIRED, everywhere=True, enabled=False), match="modify")
    await refuses(Forbidden, say(SERVER, EXPIRED, enabled=False))
    await refuses(Forbidden, say(TOM, EXPIRED, group_id=Groups.BERLIN, enabled=False))
    await refuses(NotFound, say(LEA, EXPIRED, group_id=Groups.BERLIN, enabled=False))
    await refuses(NotFound, say(BEA, EXPIRED, group_id=Groups.ACME, enabled=False))
    await refuses(NotFound, say(ANN, EXPIRED, group_id=Groups.BOLT, enabled=False))
    await refuses(NotFound, say(ANN, EXPIRED, group_id=uuid4(), enabled=False))
    # What is for everybody exists already, and is the vendor's.
    await refuses(Forbidden, say(ANN, EXPIRING, everywhere=True, enabled=False))
    await refuses(NotFound, remove_rule(await access_of(ANN), notification_rule_id=TOMS_RULE))
    await refuses(NotFound, remove_rule(await access_of(TOM), notification_rule_id=named("rule", "Acme")))


async def test_what_makes_no_sense_is_refused_with_its_bound(say, refuses):
    await refuses(BadInput, say(TOM, EXPIRED, channels=[]), match="switches it off")
    await refuses(BadInput, say(TOM, EXPIRED, channels=[Channel.PORTAL, Channel.WEBHOOK]), match="by PORTAL, by EMAIL")
    await refuses(BadInput, say(TOM, EXPIRING, offsets=[7]), match="groups or the vendor")
    await refuses(BadInput, say(ANN, EXPIRED, group_id=Groups.ACME, offsets=[7]), match="only of an end that comes")
    for wrong in ([0], [-1], [367], [2**40], list(range(1, 12))):
        await refuses(
            BadInput,
            say(ANN, EXPIRING, group_id=Groups.ACME, offsets=wrong),
            match="at most 10 .* from 1 to 366",
        )
    await refuses(BadInput, say(IDA, EXPIRED, group_id=Groups.ACME, everywhere=True), match="a group or for everybody")


async def test_a_group_that_is_gone_has_no_rules(say, refuses, database):
    async with database.transaction() as session:
        (await session.get_one(Group, Groups.LAB)).deleted_at = NOW

    await refuses(GroupDeleted, say(ANN, EXPIRED, group_id=Groups.LAB, enabled=False))


async def test_of_two_who_make_the_same_rule_at_once_one_makes_it(access_of, database):
    accesses = [await access_of(TOM) for _ in range(8)]
    outcomes = await asyncio.gather(
        *(set_rule(each, event=ASSIGNED, enabled=False) for each in accesses),
        return_exceptions=True,
    )

    assert {type(each) for each in outcomes if isinstance(each, Exception)} <= {Conflict}
    assert any(not isinstance(each, Exception) for each in outcomes)
    async with database.transaction() as session:
        mine = sa.select(NotificationRule).where(NotificationRule.user_id == TOM.id, NotificationRule.event == ASSIGNED)
        assert len(list(await session.scalars(mine))) == 1

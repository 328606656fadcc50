"""Notification rules: set by people for themselves, by administrators for their groups, by the vendor for the whole portal."""

import asyncio
from uuid import uuid4

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
def rule_of(access_of):
    """`await rule_of(TOM, event, enabled=False)` sets a rule as Tom, and returns its ID."""

    async def set_as(account, event, **values):
        done = await set_rule(await access_of(account), event=event, **values)
        return done.result.notification_rule.id

    return set_as


@pytest.fixture
def recipients(database):
    """`await recipients("license.expired", license_id)`: who gets a notification in the portal, and who an email."""

    async def of(action, license_id):
        entry = AuditEntry(action=action, license_id=license_id, at=NOW, outcome=Outcome.DONE)
        async with database.transaction() as session:
            known = set(await session.scalars(sa.select(OutgoingMail.id)))
            await notification_fanout.notify(session, [entry])
            found = sa.select(Notification.recipient_id).where(Notification.dedupe_key.startswith(f"{entry.id}:"))
            notified = {NAMES[each] for each in await session.scalars(found)}
            emails = await session.scalars(sa.select(OutgoingMail).where(OutgoingMail.id.not_in(known)))
            return notified, {each.email for each in emails}

    return of


@pytest.fixture
def rules(database):
    """`await rules()` returns every rule, as text."""

    async def read():
        async with database.transaction() as session:
            columns = (NotificationRule.event, NotificationRule.group_id, NotificationRule.user_id)
            more = (NotificationRule.enabled, NotificationRule.channels, NotificationRule.offsets)
            return sorted(map(str, await session.execute(sa.select(*columns, *more))))

    return read


@pytest.fixture
def refuses(rules):
    """`await refuses(Forbidden, rule_of(...))`: the action is refused, and the rules have not changed."""

    async def check(error, action, match=None):
        before = await rules()
        with pytest.raises(error, match=match):
            await action
        assert await rules() == before

    return check


@pytest.mark.feature("F18")
async def test_a_person_disables_an_event_for_themselves_only(rule_of, recipients):
    assert await recipients("license.expired", Licenses.TOM_CAD) == ({"Tom Tanner", "Ann Archer"}, set())

    await rule_of(TOM, EXPIRED, enabled=False)

    assert await recipients("license.expired", Licenses.TOM_CAD) == ({"Ann Archer"}, set())
    assert await recipients("license.assigned", Licenses.TOM_CAD) == ({"Tom Tanner", "Ann Archer"}, set())
    await rule_of(TOM, EXPIRED, enabled=True)
    assert await recipients("license.expired", Licenses.TOM_CAD) == ({"Tom Tanner", "Ann Archer"}, set())


@pytest.mark.feature("F18")
async def test_an_administrator_disables_an_event_for_a_group_and_those_below(rule_of, recipients):
    await rule_of(ANN, EXPIRED, group_id=Groups.ACME, enabled=False)

    assert await recipients("license.expired", Licenses.ACME_POOL) == (set(), set())
    assert await recipients("license.expired", Licenses.TOM_CAD) == (set(), set())
    assert await recipients("license.expired", Licenses.BERLIN_DONGLE) == (set(), set())
    assert await recipients("license.expired", Licenses.BEA_BOLT) == ({"Bea Brandt"}, set())
    assert await recipients("license.expired", Licenses.SAM_HOME) == ({"Sam Sommer"}, set())


@pytest.mark.feature("F18")
async def test_the_nearest_rule_applies(rule_of, recipients, database):
    async with database.transaction() as session:
        (await session.get_one(License, Licenses.TOM_CAD)).owner_group_id = Groups.BERLIN
    tom, none = ({"Tom Tanner"}, set()), (set(), set())
    assert await recipients("license.expired", Licenses.TOM_CAD) == tom

    await rule_of(IDA, EXPIRED, everywhere=True, enabled=False)
    assert await recipients("license.expired", Licenses.TOM_CAD) == none
    await rule_of(ANN, EXPIRED, group_id=Groups.ACME, enabled=True)
    assert await recipients("license.expired", Licenses.TOM_CAD) == tom
    await rule_of(ANN, EXPIRED, group_id=Groups.BERLIN, enabled=False)
    assert await recipients("license.expired", Licenses.TOM_CAD) == none
    await rule_of(TOM, EXPIRED, enabled=True)
    assert await recipients("license.expired", Licenses.TOM_CAD) == tom
    await rule_of(ANN, EXPIRED, group_id=Groups.LAB, enabled=False)
    assert await recipients("license.expired", Licenses.TOM_CAD) == tom


@pytest.mark.feature("F18", "F66")
async def test_expiry_notices_respect_a_disabled_rule(rule_of, recipients):
    assert await recipients("license.expiring", Licenses.TOM_CAD) == (
        {"Tom Tanner", "Ann Archer"},
        {TOM.email, ANN.email},
    )  # a rule of the demo world adds emails

    await rule_of(ANN, EXPIRING, enabled=False)

    assert await recipients("license.expiring", Licenses.TOM_CAD) == ({"Tom Tanner"}, {TOM.email})


@pytest.mark.feature("F18", "F69")
async def test_a_group_rule_does_not_disable_notices_of_abuse_to_the_vendor(rule_of, recipients):
    before, emails = await recipients("restore.excessive", Licenses.ACME_POOL)
    assert before == {"Ann Archer", "Ida Lund"}
    assert emails == {ANN.email}  # Acme's rule in the demo world

    await rule_of(ANN, EXCESSIVE, group_id=Groups.ACME, enabled=False)
    assert await recipients("restore.excessive", Licenses.ACME_POOL) == ({"Ida Lund"}, set())
    await rule_of(IDA, EXCESSIVE, enabled=False)
    assert await recipients("restore.excessive", Licenses.ACME_POOL) == (set(), set())


@pytest.mark.feature("F18", "F65")
async def test_a_person_who_disables_invitations_gets_no_notification_and_can_still_accept(
    access_of, rule_of, database
):
    async def sent():
        async with database.transaction() as session:
            notified = sa.select(Notification.recipient_id).where(Notification.event == INVITATION)
            emails = sa.select(OutgoingMail.email).where(OutgoingMail.kind == MailKind.INVITATION)
            return list(await session.scalars(notified)), sorted(await session.scalars(emails))

    async def invited(email, group_id):
        return await create_invitation(
            (await access_of(ANN)).attempt(key=f"{email} {group_id}"), group_id=group_id, email=email
        )

    notified_before = (await sent())[0]
    await rule_of(SAM, INVITATION, enabled=False)
    done = await invited(SAM.email, Groups.LAB)
    await invited("nora@acme.example", Groups.LAB)
    assert await sent() == (notified_before, ["nora@acme.example"])
    await accept_invitation(await access_of(SAM), invitation_id=done.result.invitation.id)

    await rule_of(SAM, INVITATION, enabled=True, channels=[Channel.PORTAL])
    await invited(SAM.email, Groups.BERLIN)
    assert await sent() == ([*notified_before, SAM.id], ["nora@acme.example"])
    await rule_of(SAM, INVITATION, channels=[Channel.EMAIL])
    await invited(SAM.email, Groups.ACME)
    assert await sent() == ([*notified_before, SAM.id], ["nora@acme.example", SAM.email])

    await rule_of(ANN, INVITATION, group_id=Groups.ACME, enabled=False)
    silent = await invited("otto@acme.example", Groups.BERLIN)
    assert silent.result.token.value  # the inviter can pass it on
    assert await sent() == ([*notified_before, SAM.id], ["nora@acme.example", SAM.email])


@pytest.mark.feature("F18", "F71")
async def test_a_notice_is_sent_by_email_where_a_rule_says_so(rule_of, recipients, database):
    async with database.transaction() as session:
        (await session.get_one(User, TOM.id)).locale = "de"
    await rule_of(TOM, EXPIRED, channels=[Channel.EMAIL])
    assert await recipients("license.expired", Licenses.TOM_CAD) == ({"Ann Archer"}, {TOM.email})

    await rule_of(TOM, EXPIRED, channels=[Channel.EMAIL, Channel.PORTAL])
    assert await recipients("license.expired", Licenses.TOM_CAD) == ({"Ann Archer", "Tom Tanner"}, {TOM.email})
    async with database.transaction() as session:
        (mail, _) = await session.scalars(sa.select(OutgoingMail).where(OutgoingMail.email == TOM.email))
        values = (mail.kind, mail.event, mail.locale, mail.about, mail.secret, mail.created_at)
        assert values == (MailKind.NOTIFICATION, EXPIRED, "de", "Atlas CAD", None, NOW)
        (await session.get_one(User, TOM.id)).email_verified_at = None
    assert await recipients("license.expired", Licenses.TOM_CAD) == ({"Ann Archer", "Tom Tanner"}, set())


async def test_a_rule_is_created_once_and_then_changed_with_one_audit_entry_each(rule_of, row, audit_entries):
    id_ = await rule_of(ANN, EXPIRING, group_id=Groups.BERLIN)
    rule = await row(NotificationRule, id_)
    assert (rule.enabled, rule.channels, rule.offsets, rule.user_id) == (True, ["PORTAL"], [], None)

    assert await rule_of(ANN, EXPIRING, group_id=Groups.BERLIN, offsets=[3, 90, 3], channels=[Channel.EMAIL]) == id_
    assert await rule_of(ANN, EXPIRING, group_id=Groups.BERLIN, enabled=False) == id_

    rule = await row(NotificationRule, id_)
    assert (rule.enabled, rule.channels, rule.offsets) == (False, ["EMAIL"], [90, 3])
    created, changed, disabled = await audit_entries("notification_rule.set")
    assert (created.before, created.after["event"], created.group_id) == (None, "LICENSE_EXPIRING", Groups.BERLIN)
    assert changed.before == {"channels": ["PORTAL"], "offsets": []}
    assert changed.after == {"channels": ["EMAIL"], "offsets": [90, 3]}
    assert (disabled.before, disabled.after, disabled.actor_id) == ({"enabled": True}, {"enabled": False}, ANN.id)


async def test_the_first_rule_for_the_whole_portal_keeps_the_default_days(rule_of, row, database):
    async with database.transaction() as session:
        await session.execute(sa.delete(NotificationRule).where(NotificationRule.event == EXPIRING))

    id_ = await rule_of(IDA, EXPIRING, everywhere=True, channels=[Channel.EMAIL])

    assert (await row(NotificationRule, id_)).offsets == [30, 7, 1]


async def test_a_removed_rule_no_longer_applies(rule_of, recipients, access_of, rules, audit_entries):
    before = await rules()
    id_ = await rule_of(TOM, EXPIRED, enabled=False)
    assert await recipients("license.expired", Licenses.TOM_CAD) == ({"Ann Archer"}, set())

    await remove_rule(await access_of(TOM), notification_rule_id=id_)

    assert await rules() == before
    assert await recipients("license.expired", Licenses.TOM_CAD) == ({"Ann Archer", "Tom Tanner"}, set())
    (entry,) = await audit_entries("notification_rule.removed")
    assert (entry.resource_id, entry.actor_id) == (id_, TOM.id)


async def test_rules_for_others_are_refused(rule_of, refuses, access_of):
    for account in (TOM, LEA, REX):
        await refuses(Forbidden, rule_of(account, EXPIRED, everywhere=True, enabled=False), match="modify")
    await refuses(Forbidden, rule_of(SERVER, EXPIRED, enabled=False))
    await refuses(Forbidden, rule_of(TOM, EXPIRED, group_id=Groups.BERLIN, enabled=False))
    await refuses(NotFound, rule_of(LEA, EXPIRED, group_id=Groups.BERLIN, enabled=False))
    await refuses(NotFound, rule_of(BEA, EXPIRED, group_id=Groups.ACME, enabled=False))
    await refuses(NotFound, rule_of(ANN, EXPIRED, group_id=Groups.BOLT, enabled=False))
    await refuses(NotFound, rule_of(ANN, EXPIRED, group_id=uuid4(), enabled=False))
    # The rule for the whole portal exists already, and is the vendor's.
    await refuses(Forbidden, rule_of(ANN, EXPIRING, everywhere=True, enabled=False))
    await refuses(NotFound, remove_rule(await access_of(ANN), notification_rule_id=TOMS_RULE))
    await refuses(NotFound, remove_rule(await access_of(TOM), notification_rule_id=named("rule", "Acme")))


async def test_invalid_values_of_a_rule_are_refused_with_the_bound(rule_of, refuses):
    await refuses(BadInput, rule_of(TOM, EXPIRED, channels=[]), match="disable the rule")
    await refuses(
        BadInput, rule_of(TOM, EXPIRED, channels=[Channel.PORTAL, Channel.WEBHOOK]), match="PORTAL, EMAIL or both"
    )
    await refuses(BadInput, rule_of(TOM, EXPIRING, offsets=[7]), match="only for a group or the whole portal")
    await refuses(
        BadInput, rule_of(ANN, EXPIRED, group_id=Groups.ACME, offsets=[7]), match="only a rule about LICENSE_EXPIRING"
    )
    for wrong in ([0], [-1], [367], [2**40], list(range(1, 12))):
        await refuses(
            BadInput, rule_of(ANN, EXPIRING, group_id=Groups.ACME, offsets=wrong), match="at most 10 .* from 1 to 366"
        )
    await refuses(
        BadInput, rule_of(IDA, EXPIRED, group_id=Groups.ACME, everywhere=True), match="a group or for the whole portal"
    )


async def test_a_deleted_group_takes_no_rules(rule_of, refuses, database):
    async with database.transaction() as session:
        (await session.get_one(Group, Groups.LAB)).deleted_at = NOW

    await refuses(GroupDeleted, rule_of(ANN, EXPIRED, group_id=Groups.LAB, enabled=False))


async def test_a_rule_that_is_set_several_times_at_once_has_one_row(access_of, database):
    accesses = [await access_of(TOM) for _ in range(8)]
    outcomes = await asyncio.gather(
        *(set_rule(each, event=ASSIGNED, enabled=False) for each in accesses), return_exceptions=True
    )

    assert {type(each) for each in outcomes if isinstance(each, Exception)} <= {Conflict}
    assert any(not isinstance(each, Exception) for each in outcomes)
    async with database.transaction() as session:
        mine = sa.select(NotificationRule).where(NotificationRule.user_id == TOM.id, NotificationRule.event == ASSIGNED)
        assert len(list(await session.scalars(mine))) == 1

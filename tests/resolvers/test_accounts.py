"""Accounts: registered, created by administrators, changed, exported, deleted and erased."""

import asyncio
import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from authz.gate.access import Access
from authz.gate.results import restored
from authz.gate.transaction import AlreadyAnswered
from authz.lists.queries import PageQuery, Projection
from resolvers.accounts import (
    change_password,
    create_account,
    delete_account,
    erase_account,
    export_account,
    modify_account,
    set_isv_right,
)
from resolvers.memberships import remove_membership
from resolvers.registrations import PasswordNeeded, TooManyRequests, confirm, delete_old_mail, register
from resolvers.sessions import create_token, login
from seeds.cast import ANN, BEA, IDA, LEA, MAX, OLGA, PASSWORD, REX, SAM, SERVER, TOM, Groups, Licenses, cloud_of, named
from store import audit
from store.activations import Activation, ActivationState
from store.audit import AuditEntry
from store.confirmations import Confirmation, ConfirmationInvalid
from store.containers import Container, ContainerState, ContainerType
from store.db.passwords import Password
from store.errors import BadInput, Conflict, Forbidden, NotFound, Unauthenticated
from store.license_states import Lifecycle
from store.licenses import License
from store.memberships import MemberRole, Membership, MembershipState
from store.notifications import Notification
from store.outgoing_mail import MailKind, OutgoingMail
from store.portal import Edition, Portal
from store.users import (
    AccountHoldsLicenses,
    AccountNotUsable,
    AddressTaken,
    OwnIsvRight,
    StillIsvAdmin,
    User,
    UserStatus,
    WrongPassword,
)
from tests.portal import NOW

NEW = "nora@acme.example"
CHOSEN = Password("a long enough one")


@pytest.fixture
def anonymous(portal):
    """A request without a token."""
    return Access(portal, None, "test")


async def all_of(database, statement):
    async with database.transaction() as session:
        return (await session.scalars(statement)).all()


async def one_of(database, cls, *where):
    (found,) = await all_of(database, sa.select(cls).where(*where))
    return found


async def secrets_for(database, email):
    emails = (
        sa.select(OutgoingMail).where(OutgoingMail.email == email).order_by(OutgoingMail.created_at, OutgoingMail.id)
    )
    return [each.secret for each in await all_of(database, emails)]


async def created(access_of, *, by=ANN, group=Groups.BERLIN, email=NEW, **more):
    attempt = (await access_of(by)).attempt(key=email)
    done = await create_account(attempt, group_id=group, email=email, name="Nora", **more)
    return done.result.user.id


@pytest.mark.feature("F19", "F32", "F121")
async def test_a_person_registers_and_logs_in_after_confirming_the_address(anonymous, portal, database):
    await register(anonymous, email=" Nora@Acme.Example", name="Nora", password=CHOSEN, locale="de")
    assert await all_of(database, sa.select(User).where(User.email == NEW)) == []
    with pytest.raises(Unauthenticated):
        await login(anonymous, email=NEW, password=CHOSEN.text)

    (secret,) = await secrets_for(database, NEW)
    await confirm(anonymous, token=secret)

    nora = await one_of(database, User, User.email == NEW)
    assert (nora.name, nora.locale, nora.status, nora.email_verified_at) == ("Nora", "de", UserStatus.ACTIVE, NOW)
    cloud = await one_of(database, Container, Container.owner_user_id == nora.id)
    assert (cloud.type, cloud.state) == (ContainerType.PERSONAL_CLOUD, ContainerState.READY)
    assert (await login(anonymous, email=NEW, password=CHOSEN.text)).user.id == nora.id
    confirmed = await one_of(database, AuditEntry, AuditEntry.action == "account.confirmed")
    assert (confirmed.actor_id, confirmed.resource_id) == (nora.id, nora.id)
    asked = await one_of(database, AuditEntry, AuditEntry.action == "account.asked_for")
    opened = await one_of(database, AuditEntry, AuditEntry.action == "session.opened", AuditEntry.code.is_(None))
    assert portal.announcer.numbers == [asked.number, confirmed.number, opened.number]


async def test_a_confirmation_is_accepted_once_in_time_and_with_its_own_token(anonymous, clock, database):
    await register(anonymous, email=NEW, name="Nora", password=CHOSEN)
    await register(anonymous, email="otto@acme.example", name="Otto", password=CHOSEN)
    (nora,) = await secrets_for(database, NEW)
    (otto,) = await secrets_for(database, "otto@acme.example")
    await confirm(anonymous, token=nora)
    clock.at += (await one_of(database, Confirmation, Confirmation.email == NEW)).expires_at - NOW

    for bad in (nora, otto, "", "lp_nonsense"):
        with pytest.raises(ConfirmationInvalid):
            await confirm(anonymous, token=bad)

    assert len(await all_of(database, sa.select(User).where(User.email == NEW))) == 1
    assert await all_of(database, sa.select(User).where(User.email == "otto@acme.example")) == []
    refused = sa.select(AuditEntry.code).where(AuditEntry.action == "accountConfirm", AuditEntry.actor_id.is_(None))
    assert await all_of(database, refused) == ["CONFIRMATION_NOT_VALID"] * 4


async def test_old_registrations_and_emails_are_deleted_and_recent_ones_stay(anonymous, database, clock):
    await register(anonymous, email="old@acme.example", name="Old", password=CHOSEN)
    clock.advance(timedelta(days=32))
    await register(anonymous, email=NEW, name="Nora", password=CHOSEN)

    async with database.transaction() as session:
        assert list(await delete_old_mail(session, clock.now())) == []

    assert await all_of(database, sa.select(Confirmation.email)) == [NEW]
    assert await all_of(database, sa.select(OutgoingMail.email)) == [NEW]


async def test_an_address_with_an_account_gets_an_email_about_it_and_the_answer_is_the_same(anonymous, database, row):
    before = await row(User, TOM.id)

    await register(anonymous, email=str(TOM.email), name="not Tom", password=CHOSEN)

    (mail,) = await all_of(database, sa.select(OutgoingMail))
    assert (mail.email, mail.kind, mail.secret) == (TOM.email, MailKind.ALREADY_REGISTERED, None)
    after = await row(User, TOM.id)
    assert (after.name, after.password_hash) == (before.name, before.password_hash)
    entry = await one_of(database, AuditEntry, AuditEntry.action == "account.asked_for")
    assert (entry.resource_id, entry.before, entry.after) == (None, None, None)


async def test_one_address_gets_at_most_three_emails_an_hour_and_the_answer_does_not_show_it(anonymous, database):
    for _ in range(5):
        await register(anonymous, email=NEW, name="Nora", password=CHOSEN)
    assert len(await secrets_for(database, NEW)) == 3


async def test_too_many_registrations_are_refused_with_the_seconds_to_wait(anonymous, database):
    async with database.transaction() as session:
        session.add_all(
            OutgoingMail(email=f"{number}@crowd.example", kind=MailKind.ALREADY_REGISTERED, created_at=NOW)
            for number in range(1000)
        )

    with pytest.raises(TooManyRequests) as refused:
        await register(anonymous, email=NEW, name="Nora", password=CHOSEN)

    assert refused.value.details == {"retry_after": 3600}
    assert await secrets_for(database, NEW) == []


@pytest.mark.parametrize("edition", [Edition.BASIC, Edition.ENTERPRISE])
@pytest.mark.feature("F22", "F32")
async def test_an_administrator_creates_an_account_and_its_holder_confirms_it(
    access_of, anonymous, database, row, edition
):
    async with database.transaction() as session:
        await session.execute(sa.update(Portal).values(edition=edition))

    nora_id = await created(access_of, role=MemberRole.ADMIN)

    nora = await row(User, nora_id)
    assert (nora.email, nora.status, nora.password_hash) == (NEW, UserStatus.PENDING, None)
    membership = await one_of(database, Membership, Membership.user_id == nora.id)
    assert (membership.group_id, membership.role, membership.state) == (Groups.BERLIN, "ADMIN", "ACTIVE")
    assert len(await all_of(database, sa.select(Container).where(Container.owner_user_id == nora.id))) == 1
    (secret,) = await secrets_for(database, NEW)
    with pytest.raises(PasswordNeeded):
        await confirm(anonymous, token=secret)
    await confirm(anonymous, token=secret, password=CHOSEN)
    assert (await login(anonymous, email=NEW, password=CHOSEN.text)).user.id == nora.id


@pytest.mark.parametrize(
    ("account", "group", "refusal"),
    [
        (ANN, Groups.BOLT, NotFound),
        (ANN, Groups.RHEINTAL, NotFound),
        (TOM, Groups.BERLIN, Forbidden),
        (SAM, Groups.ACME, NotFound),
    ],
)
@pytest.mark.feature("F22")
async def test_accounts_are_created_only_at_or_below_the_groups_of_an_administrator(
    access_of, database, account, group, refusal
):
    with pytest.raises(refusal):
        await created(access_of, by=account, group=group)
    assert await all_of(database, sa.select(User).where(User.email == NEW)) == []


@pytest.mark.feature("F119")
async def test_the_basic_edition_creates_changes_and_deletes_accounts(access_of, row, database):
    async with database.transaction() as session:
        await session.execute(sa.update(Portal).values(edition=Edition.BASIC))

    nora_id = await created(access_of)
    await modify_account((await access_of(ANN)).attempt(key="1"), user_id=nora_id, name="Nora Nordin")
    assert (await row(User, nora_id)).name == "Nora Nordin"
    await delete_account((await access_of(ANN)).attempt(key="2"), user_id=nora_id)

    assert (await row(User, nora_id)).status is UserStatus.ERASED


async def test_of_two_confirmations_at_once_one_creates_the_account(anonymous, portal, database):
    for name in ("Nora", "Nora again"):
        await register(anonymous, email=NEW, name=name, password=CHOSEN)

    outcomes = await asyncio.gather(
        *(confirm(Access(portal, None, "test"), token=each) for each in await secrets_for(database, NEW)),
        return_exceptions=True,
    )

    (refused,) = [each for each in outcomes if each is not None]
    assert isinstance(refused, Conflict | ConfirmationInvalid)
    assert len(await all_of(database, sa.select(User).where(User.email == NEW))) == 1


async def test_when_two_isv_admins_end_each_others_right_one_remains(access_of, database):
    await set_isv_right((await access_of(IDA)).attempt(key="1"), user_id=BEA.id, is_isv_admin=True)
    ida, bea = await access_of(IDA), await access_of(BEA)

    outcomes = await asyncio.gather(
        set_isv_right(ida.attempt(key="2"), user_id=BEA.id, is_isv_admin=False),
        set_isv_right(bea.attempt(key="3"), user_id=IDA.id, is_isv_admin=False),
        return_exceptions=True,
    )

    refused = [each for each in outcomes if isinstance(each, Exception)]
    assert [type(each) in (Conflict, Forbidden, NotFound) for each in refused] == [True]
    assert len(await all_of(database, sa.select(User).where(User.is_isv_admin))) == 1


async def test_an_address_has_at_most_one_account(access_of):
    with pytest.raises(AddressTaken):
        await created(access_of, email=str(TOM.email).upper())
    with pytest.raises(BadInput):
        await created(access_of, email="no address")


async def test_a_registration_takes_over_an_account_that_was_created_for_the_address(
    access_of, anonymous, database, row
):
    nora_id = await created(access_of)
    await register(anonymous, email=NEW, name="Nora herself", password=CHOSEN)
    _, own = await secrets_for(database, NEW)

    await confirm(anonymous, token=own)

    assert (await login(anonymous, email=NEW, password=CHOSEN.text)).user.id == (await row(User, nora_id)).id


@pytest.mark.feature("F23")
async def test_an_account_is_changed_by_its_administrators_and_its_holder_only(access_of, row):
    await modify_account((await access_of(ANN)).attempt(key="1"), user_id=TOM.id, name="Thomas Tanner")
    await modify_account((await access_of(TOM)).attempt(key="2"), locale="de", profile={"phone": "1234"})
    for account, refusal in ((BEA, NotFound), (OLGA, NotFound), (LEA, NotFound), (MAX, NotFound)):
        with pytest.raises(refusal):
            await modify_account((await access_of(account)).attempt(key="3"), user_id=TOM.id, name="no")
    with pytest.raises(NotFound):
        await modify_account((await access_of(ANN)).attempt(key="4"), user_id=IDA.id, name="no")

    tom = await row(User, TOM.id)
    assert (tom.name, tom.locale, tom.profile) == ("Thomas Tanner", "de", {"phone": "1234"})


async def test_a_blank_name_a_malformed_locale_and_a_large_profile_are_refused(access_of, row):
    for wrong in ({"name": " "}, {"locale": "German"}, {"profile": {"text": "x" * 10_000}}):
        with pytest.raises(BadInput):
            await modify_account((await access_of(TOM)).attempt(key=str(wrong)[:20]), **wrong)
    assert (await row(User, TOM.id)).name == TOM.name


async def test_the_audit_entry_of_a_new_name_does_not_contain_the_name(access_of, database):
    answer = await modify_account((await access_of(TOM)).attempt(key="1"), name="Thomas", locale="de")

    entry = await one_of(database, AuditEntry, AuditEntry.action == "account.modified")
    assert entry.before == {"name": "(personal)", "locale": "en"}
    assert entry.after == answer.changes[0]["after"] == {"name": "(personal)", "locale": "de"}


async def test_a_new_password_revokes_other_logins_and_no_tokens_of_programs(access_of, anonymous, with_token):
    other = await login(anonymous, email=str(TOM.email), password=PASSWORD)
    program = (await create_token((await access_of(TOM)).attempt(key="1"), name="backup", days=1)).result.token.value
    with pytest.raises(WrongPassword):
        await change_password((await access_of(TOM)).attempt(key="2"), password=Password("wrong"), new_password=CHOSEN)

    await change_password((await access_of(TOM)).attempt(key="3"), password=Password(PASSWORD), new_password=CHOSEN)

    with pytest.raises(Unauthenticated, match="revoked"):
        await with_token(other.token.value).view.actor()
    assert (await with_token(program).view.actor()).id == TOM.id
    with pytest.raises(Unauthenticated):
        await login(anonymous, email=str(TOM.email), password=PASSWORD)
    assert (await login(anonymous, email=str(TOM.email), password=CHOSEN.text)).user.id == TOM.id


@pytest.mark.feature("F96")
async def test_a_token_is_accepted_until_it_expires_and_shown_once(access_of, with_token, clock):
    access = await access_of(TOM)
    tried = await create_token(access.attempt(dry_run=True), name=" backup ", days=7)
    done = await create_token(access.attempt(key="1"), name=" backup ", days=7)
    with pytest.raises(AlreadyAnswered) as replay:
        await create_token(access.attempt(key="1"), name=" backup ", days=7)

    token = done.result.token.value
    assert (tried.payload["token"], done.payload["token"]) == (None, token)
    assert token not in json.dumps([replay.value.answer, done.changes])
    assert restored(create_token.result, replay.value.answer["result"]) == {**done.payload, "token": None}
    assert (await with_token(token).view.actor()).id == TOM.id
    clock.at = clock.at.replace(month=12, day=1)
    with pytest.raises(Unauthenticated, match="expired"):
        await with_token(token).view.actor()


@pytest.mark.feature("F23")
async def test_deleting_an_account_with_other_groups_only_ends_the_memberships_below_the_administrator(
    access_of, row, database
):
    answer = await delete_account((await access_of(ANN)).attempt(key="1"), user_id=BEA.id)

    memberships = await all_of(database, sa.select(Membership).where(Membership.user_id == BEA.id))
    states = {each.group_id: each.state for each in memberships}
    assert states == {Groups.BERLIN: MembershipState.REMOVED, Groups.BOLT: MembershipState.ACTIVE}
    assert (await row(User, BEA.id)).status is UserStatus.ACTIVE
    assert (await row(License, Licenses.BEA_ACME)).assigned_user_id is None
    assert (await row(License, Licenses.BEA_BOLT)).assigned_user_id == BEA.id
    assert answer.changes[0]["after"] == {"left": [str(Groups.BERLIN)], "kept": True}


@pytest.mark.feature("F23")
async def test_deleting_an_account_without_other_groups_erases_it_and_keeps_its_row(
    access_of, row, database, anonymous
):
    tom_in = await access_of(TOM)
    await delete_account((await access_of(ANN)).attempt(key="1"), user_id=TOM.id)

    tom = await row(User, TOM.id)
    assert (tom.status, tom.name, tom.profile, tom.password_hash) == (UserStatus.ERASED, "Deleted account", {}, None)
    assert tom.email == f"{TOM.id}@erased.invalid"
    with pytest.raises(Unauthenticated):
        await tom_in.view.actor()
    with pytest.raises(Unauthenticated):
        await login(anonymous, email=str(TOM.email), password=PASSWORD)
    assert await all_of(database, sa.select(Notification).where(Notification.recipient_id == TOM.id)) == []
    for id_ in (Licenses.TOM_CAD, Licenses.TOM_PREPAID):
        license = await row(License, id_)
        assert (license.assigned_user_id, license.owner_group_id) == (None, Groups.ACME)
    assert (await row(Container, cloud_of(TOM.id))).state is ContainerState.DELETED
    labels = await all_of(database, sa.select(Activation.device_label).where(Activation.requested_by_id == TOM.id))
    assert set(labels) <= {""}
    states = sa.select(Activation.state).where(Activation.container_id == cloud_of(TOM.id))
    assert ActivationState.ACTIVE not in await all_of(database, states)
    entry = await one_of(database, AuditEntry, AuditEntry.action == "account.deleted")
    assert (entry.actor_id, entry.resource_id, entry.group_id) == (ANN.id, TOM.id, Groups.BERLIN)
    assert str(TOM.email) not in json.dumps([entry.before, entry.after])
    async with database.transaction() as session:
        assert (await audit.verify(session))[1] is None


async def test_a_person_who_has_bought_licenses_keeps_the_account(access_of, row, database):
    async with database.transaction() as session:
        session.add(Membership(user_id=SAM.id, group_id=Groups.BERLIN))

    await delete_account((await access_of(ANN)).attempt(key="1"), user_id=SAM.id)

    assert (await row(User, SAM.id)).status is UserStatus.ACTIVE
    assert (await row(License, Licenses.SAM_HOME)).owner_user_id == SAM.id


@pytest.mark.parametrize(
    ("account", "user", "refusal"),
    [
        (TOM, LEA, NotFound),
        (ANN, MAX, NotFound),
        (ANN, IDA, NotFound),
        (TOM, TOM, Forbidden),
        (IDA, SERVER, AccountNotUsable),
        (IDA, IDA, StillIsvAdmin),
    ],
    ids=["beside", "another tenant", "the vendor", "the member", "a license server", "an ISV admin"],
)
async def test_accounts_outside_the_administrators_groups_are_not_deleted(access_of, row, account, user, refusal):
    with pytest.raises(refusal):
        await delete_account((await access_of(account)).attempt(key="1"), user_id=user.id)
    assert (await row(User, user.id)).status is UserStatus.ACTIVE


async def test_an_export_contains_all_data_about_a_person_and_no_secret(access_of):
    access = await access_of(TOM)
    tried = await export_account(access.attempt(dry_run=True))
    done = await export_account(access.attempt(key="1"))
    with pytest.raises(AlreadyAnswered) as replay:
        await export_account(access.attempt(key="1"))

    data = done.result.data.value
    assert (tried.payload, replay.value.answer["result"]) == ({"data": None}, {"data": None})
    assert data["account"]["email"] == TOM.email
    assert [each["group_id"] for each in data["memberships"]] == [str(Groups.BERLIN)]
    assert str(Licenses.TOM_CAD) in {each["id"] for each in data["licenses"]}
    assert {each["requested_by_id"] for each in data["activations"]} == {str(TOM.id)}
    written = json.dumps(data)
    assert "hash" not in written
    assert "argon2" not in written
    assert str(Licenses.BERLIN_ADMIN_ONLY) not in written


async def test_erasing_an_account_with_bought_licenses_needs_consent_to_lose_them(access_of, row, database):
    with pytest.raises(AccountHoldsLicenses) as refused:
        await erase_account((await access_of(SAM)).attempt(key="1"))
    assert refused.value.details == {"quantity": 1}
    assert (await row(User, SAM.id)).email == SAM.email

    await erase_account((await access_of(SAM)).attempt(key="2"), give_up_licenses=True)

    sam = await row(User, SAM.id)
    assert (sam.status, sam.name) == (UserStatus.ERASED, "Deleted account")
    assert (await row(License, Licenses.SAM_HOME)).lifecycle is Lifecycle.REVOKED
    async with database.transaction() as session:
        for table in ("users", "invitations", "outgoing_mail", "confirmations", "notifications", "audit_entries"):
            found = await session.scalar(
                sa.text(f"SELECT count(*) FROM {table} WHERE {table}::text ILIKE :word"), {"word": "%sam@sommer%"}
            )
            assert found == 0, table


async def test_a_member_can_erase_the_account_only_after_leaving_the_group(access_of, row):
    with pytest.raises(Forbidden):
        await erase_account((await access_of(LEA)).attempt(key="1"))
    await remove_membership(
        (await access_of(ANN)).attempt(key="2"), membership_id=named("membership", f"{LEA.login} LAB")
    )

    await erase_account((await access_of(LEA)).attempt(key="3"))

    assert (await row(User, LEA.id)).status is UserStatus.ERASED


async def test_isv_admins_appoint_and_dismiss_each_other_and_not_themselves(access_of, row):
    with pytest.raises(OwnIsvRight):
        await set_isv_right((await access_of(IDA)).attempt(key="1"), user_id=IDA.id, is_isv_admin=False)
    for account in (ANN, REX):
        with pytest.raises(Forbidden):
            await set_isv_right((await access_of(account)).attempt(key="2"), user_id=account.id, is_isv_admin=True)
    with pytest.raises(AccountNotUsable):
        await set_isv_right((await access_of(IDA)).attempt(key="3"), user_id=SERVER.id, is_isv_admin=True)
    assert (await row(User, IDA.id)).is_isv_admin

    await set_isv_right((await access_of(IDA)).attempt(key="4"), user_id=BEA.id, is_isv_admin=True)
    await set_isv_right((await access_of(BEA)).attempt(key="5"), user_id=IDA.id, is_isv_admin=False)

    assert [(await row(User, each.id)).is_isv_admin for each in (IDA, BEA)] == [False, True]
    page = await (await access_of(IDA)).view.page(User, PageQuery(first=100), Projection())
    assert MAX.id not in {each.id for each in page.rows}

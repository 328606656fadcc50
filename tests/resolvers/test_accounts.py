"""Accounts: asked for by strangers, made by administrators, told to their owners, deleted, and erased."""

import asyncio
import json
from datetime import timedelta
from uuid import UUID

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
from resolvers.registrations import PasswordNeeded, TooManyRequests, confirm, forget_letters, register
from resolvers.sessions import create_token, login
from seeds.cast import ANN, BEA, IDA, LEA, MAX, OLGA, PASSWORD, REX, SAM, SERVER, TOM, Groups, Licenses, cloud_of, named
from store import audit
from store.activations import Activation, ActivationState
from store.audit import AuditEntry
from store.confirmations import Confirmation, ConfirmationInvalid
from store.containers import Container, ContainerState, ContainerType
from store.db.passwords import Secret
from store.errors import BadInput, Conflict, Forbidden, NotFound, Unauthenticated
from store.groups import MemberRole, Membership, MembershipState
from store.licenses import License, Lifecycle
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
from tests.resolvers.conftest import NOW

NEW = "nora@acme.example"
CHOSEN = Secret("a long enough one")


@pytest.fixture
def stranger(portal):
    """Somebody without a token."""
    return Access(portal, None, "test")


async def all_of(database, statement):
    async with database.transaction() as session:
        return (await session.scalars(statement)).all()


async def one_of(database, cls, *where):
    (found,) = await all_of(database, sa.select(cls).where(*where))
    return found


async def secrets_for(database, email):
    letters = (
        sa.select(OutgoingMail).where(OutgoingMail.email == email).order_by(OutgoingMail.created_at, OutgoingMail.id)
    )
    return [each.secret for each in await all_of(database, letters)]


async def made(access_of, *, by=ANN, group=Groups.BERLIN, email=NEW, **more):
    answer = await create_account(
        (await access_of(by)).attempt(key=email), group_id=group, email=email, name="Nora", **more
    )
    return answer.ids["User"][0]


@pytest.mark.feature("F19", "F32", "F121")
async def test_a_stranger_registers_and_is_somebody_when_the_letter_comes_back(stranger, portal, database):
    await register(stranger, email=" Nora@Acme.Example", name="Nora", password=CHOSEN, locale="de")
    assert await all_of(database, sa.select(User).where(User.email == NEW)) == []
    with pytest.raises(Unauthenticated):
        await login(stranger, email=NEW, password=CHOSEN.text)

    (secret,) = await secrets_for(database, NEW)
    await confirm(stranger, token=secret)

    nora = await one_of(database, User, User.email == NEW)
    assert (nora.name, nora.locale, nora.status, nora.email_verified_at) == ("Nora", "de", UserStatus.ACTIVE, NOW)
    cloud = await one_of(database, Container, Container.owner_user_id == nora.id)
    assert (cloud.type, cloud.state) == (ContainerType.PERSONAL_CLOUD, ContainerState.READY)
    assert (await login(stranger, email=NEW, password=CHOSEN.text)).user_id == nora.id
    confirmed = await one_of(database, AuditEntry, AuditEntry.action == "account.confirmed")
    assert (confirmed.actor_id, confirmed.resource_id) == (nora.id, nora.id)
    asked = await one_of(database, AuditEntry, AuditEntry.action == "account.asked_for")
    assert portal.announcer.numbers == [asked.number, confirmed.number]


async def test_a_letter_is_answered_once_in_time_and_by_its_own_token(stranger, clock, database):
    await register(stranger, email=NEW, name="Nora", password=CHOSEN)
    await register(stranger, email="otto@acme.example", name="Otto", password=CHOSEN)
    (nora,) = await secrets_for(database, NEW)
    (otto,) = await secrets_for(database, "otto@acme.example")
    await confirm(stranger, token=nora)
    clock.at += (await one_of(database, Confirmation, Confirmation.email == NEW)).expires_at - NOW

    for bad in (nora, otto, "", "lp_nonsense"):
        with pytest.raises(ConfirmationInvalid):
            await confirm(stranger, token=bad)

    assert len(await all_of(database, sa.select(User).where(User.email == NEW))) == 1
    assert await all_of(database, sa.select(User).where(User.email == "otto@acme.example")) == []
    refused = sa.select(AuditEntry.code).where(AuditEntry.action == "accountConfirm", AuditEntry.actor_id.is_(None))
    assert await all_of(database, refused) == ["CONFIRMATION_NOT_VALID"] * 4


async def test_who_never_answers_is_forgotten_and_who_still_may_is_not(stranger, database, clock):
    await register(stranger, email="old@acme.example", name="Old", password=CHOSEN)
    clock.advance(timedelta(days=32))
    await register(stranger, email=NEW, name="Nora", password=CHOSEN)

    async with database.transaction() as session:
        assert list(await forget_letters(session, clock.now())) == []

    assert await all_of(database, sa.select(Confirmation.email)) == [NEW]
    assert await all_of(database, sa.select(OutgoingMail.email)) == [NEW]


async def test_an_address_that_has_an_account_reads_the_same_and_hears_of_it_by_letter(stranger, database, row):
    before = await row(User, TOM.id)

    await register(stranger, email=str(TOM.email), name="not Tom", password=CHOSEN)

    (letter,) = await all_of(database, sa.select(OutgoingMail))
    assert (letter.email, letter.kind, letter.secret) == (TOM.email, MailKind.ALREADY_REGISTERED, None)
    after = await row(User, TOM.id)
    assert (after.name, after.password_hash) == (before.name, before.password_hash)
    entry = await one_of(database, AuditEntry, AuditEntry.action == "account.asked_for")
    assert (entry.resource_id, entry.before, entry.after) == (None, None, None)


async def test_a_mailbox_gets_three_letters_an_hour_and_the_answer_does_not_say_so(stranger, database):
    for _ in range(5):
        await register(stranger, email=NEW, name="Nora", password=CHOSEN)
    assert len(await secrets_for(database, NEW)) == 3


async def test_strangers_as_a_whole_are_slowed_down_with_a_time_to_come_back(stranger, database):
    async with database.transaction() as session:
        session.add_all(
            OutgoingMail(email=f"{number}@crowd.example", kind=MailKind.ALREADY_REGISTERED, created_at=NOW)
            for number in range(1000)
        )

    with pytest.raises(TooManyRequests) as refused:
        await register(stranger, email=NEW, name="Nora", password=CHOSEN)

    assert refused.value.details == {"retry_after": 3600}
    assert await secrets_for(database, NEW) == []


@pytest.mark.parametrize("edition", [Edition.BASIC, Edition.ENTERPRISE])
@pytest.mark.feature("F22", "F32")
async def test_an_administrator_makes_an_account_below_him_and_its_holder_opens_it(
    access_of,
    stranger,
    database,
    row,
    edition,
):
    async with database.transaction() as session:
        await session.execute(sa.update(Portal).values(edition=edition))

    nora_id = await made(access_of, role=MemberRole.ADMIN)

    nora = await row(User, nora_id)
    assert (nora.email, nora.status, nora.password_hash) == (NEW, UserStatus.PENDING, None)
    membership = await one_of(database, Membership, Membership.user_id == nora.id)
    assert (membership.group_id, membership.role, membership.state) == (Groups.BERLIN, "ADMIN", "ACTIVE")
    assert len(await all_of(database, sa.select(Container).where(Container.owner_user_id == nora.id))) == 1
    (secret,) = await secrets_for(database, NEW)
    with pytest.raises(PasswordNeeded):
        await confirm(stranger, token=secret)
    await confirm(stranger, token=secret, password=CHOSEN)
    assert (await login(stranger, email=NEW, password=CHOSEN.text)).user_id == nora.id


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
async def test_nobody_makes_accounts_beside_or_above(access_of, database, account, group, refusal):
    with pytest.raises(refusal):
        await made(access_of, by=account, group=group)
    assert await all_of(database, sa.select(User).where(User.email == NEW)) == []


@pytest.mark.feature("F119")
async def test_the_basic_edition_has_accounts_that_are_made_changed_and_deleted(access_of, row, database):
    async with database.transaction() as session:
        await session.execute(sa.update(Portal).values(edition=Edition.BASIC))

    nora_id = UUID(await made(access_of))
    await modify_account((await access_of(ANN)).attempt(key="1"), user_id=nora_id, name="Nora Nordin")
    assert (await row(User, nora_id)).name == "Nora Nordin"
    await delete_account((await access_of(ANN)).attempt(key="2"), user_id=nora_id)

    assert (await row(User, nora_id)).status is UserStatus.ERASED


async def test_of_two_letters_that_are_answered_at_once_one_makes_the_account(stranger, portal, database):
    for name in ("Nora", "Nora again"):
        await register(stranger, email=NEW, name=name, password=CHOSEN)

    outcomes = await asyncio.gather(
        *(confirm(Access(portal, None, "test"), token=each) for each in await secrets_for(database, NEW)),
        return_exceptions=True,
    )

    (refused,) = [each for each in outcomes if each is not None]
    assert isinstance(refused, Conflict | ConfirmationInvalid)
    assert len(await all_of(database, sa.select(User).where(User.email == NEW))) == 1


async def test_of_two_isv_admins_who_end_each_others_right_one_stays(access_of, database):
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


async def test_an_address_has_one_account(access_of):
    with pytest.raises(AddressTaken):
        await made(access_of, email=str(TOM.email).upper())
    with pytest.raises(BadInput):
        await made(access_of, email="no address")


async def test_a_registration_takes_over_what_somebody_else_had_opened_at_the_address(
    access_of, stranger, database, row
):
    nora_id = await made(access_of)
    await register(stranger, email=NEW, name="Nora herself", password=CHOSEN)
    _, own = await secrets_for(database, NEW)

    await confirm(stranger, token=own)

    assert (await login(stranger, email=NEW, password=CHOSEN.text)).user_id == (await row(User, nora_id)).id


@pytest.mark.feature("F23")
async def test_an_administrator_and_the_person_change_an_account_and_nobody_else(access_of, row):
    await modify_account((await access_of(ANN)).attempt(key="1"), user_id=TOM.id, name="Thomas Tanner")
    await modify_account((await access_of(TOM)).attempt(key="2"), locale="de", profile={"phone": "1234"})
    for account, refusal in ((BEA, NotFound), (OLGA, NotFound), (LEA, NotFound), (MAX, NotFound)):
        with pytest.raises(refusal):
            await modify_account((await access_of(account)).attempt(key="3"), user_id=TOM.id, name="no")
    with pytest.raises(NotFound):
        await modify_account((await access_of(ANN)).attempt(key="4"), user_id=IDA.id, name="no")

    tom = await row(User, TOM.id)
    assert (tom.name, tom.locale, tom.profile) == ("Thomas Tanner", "de", {"phone": "1234"})


async def test_what_an_account_is_called_and_where_it_speaks_has_bounds(access_of, row):
    for wrong in ({"name": " "}, {"locale": "German"}, {"profile": {"text": "x" * 10_000}}):
        with pytest.raises(BadInput):
            await modify_account((await access_of(TOM)).attempt(key=str(wrong)[:20]), **wrong)
    assert (await row(User, TOM.id)).name == TOM.name


async def test_the_trail_says_that_a_name_changed_and_not_to_what(access_of, database):
    answer = await modify_account((await access_of(TOM)).attempt(key="1"), name="Thomas", locale="de")

    entry = await one_of(database, AuditEntry, AuditEntry.action == "account.modified")
    assert entry.before == {"name": "(personal)", "locale": "en"}
    assert entry.after == answer.changes[0]["after"] == {"name": "(personal)", "locale": "de"}


async def test_a_new_password_ends_every_other_log_in_and_no_token_of_a_program(access_of, stranger, portal):
    other = await login(stranger, email=str(TOM.email), password=PASSWORD)
    program = (await create_token((await access_of(TOM)).attempt(key="1"), name="backup", days=1)).result.token.value
    with pytest.raises(WrongPassword):
        await change_password((await access_of(TOM)).attempt(key="2"), password=Secret("wrong"), new_password=CHOSEN)

    await change_password((await access_of(TOM)).attempt(key="3"), password=Secret(PASSWORD), new_password=CHOSEN)

    with pytest.raises(Unauthenticated, match="revoked"):
        await Access(portal, other.token, "test").view.actor()
    assert (await Access(portal, program, "test").view.actor()).id == TOM.id
    with pytest.raises(Unauthenticated):
        await login(stranger, email=str(TOM.email), password=PASSWORD)
    assert (await login(stranger, email=str(TOM.email), password=CHOSEN.text)).user_id == TOM.id


@pytest.mark.feature("F96")
async def test_a_token_is_accepted_until_it_expires_and_shown_once(access_of, portal, clock):
    access = await access_of(TOM)
    tried = await create_token(access.attempt(dry_run=True), name=" backup ", days=7)
    done = await create_token(access.attempt(key="1"), name=" backup ", days=7)
    with pytest.raises(AlreadyAnswered) as replay:
        await create_token(access.attempt(key="1"), name=" backup ", days=7)

    token = done.result.token.value
    assert (tried.payload["token"], done.payload["token"]) == (None, token)
    assert token not in json.dumps([replay.value.answer, done.changes])
    assert restored(create_token.result, replay.value.answer["result"]) == {**done.payload, "token": None}
    assert (await Access(portal, token, "test").view.actor()).id == TOM.id
    clock.at = clock.at.replace(month=12, day=1)
    with pytest.raises(Unauthenticated, match="expired"):
        await Access(portal, token, "test").view.actor()


@pytest.mark.feature("F23")
async def test_an_account_that_is_elsewhere_too_only_leaves_the_groups_of_whoever_deletes_it(access_of, row, database):
    answer = await delete_account((await access_of(ANN)).attempt(key="1"), user_id=BEA.id)

    memberships = await all_of(database, sa.select(Membership).where(Membership.user_id == BEA.id))
    states = {each.group_id: each.state for each in memberships}
    assert states == {Groups.BERLIN: MembershipState.REMOVED, Groups.BOLT: MembershipState.ACTIVE}
    assert (await row(User, BEA.id)).status is UserStatus.ACTIVE
    assert (await row(License, Licenses.BEA_ACME)).assigned_user_id is None
    assert (await row(License, Licenses.BEA_BOLT)).assigned_user_id == BEA.id
    assert answer.changes[0]["after"] == {"left": [str(Groups.BERLIN)], "kept": True}


@pytest.mark.feature("F23")
async def test_an_account_goes_with_its_last_group_and_its_row_stays_without_a_name(access_of, row, database, stranger):
    tom_in = await access_of(TOM)
    await delete_account((await access_of(ANN)).attempt(key="1"), user_id=TOM.id)

    tom = await row(User, TOM.id)
    assert (tom.status, tom.name, tom.profile, tom.password_hash) == (UserStatus.ERASED, "Deleted account", {}, None)
    assert tom.email == f"{TOM.id}@erased.invalid"
    with pytest.raises(Unauthenticated):
        await tom_in.view.actor()
    with pytest.raises(Unauthenticated):
        await login(stranger, email=str(TOM.email), password=PASSWORD)
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


async def test_a_customer_with_licenses_of_his_own_keeps_his_account(access_of, row, database):
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
    ids=["beside", "another tenant", "the vendor", "a member himself", "a license server", "an ISV admin"],
)
async def test_nobody_else_is_deleted(access_of, row, account, user, refusal):
    with pytest.raises(refusal):
        await delete_account((await access_of(account)).attempt(key="1"), user_id=user.id)
    assert (await row(User, user.id)).status is UserStatus.ACTIVE


async def test_a_person_is_told_everything_that_is_kept_about_him_and_no_secret(access_of):
    answer = await export_account((await access_of(TOM)).attempt(key="1"))

    data = answer.told["data"]
    assert data["account"]["email"] == TOM.email
    assert [each["group_id"] for each in data["memberships"]] == [str(Groups.BERLIN)]
    assert str(Licenses.TOM_CAD) in {each["id"] for each in data["licenses"]}
    assert {each["requested_by_id"] for each in data["activations"]} == {str(TOM.id)}
    written = json.dumps(data)
    assert "hash" not in written
    assert "argon2" not in written
    assert str(Licenses.BERLIN_ADMIN_ONLY) not in written


async def test_who_belongs_to_no_group_erases_himself_and_is_asked_about_his_licenses(access_of, row, database):
    with pytest.raises(AccountHoldsLicenses) as refused:
        await erase_account((await access_of(SAM)).attempt(key="1"))
    assert refused.value.details == {"quantity": 1}
    assert (await row(User, SAM.id)).email == SAM.email

    await erase_account((await access_of(SAM)).attempt(key="2"), give_up_licenses=True)

    sam = await row(User, SAM.id)
    assert (sam.status, sam.name) == (UserStatus.ERASED, "Deleted account")
    assert (await row(License, Licenses.SAM_HOME)).lifecycle is Lifecycle.REVOKED
    async with database.transaction() as session:
        for table in ("users", "invitations", "letters", "confirmations", "notifications", "audit_entries"):
            found = await session.scalar(
                sa.text(f"SELECT count(*) FROM {table} WHERE {table}::text ILIKE :word"),
                {"word": "%sam@sommer%"},
            )
            assert found == 0, table


async def test_a_member_leaves_first_and_then_may_erase_himself(access_of, row):
    with pytest.raises(Forbidden):
        await erase_account((await access_of(LEA)).attempt(key="1"))
    await remove_membership(
        (await access_of(ANN)).attempt(key="2"), membership_id=named("membership", f"{LEA.login} LAB")
    )

    await erase_account((await access_of(LEA)).attempt(key="3"))

    assert (await row(User, LEA.id)).status is UserStatus.ERASED


async def test_the_right_of_an_isv_admin_is_given_and_taken_by_another_one(access_of, row):
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

"""Invitations: to whoever holds an address, once, in time; with an account that there is, or with a new one."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from authz.gate.access import Access
from authz.lists.queries import PageQuery, Projection
from resolvers.groups import create_group, delete_group
from resolvers.invitations import (
    accept_invitation,
    create_invitation,
    decline_invitation,
    expire_invitations,
    revoke_invitation,
)
from resolvers.registrations import InvitationNotValid, confirm, join_by_token
from resolvers.sessions import login
from seeds.cast import ANN, BEA, IDA, MAX, REX, SAM, TOM, Groups, Licenses
from store import audit
from store.confirmations import Confirmation
from store.containers import Container, ContainerType
from store.db.passwords import Secret
from store.db.tokens import hash_token
from store.errors import BadInput, Conflict, Forbidden, NotFound
from store.groups import (
    AlreadyMember,
    Group,
    GroupKind,
    Invitation,
    InvitationNotOpen,
    InvitationState,
    MemberRole,
    Membership,
    MembershipState,
)
from store.licenses import License
from store.notifications import Notification, NotificationEvent
from store.outgoing_mail import MailKind, OutgoingMail
from store.users import User, UserStatus
from tests.resolvers.conftest import NOW

NEW = "nora@acme.example"
PASSWORD = Secret("a long enough one")


async def invited(access_of, email=NEW, *, by=ANN, group=Groups.LAB, **more):
    answer = await create_invitation(
        (await access_of(by)).attempt(key=f"{email} {group}"), group_id=group, email=email, **more
    )
    return answer.ids["Invitation"][0], answer.told["token"]


@pytest.fixture
def overdue(database):
    """`await overdue(id)` lets the time of an invitation be over."""

    async def end(invitation_id):
        async with database.transaction() as session:
            ended = sa.update(Invitation).where(Invitation.id == invitation_id)
            await session.execute(ended.values(expires_at=NOW))

    return end


async def all_of(database, statement):
    async with database.transaction() as session:
        return (await session.scalars(statement)).all()


async def sees(access, cls):
    page = await access.view.page(cls, PageQuery(first=100), Projection())
    await access.view.renew()
    return {each.id for each in page.rows}


async def test_an_invitation_is_a_row_a_letter_and_a_token_of_which_the_hash_is_kept(access_of, row, database):
    invitation_id, token = await invited(access_of, f" {NEW.upper()} ", role=MemberRole.ADMIN, days=3)

    invitation = await row(Invitation, invitation_id)
    assert (invitation.email, invitation.role, invitation.state) == (NEW, MemberRole.ADMIN, InvitationState.PENDING)
    assert (invitation.expires_at, invitation.token_hash) == (NOW + timedelta(days=3), hash_token(token))
    (letter,) = await all_of(database, sa.select(OutgoingMail).where(OutgoingMail.email == NEW))
    assert (letter.kind, letter.secret, letter.about) == (MailKind.INVITATION, token, "Acme Berlin Lab")
    (entry,) = await all_of(
        database,
        sa.select(audit.AuditEntry).where(audit.AuditEntry.action == "invitation.created"),
    )
    assert NEW not in str(entry.after)
    assert entry.group_id == Groups.LAB


async def test_nobody_is_sent_more_than_three_invitations_an_hour(access_of, clock, database):
    groups = (Groups.LAB, Groups.BERLIN, Groups.ACME, Groups.BOLT, Groups.SALES, Groups.RHEINTAL)
    tokens = [(await invited(access_of, by=IDA, group=each))[1] for each in groups[:5]]
    clock.advance(timedelta(hours=1, seconds=1))
    tokens.append((await invited(access_of, by=IDA, group=groups[5]))[1])

    letters = await all_of(
        database, sa.select(OutgoingMail).where(OutgoingMail.email == NEW).order_by(OutgoingMail.created_at)
    )
    assert [each.secret for each in letters] == [*tokens[:3], tokens[5]]


async def test_of_many_invitations_at_the_same_moment_three_are_sent(access_of, database):
    groups = (Groups.LAB, Groups.BERLIN, Groups.ACME, Groups.BOLT, Groups.SALES, Groups.RHEINTAL)

    await asyncio.gather(*(invited(access_of, by=IDA, group=each) for each in groups))

    assert len(await all_of(database, sa.select(OutgoingMail).where(OutgoingMail.email == NEW))) == 3


async def test_an_invitation_that_is_withdrawn_counts_too(access_of, database):
    letters = []
    for group in (Groups.LAB, Groups.BERLIN, Groups.ACME, Groups.BOLT):
        invitation_id, _ = await invited(access_of, by=IDA, group=group)
        letters.append(len(await all_of(database, sa.select(OutgoingMail).where(OutgoingMail.email == NEW))))
        await revoke_invitation((await access_of(IDA)).attempt(key=f"not {group}"), invitation_id=invitation_id)

    assert letters == [1, 1, 1, 0]


@pytest.mark.feature("F65", "F105", "F124")
async def test_an_existing_person_is_told_joins_and_sees_the_licenses_of_all_groups(access_of, row, database):
    people = len(await all_of(database, sa.select(User.id)))
    invitation_id, _ = await invited(access_of, str(MAX.email))
    (message,) = await all_of(
        database,
        sa.select(Notification).where(
            Notification.event == NotificationEvent.INVITATION,
            Notification.recipient_id == MAX.id,
        ),
    )
    assert message.payload == {"group": "Acme Berlin Lab"}

    answer = await accept_invitation((await access_of(MAX)).attempt(key="1"), invitation_id=invitation_id)

    assert {Licenses.BOLT_PUBLIC, Licenses.LAB_PUBLIC} <= await sees(await access_of(MAX), License)
    membership = await row(Membership, answer.ids["Membership"][0])
    assert (membership.user_id, membership.group_id, membership.state) == (MAX.id, Groups.LAB, MembershipState.ACTIVE)
    assert len(await all_of(database, sa.select(User.id))) == people


async def test_only_the_holder_of_the_address_accepts_or_declines(access_of, row):
    invitation_id, _ = await invited(access_of, str(SAM.email))

    for step in (accept_invitation, decline_invitation):
        for account, refusal in ((TOM, NotFound), (BEA, NotFound), (ANN, Forbidden), (IDA, Forbidden)):
            with pytest.raises(refusal):
                await step((await access_of(account)).attempt(key=f"{step.operation}"), invitation_id=invitation_id)
    assert (await row(Invitation, invitation_id)).state is InvitationState.PENDING


async def test_an_address_that_is_not_confirmed_accepts_nothing(access_of, database):
    invitation_id, _ = await invited(access_of, str(SAM.email))
    async with database.transaction() as session:
        await session.execute(sa.update(User).where(User.id == SAM.id).values(email_verified_at=None))

    with pytest.raises(NotFound):
        await accept_invitation((await access_of(SAM)).attempt(key="1"), invitation_id=invitation_id)


@pytest.mark.parametrize(("account", "refusal"), [(TOM, Forbidden), (BEA, Forbidden), (MAX, NotFound), (SAM, NotFound)])
async def test_only_administrators_invite(access_of, database, account, refusal):
    with pytest.raises(refusal):
        await invited(access_of, by=account, group=Groups.BERLIN)
    assert await all_of(database, sa.select(OutgoingMail)) == []


async def test_there_is_one_open_invitation_for_an_address_and_a_group(access_of, row, overdue):
    first, _ = await invited(access_of)
    with pytest.raises(InvitationNotOpen) as refused:
        await create_invitation((await access_of(REX)).attempt(key="2"), group_id=Groups.LAB, email=NEW)
    assert refused.value.details == {"state": "PENDING"}
    await invited(access_of, group=Groups.BERLIN)

    await overdue(first)
    second = await create_invitation((await access_of(ANN)).attempt(key="3"), group_id=Groups.LAB, email=NEW)

    assert (await row(Invitation, first)).state is InvitationState.EXPIRED
    assert (await row(Invitation, second.ids["Invitation"][0])).state is InvitationState.PENDING


async def test_of_two_invitations_at_once_one_is_made(access_of, database):
    ann, rex = await access_of(ANN), await access_of(REX)

    outcomes = await asyncio.gather(
        *(create_invitation(each.attempt(key="1"), group_id=Groups.LAB, email=NEW) for each in (ann, rex)),
        return_exceptions=True,
    )

    (refused,) = [each for each in outcomes if isinstance(each, Exception)]
    assert isinstance(refused, InvitationNotOpen | Conflict)
    assert len(await all_of(database, sa.select(Invitation.id).where(Invitation.email == NEW))) == 1


async def test_of_two_acceptances_at_once_one_joins(access_of, database):
    invitation_id, _ = await invited(access_of, str(MAX.email))
    doors = [await access_of(MAX) for _ in range(2)]

    outcomes = await asyncio.gather(
        *(
            accept_invitation(each.attempt(key=str(n)), invitation_id=UUID(invitation_id))
            for n, each in enumerate(doors)
        ),
        return_exceptions=True,
    )

    assert sorted(type(each).__name__ for each in outcomes) == ["Completed", "InvitationNotOpen"]
    joined = sa.select(Membership.id).where(Membership.user_id == MAX.id, Membership.group_id == Groups.LAB)
    assert len(await all_of(database, joined)) == 1


async def test_who_is_there_already_is_not_invited(access_of):
    with pytest.raises(AlreadyMember) as refused:
        await invited(access_of, str(TOM.email), group=Groups.BERLIN)
    assert refused.value.details == {"state": "MEMBER"}


async def test_what_is_no_address_is_refused(access_of, database):
    for wrong in ("nobody", "a b@c.example", "@acme.example", "x" * 250 + "@acme.example"):
        with pytest.raises(BadInput):
            await create_invitation((await access_of(ANN)).attempt(key=wrong[-40:]), group_id=Groups.LAB, email=wrong)
    assert await all_of(database, sa.select(OutgoingMail)) == []


@pytest.mark.parametrize(
    ("step", "account", "state"),
    [(revoke_invitation, ANN, "REVOKED"), (decline_invitation, MAX, "DECLINED"), (accept_invitation, MAX, "ACCEPTED")],
    ids=["revoked", "declined", "accepted"],
)
async def test_an_answered_invitation_takes_no_other_answer(access_of, row, step, account, state):
    invitation_id, _ = await invited(access_of, str(MAX.email))
    await step((await access_of(account)).attempt(key="1"), invitation_id=invitation_id)

    for other, who in ((revoke_invitation, ANN), (decline_invitation, MAX), (accept_invitation, MAX)):
        with pytest.raises(InvitationNotOpen) as refused:
            await other((await access_of(who)).attempt(key=f"again {other.operation}"), invitation_id=invitation_id)
        assert refused.value.details == {"state": state}
    assert (await row(Invitation, invitation_id)).state == state


async def test_an_invitation_that_is_too_old_is_worth_nothing_before_the_calendar_says_so(access_of, overdue, row):
    invitation_id, _ = await invited(access_of, str(MAX.email))
    await overdue(invitation_id)

    with pytest.raises(InvitationNotOpen) as refused:
        await accept_invitation((await access_of(MAX)).attempt(key="1"), invitation_id=invitation_id)

    assert refused.value.details == {"state": "EXPIRED"}
    assert (await row(Invitation, invitation_id)).state is InvitationState.PENDING


async def test_the_calendar_ends_what_is_overdue_once_and_leaves_the_rest(access_of, overdue, database, row):
    old, _ = await invited(access_of)
    young, _ = await invited(access_of, group=Groups.BERLIN)
    await overdue(old)

    ended = []
    for _ in range(2):
        async with database.transaction() as session:
            entries = await expire_invitations(session, now=NOW)
            await audit.append(session, entries)
            ended.append([(each.action, each.resource_id, each.group_id) for each in entries])

    assert ended == [[("invitation.expired", UUID(old), Groups.LAB)], []]
    assert (await row(Invitation, old)).state is InvitationState.EXPIRED
    assert (await row(Invitation, young)).state is InvitationState.PENDING
    async with database.transaction() as session:
        assert (await audit.verify(session))[1] is None


@pytest.mark.parametrize(
    "end",
    ["revoked", "declined", "accepted", "joined by its token", "overdue", "replaced", "its group deleted"],
)
async def test_a_letter_that_waits_is_not_sent_any_more_once_its_token_opens_nothing(
    access_of,
    portal,
    database,
    overdue,
    end,
):
    made = await create_group(
        (await access_of(ANN)).attempt(key="1"),
        name="Acme Hamburg",
        kind=GroupKind.TEAM,
        parent_id=Groups.ACME,
    )
    (home,) = (UUID(each) for each in made.ids["Group"])
    email = NEW if end == "joined by its token" else str(MAX.email)
    stays, _ = await invited(access_of, email, group=Groups.BERLIN)
    ends, token = await invited(access_of, email, group=home)
    answers = {
        "revoked": (revoke_invitation, ANN), "declined": (decline_invitation, MAX), "accepted": (accept_invitation, MAX),
    }  # fmt: skip

    match end:
        case "joined by its token":
            await join_by_token(Access(portal, None, "test"), token=token, name="Nora", password=PASSWORD)
        case "overdue":
            await overdue(ends)
            async with database.transaction() as session:
                await audit.append(session, await expire_invitations(session, now=NOW))
        case "replaced":
            await overdue(ends)
            await create_invitation((await access_of(ANN)).attempt(key="2"), group_id=home, email=email)
        case "its group deleted":
            await delete_group((await access_of(ANN)).attempt(key="2"), group_id=home)
        case _:
            step, account = answers[end]
            await step((await access_of(account)).attempt(key="2"), invitation_id=UUID(ends))

    waiting = await all_of(
        database, sa.select(OutgoingMail.invitation_id).where(OutgoingMail.kind == MailKind.INVITATION)
    )
    assert UUID(stays) in waiting
    assert UUID(ends) not in waiting


async def test_a_letter_that_is_on_its_way_stays_on_record_when_its_invitation_ends(access_of, database):
    invitation_id, _ = await invited(access_of)
    async with database.transaction() as session:
        (await session.scalar(sa.select(OutgoingMail))).mark_sent(at=NOW)

    await revoke_invitation((await access_of(ANN)).attempt(key="2"), invitation_id=UUID(invitation_id))

    assert await all_of(database, sa.select(OutgoingMail.invitation_id)) == [UUID(invitation_id)]


@pytest.mark.feature("F32")
async def test_a_new_person_joins_with_the_token_and_proves_the_address_by_the_letter(access_of, portal, database):
    _, token = await invited(access_of, role=MemberRole.ADMIN)

    await join_by_token(Access(portal, None, "test"), token=token, name="Nora", password=PASSWORD)

    (nora,) = await all_of(database, sa.select(User).where(User.email == NEW))
    assert (nora.name, nora.status, nora.email_verified_at) == ("Nora", UserStatus.ACTIVE, None)
    (joined,) = await all_of(database, sa.select(Membership).where(Membership.user_id == nora.id))
    assert (joined.group_id, joined.role) == (Groups.LAB, MemberRole.ADMIN)
    (cloud,) = await all_of(database, sa.select(Container).where(Container.owner_user_id == nora.id))
    assert cloud.type is ContainerType.PERSONAL_CLOUD
    session = await login(Access(portal, None, "test"), email=NEW, password=PASSWORD.text)
    assert Groups.LAB in await sees(Access(portal, session.token, "test"), Group)

    (secret,) = await all_of(database, sa.select(OutgoingMail.secret).where(OutgoingMail.kind == MailKind.CONFIRMATION))
    await confirm(Access(portal, None, "test"), token=secret)
    (nora,) = await all_of(database, sa.select(User).where(User.email == NEW))
    assert nora.email_verified_at == NOW


async def test_whoever_invites_gains_nothing_but_a_member_of_his_own_group_by_the_token(access_of, portal, database):
    """The inviter knows the token: joining with it must not open what others offer to the same address."""
    offered, _ = await invited(access_of, by=IDA, group=Groups.BOLT)
    _, token = await invited(access_of)
    await join_by_token(Access(portal, None, "test"), token=token, name="not Nora", password=PASSWORD)
    session = await login(Access(portal, None, "test"), email=NEW, password=PASSWORD.text)

    with pytest.raises(NotFound):
        await accept_invitation(Access(portal, session.token, "test").attempt(key="1"), invitation_id=UUID(offered))

    assert (await all_of(database, sa.select(Invitation.state).where(Invitation.id == UUID(offered)))) == ["PENDING"]


async def test_a_token_is_good_once_and_for_nobody_who_has_an_account(access_of, portal, database):
    _, token = await invited(access_of)
    _, of_max = await invited(access_of, str(MAX.email))
    await join_by_token(Access(portal, None, "test"), token=token, name="Nora", password=PASSWORD)
    people = len(await all_of(database, sa.select(User.id)))

    for bad in (token, of_max, "lp_nonsense", ""):
        with pytest.raises(InvitationNotValid) as refused:
            await join_by_token(Access(portal, None, "test"), token=bad, name="Nora", password=PASSWORD)
        assert "log" in refused.value.message

    assert len(await all_of(database, sa.select(User.id))) == people
    assert len(await all_of(database, sa.select(Confirmation.id))) == 1


async def test_a_withdrawn_invitation_opens_nothing_by_its_token(access_of, portal, database):
    invitation_id, token = await invited(access_of)
    await revoke_invitation((await access_of(REX)).attempt(key="1"), invitation_id=invitation_id)

    with pytest.raises(InvitationNotOpen):
        await join_by_token(Access(portal, None, "test"), token=token, name="Nora", password=PASSWORD)
    assert await all_of(database, sa.select(User.id).where(User.email == NEW)) == []

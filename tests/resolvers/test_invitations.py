"""Invitations: created, accepted with an existing or a new account, declined, revoked and expired."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from authz.gate.access import Access
from authz.gate.results import restored
from authz.gate.transaction import AlreadyAnswered
from authz.lists.queries import PageQuery, Projection
from resolvers.groups import create_group, delete_group
from resolvers.invitations import (
    InvitationNotValid,
    accept_invitation,
    accept_invitation_by_token,
    create_invitation,
    decline_invitation,
    expire_invitations,
    revoke_invitation,
)
from resolvers.registrations import confirm
from resolvers.sessions import login
from seeds.cast import ANN, BEA, IDA, MAX, REX, SAM, TOM, Groups, Licenses
from store import audit
from store.confirmations import Confirmation
from store.containers import Container, ContainerType
from store.db.passwords import Password
from store.db.tokens import hash_token
from store.errors import BadInput, Conflict, Forbidden, NotFound
from store.groups import Group, GroupKind
from store.invitations import Invitation, InvitationNotOpen, InvitationState
from store.licenses import License
from store.memberships import AlreadyMember, MemberRole, Membership, MembershipState
from store.notifications import Notification, NotificationEvent
from store.outgoing_mail import MailKind, OutgoingMail
from store.users import User, UserStatus
from tests.portal import NOW

NEW = "nora@acme.example"
PASSWORD = Password("a long enough one")


async def invited(access_of, email=NEW, *, by=ANN, group=Groups.LAB, **more):
    attempt = (await access_of(by)).attempt(key=f"{email} {group}")
    done = await create_invitation(attempt, group_id=group, email=email, **more)
    return done.result.invitation.id, done.result.token.value


@pytest.fixture
def overdue(database):
    """`await overdue(id)` moves the end of an invitation into the past."""

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


async def test_an_invitation_has_a_row_an_email_and_a_token_that_is_stored_as_a_hash(access_of, row, database):
    invitation_id, token = await invited(access_of, f" {NEW.upper()} ", role=MemberRole.ADMIN, days=3)

    invitation = await row(Invitation, invitation_id)
    assert (invitation.email, invitation.role, invitation.state) == (NEW, MemberRole.ADMIN, InvitationState.PENDING)
    assert (invitation.expires_at, invitation.token_hash) == (NOW + timedelta(days=3), hash_token(token))
    (mail,) = await all_of(database, sa.select(OutgoingMail).where(OutgoingMail.email == NEW))
    assert (mail.kind, mail.secret, mail.about) == (MailKind.INVITATION, token, "Acme Berlin Lab")
    (entry,) = await all_of(
        database, sa.select(audit.AuditEntry).where(audit.AuditEntry.action == "invitation.created")
    )
    assert NEW not in str(entry.after)
    assert entry.group_id == Groups.LAB


async def test_one_address_is_sent_at_most_three_invitations_an_hour(access_of, clock, database):
    groups = (Groups.LAB, Groups.BERLIN, Groups.ACME, Groups.BOLT, Groups.SALES, Groups.RHEINTAL)
    tokens = [(await invited(access_of, by=IDA, group=each))[1] for each in groups[:5]]
    clock.advance(timedelta(hours=1, seconds=1))
    tokens.append((await invited(access_of, by=IDA, group=groups[5]))[1])

    emails = await all_of(
        database, sa.select(OutgoingMail).where(OutgoingMail.email == NEW).order_by(OutgoingMail.created_at)
    )
    assert [each.secret for each in emails] == [*tokens[:3], tokens[5]]


async def test_of_many_invitations_at_once_three_are_sent(access_of, database):
    groups = (Groups.LAB, Groups.BERLIN, Groups.ACME, Groups.BOLT, Groups.SALES, Groups.RHEINTAL)

    await asyncio.gather(*(invited(access_of, by=IDA, group=each) for each in groups))

    assert len(await all_of(database, sa.select(OutgoingMail).where(OutgoingMail.email == NEW))) == 3


async def test_a_revoked_invitation_counts_towards_the_limit(access_of, database):
    counts = []
    for group in (Groups.LAB, Groups.BERLIN, Groups.ACME, Groups.BOLT):
        invitation_id, _ = await invited(access_of, by=IDA, group=group)
        counts.append(len(await all_of(database, sa.select(OutgoingMail).where(OutgoingMail.email == NEW))))
        await revoke_invitation((await access_of(IDA)).attempt(key=f"not {group}"), invitation_id=invitation_id)

    assert counts == [1, 1, 1, 0]


async def test_a_dry_run_and_a_replay_show_no_token(access_of):
    access = await access_of(ANN)
    tried = await create_invitation(access.attempt(dry_run=True), group_id=Groups.LAB, email=NEW)
    done = await create_invitation(access.attempt(key="1"), group_id=Groups.LAB, email=NEW)
    with pytest.raises(AlreadyAnswered) as replay:
        await create_invitation(access.attempt(key="1"), group_id=Groups.LAB, email=NEW)

    assert (tried.payload["token"], done.payload["token"]) == (None, done.result.token.value)
    assert restored(create_invitation.result, replay.value.answer["result"]) == {**done.payload, "token": None}


@pytest.mark.feature("F65", "F105", "F124")
async def test_a_person_with_an_account_is_notified_accepts_and_sees_the_licenses_of_all_groups(
    access_of, row, database
):
    people = len(await all_of(database, sa.select(User.id)))
    invitation_id, _ = await invited(access_of, str(MAX.email))
    (message,) = await all_of(
        database,
        sa.select(Notification).where(
            Notification.event == NotificationEvent.INVITATION, Notification.recipient_id == MAX.id
        ),
    )
    assert message.payload == {"group": "Acme Berlin Lab"}

    done = await accept_invitation((await access_of(MAX)).attempt(key="1"), invitation_id=invitation_id)

    assert {Licenses.BOLT_PUBLIC, Licenses.LAB_PUBLIC} <= await sees(await access_of(MAX), License)
    membership = await row(Membership, done.result.membership.id)
    assert (membership.user_id, membership.group_id, membership.state) == (MAX.id, Groups.LAB, MembershipState.ACTIVE)
    assert len(await all_of(database, sa.select(User.id))) == people


async def test_only_the_holder_of_the_address_accepts_or_declines(access_of, row):
    invitation_id, _ = await invited(access_of, str(SAM.email))

    for step in (accept_invitation, decline_invitation):
        for account, refusal in ((TOM, NotFound), (BEA, NotFound), (ANN, Forbidden), (IDA, Forbidden)):
            with pytest.raises(refusal):
                await step((await access_of(account)).attempt(key=f"{step.operation}"), invitation_id=invitation_id)
    assert (await row(Invitation, invitation_id)).state is InvitationState.PENDING


async def test_an_account_with_an_unconfirmed_address_cannot_accept_an_invitation(access_of, database):
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
    assert (await row(Invitation, second.result.invitation.id)).state is InvitationState.PENDING


async def test_of_two_invitations_at_once_one_is_created(access_of, database):
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
    accesses = [await access_of(MAX) for _ in range(2)]

    outcomes = await asyncio.gather(
        *(accept_invitation(each.attempt(key=str(n)), invitation_id=invitation_id) for n, each in enumerate(accesses)),
        return_exceptions=True,
    )

    assert sorted(type(each).__name__ for each in outcomes) == ["Completed", "InvitationNotOpen"]
    joined = sa.select(Membership.id).where(Membership.user_id == MAX.id, Membership.group_id == Groups.LAB)
    assert len(await all_of(database, joined)) == 1


async def test_a_member_is_not_invited_again(access_of):
    with pytest.raises(AlreadyMember) as refused:
        await invited(access_of, str(TOM.email), group=Groups.BERLIN)
    assert refused.value.details == {"state": "MEMBER"}


async def test_a_malformed_address_is_refused(access_of, database):
    for wrong in ("no address", "a b@c.example", "@acme.example", "x" * 250 + "@acme.example"):
        with pytest.raises(BadInput):
            await create_invitation((await access_of(ANN)).attempt(key=wrong[-40:]), group_id=Groups.LAB, email=wrong)
    assert await all_of(database, sa.select(OutgoingMail)) == []


@pytest.mark.parametrize(
    ("step", "account", "state"),
    [(revoke_invitation, ANN, "REVOKED"), (decline_invitation, MAX, "DECLINED"), (accept_invitation, MAX, "ACCEPTED")],
    ids=["revoked", "declined", "accepted"],
)
async def test_an_answered_invitation_cannot_be_answered_again(access_of, row, step, account, state):
    invitation_id, _ = await invited(access_of, str(MAX.email))
    await step((await access_of(account)).attempt(key="1"), invitation_id=invitation_id)

    for other, who in ((revoke_invitation, ANN), (decline_invitation, MAX), (accept_invitation, MAX)):
        with pytest.raises(InvitationNotOpen) as refused:
            await other((await access_of(who)).attempt(key=f"again {other.operation}"), invitation_id=invitation_id)
        assert refused.value.details == {"state": state}
    assert (await row(Invitation, invitation_id)).state == state


async def test_an_overdue_invitation_is_refused_before_the_job_expires_it(access_of, overdue, row):
    invitation_id, _ = await invited(access_of, str(MAX.email))
    await overdue(invitation_id)

    with pytest.raises(InvitationNotOpen) as refused:
        await accept_invitation((await access_of(MAX)).attempt(key="1"), invitation_id=invitation_id)

    assert refused.value.details == {"state": "EXPIRED"}
    assert (await row(Invitation, invitation_id)).state is InvitationState.PENDING


async def test_the_job_expires_overdue_invitations_once_and_leaves_the_others(access_of, overdue, database, row):
    old, _ = await invited(access_of)
    young, _ = await invited(access_of, group=Groups.BERLIN)
    await overdue(old)

    ended = []
    for _ in range(2):
        async with database.transaction() as session:
            entries = await expire_invitations(session, now=NOW)
            await audit.append(session, entries)
            ended.append([(each.action, each.resource_id, each.group_id) for each in entries])

    assert ended == [[("invitation.expired", old, Groups.LAB)], []]
    assert (await row(Invitation, old)).state is InvitationState.EXPIRED
    assert (await row(Invitation, young)).state is InvitationState.PENDING
    async with database.transaction() as session:
        assert (await audit.verify(session))[1] is None


@pytest.mark.parametrize(
    "end", ["revoked", "declined", "accepted", "joined by its token", "overdue", "replaced", "its group deleted"]
)
async def test_an_unsent_email_is_deleted_when_its_invitation_ends(access_of, portal, database, overdue, end):
    made = await create_group(
        (await access_of(ANN)).attempt(key="1"), name="Acme Hamburg", kind=GroupKind.TEAM, parent_id=Groups.ACME
    )
    home = made.result.group.id
    email = NEW if end == "joined by its token" else str(MAX.email)
    stays, _ = await invited(access_of, email, group=Groups.BERLIN)
    ends, token = await invited(access_of, email, group=home)
    answers = {
        "revoked": (revoke_invitation, ANN),
        "declined": (decline_invitation, MAX),
        "accepted": (accept_invitation, MAX),
    }

    match end:
        case "joined by its token":
            await accept_invitation_by_token(Access(portal, None, "test"), token=token, name="Nora", password=PASSWORD)
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
            await step((await access_of(account)).attempt(key="2"), invitation_id=ends)

    waiting = await all_of(
        database, sa.select(OutgoingMail.invitation_id).where(OutgoingMail.kind == MailKind.INVITATION)
    )
    assert stays in waiting
    assert ends not in waiting


async def test_a_sent_email_is_kept_when_its_invitation_ends(access_of, database):
    invitation_id, _ = await invited(access_of)
    async with database.transaction() as session:
        (await session.scalar(sa.select(OutgoingMail))).mark_sent(at=NOW)

    await revoke_invitation((await access_of(ANN)).attempt(key="2"), invitation_id=invitation_id)

    assert await all_of(database, sa.select(OutgoingMail.invitation_id)) == [invitation_id]


@pytest.mark.feature("F32")
async def test_a_new_person_joins_by_the_token_and_confirms_the_address_by_email(access_of, portal, database):
    _, token = await invited(access_of, role=MemberRole.ADMIN)

    await accept_invitation_by_token(Access(portal, None, "test"), token=token, name="Nora", password=PASSWORD)

    (nora,) = await all_of(database, sa.select(User).where(User.email == NEW))
    assert (nora.name, nora.status, nora.email_verified_at) == ("Nora", UserStatus.ACTIVE, None)
    (joined,) = await all_of(database, sa.select(Membership).where(Membership.user_id == nora.id))
    assert (joined.group_id, joined.role) == (Groups.LAB, MemberRole.ADMIN)
    (cloud,) = await all_of(database, sa.select(Container).where(Container.owner_user_id == nora.id))
    assert cloud.type is ContainerType.PERSONAL_CLOUD
    logged_in = await login(Access(portal, None, "test"), email=NEW, password=PASSWORD.text)
    assert Groups.LAB in await sees(Access(portal, logged_in.token.value, "test"), Group)

    (secret,) = await all_of(database, sa.select(OutgoingMail.secret).where(OutgoingMail.kind == MailKind.CONFIRMATION))
    await confirm(Access(portal, None, "test"), token=secret)
    (nora,) = await all_of(database, sa.select(User).where(User.email == NEW))
    assert nora.email_verified_at == NOW


async def test_a_token_does_not_give_the_inviter_access_to_other_groups(access_of, portal, database):
    """The inviter knows the token: joining with it must not accept other invitations to the same address."""
    offered, _ = await invited(access_of, by=IDA, group=Groups.BOLT)
    _, token = await invited(access_of)
    await accept_invitation_by_token(Access(portal, None, "test"), token=token, name="not Nora", password=PASSWORD)
    logged_in = await login(Access(portal, None, "test"), email=NEW, password=PASSWORD.text)

    with pytest.raises(NotFound):
        await accept_invitation(Access(portal, logged_in.token.value, "test").attempt(key="1"), invitation_id=offered)

    assert (await all_of(database, sa.select(Invitation.state).where(Invitation.id == offered))) == ["PENDING"]


async def test_a_token_is_accepted_once_and_only_without_an_account(access_of, portal, database):
    _, token = await invited(access_of)
    _, of_max = await invited(access_of, str(MAX.email))
    await accept_invitation_by_token(Access(portal, None, "test"), token=token, name="Nora", password=PASSWORD)
    people = len(await all_of(database, sa.select(User.id)))

    for bad in (token, of_max, "lp_nonsense", ""):
        with pytest.raises(InvitationNotValid) as refused:
            await accept_invitation_by_token(Access(portal, None, "test"), token=bad, name="Nora", password=PASSWORD)
        assert "log" in refused.value.message

    assert len(await all_of(database, sa.select(User.id))) == people
    assert len(await all_of(database, sa.select(Confirmation.id))) == 1


async def test_the_token_of_a_revoked_invitation_is_refused(access_of, portal, database):
    invitation_id, token = await invited(access_of)
    await revoke_invitation((await access_of(REX)).attempt(key="1"), invitation_id=invitation_id)

    with pytest.raises(InvitationNotOpen):
        await accept_invitation_by_token(Access(portal, None, "test"), token=token, name="Nora", password=PASSWORD)
    assert await all_of(database, sa.select(User.id).where(User.email == NEW)) == []

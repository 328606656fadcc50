"""Refusals of unauthenticated callers: the error with its state, the audit entry, and that nothing else is written."""

from datetime import timedelta

import pytest

from authz.gate.access import Access
from resolvers.invitations import InvitationNotValid, accept_invitation_by_token
from resolvers.registrations import PasswordNeeded, confirm, register
from resolvers.sessions import login
from seeds.cast import SERVER, TOM, Groups, named
from store.confirmations import Confirmation, ConfirmationInvalid
from store.db.base import new_id
from store.db.database import Database
from store.db.passwords import Password
from store.db.tokens import hash_token
from store.errors import BadInput, Refusal, Unauthenticated
from store.groups import Group, GroupDeleted
from store.invitations import Invitation, InvitationNotOpen, InvitationState
from store.users import User, UserStatus
from tests.portal import NOW
from tests.resolvers.unchanged import World

NINA = "nina@acme.example"
INVITED = named("invitation", f"{NINA} {Groups.BERLIN}")
TOKEN = f"demo invitation of {NINA} to {Groups.BERLIN}"
CHOSEN = Password("a long enough one")
CONFIRMATION_TOKEN = "lp_confirmation"


@pytest.fixture(scope="module")
async def database(new_demo):
    """One database for all tests: nothing is written here but confirmations, which are deleted again."""
    database = Database(new_demo(), pool_size=4)
    yield database
    await database.close()


@pytest.fixture
def refused(portal, database):
    """`await refused("login", NotFound, login, email="...")` returns the details of the refusal, which is recorded once."""
    world = World(database)

    async def ask(action, error, case, **arguments):
        before, refusals = await world.content(), await world.refusals()
        with pytest.raises(Refusal) as caught:
            await case(Access(portal, None, "test"), **arguments)
        assert await world.content() == before
        assert (await world.refusals())[len(refusals) :] == ([(action, error.code)] if action else [])
        assert type(caught.value) is error, caught.value.message
        return caught.value.details

    return ask


@pytest.fixture
async def confirmation(database):
    """`await confirmation(email=...)` adds a confirmation that waits for the token `CONFIRMATION_TOKEN`."""
    written = []

    async def write(**values):
        values = {
            "id": new_id(),
            "token_hash": hash_token(CONFIRMATION_TOKEN),
            "expires_at": NOW + timedelta(days=1),
        } | values
        async with database.transaction() as session:
            session.add(Confirmation(**values))
        written.append(values["id"])

    yield write
    async with database.transaction() as session:
        for each in written:
            await session.delete(await session.get_one(Confirmation, each))


@pytest.mark.parametrize(
    "wrong", [{"email": "no address"}, {"email": "a@b@c"}, {"name": "  "}, {"locale": "German"}], ids=str
)
async def test_a_registration_with_malformed_arguments(wrong, refused):
    arguments = {"email": "new@new.example", "name": "New", "password": CHOSEN} | wrong
    assert await refused(None, BadInput, register, **arguments) == {}


async def test_a_confirmation_with_an_unknown_token(refused):
    assert await refused("accountConfirm", ConfirmationInvalid, confirm, token="lp_nonsense") == {}


@pytest.mark.parametrize(
    "state",
    [{"expires_at": NOW}, {"confirmed_at": NOW}, {"email": TOM.email}],
    ids=["too late", "used", "verified already"],
)
async def test_a_confirmation_that_is_no_longer_valid(state, refused, confirmation):
    await confirmation(**{"email": "new@new.example", "name": "New", "password_hash": "x"} | state)
    assert await refused("accountConfirm", ConfirmationInvalid, confirm, token=CONFIRMATION_TOKEN) == {}


async def test_an_account_that_an_administrator_created_needs_a_password(refused, confirmation, database):
    await confirmation(email=TOM.email, user_id=TOM.id)
    fresh = {"status": UserStatus.PENDING, "password_hash": None, "email_verified_at": None}
    async with World(database).put(User, TOM.id, **fresh):
        assert await refused("accountConfirm", PasswordNeeded, confirm, token=CONFIRMATION_TOKEN) == {}


@pytest.fixture
def refused_to_join(refused):
    """`await refused_to_join(InvitationNotValid, token="x")` returns the details of the refusal of an invitation token."""

    async def ask(error, token=TOKEN):
        arguments = {"token": token, "name": "Nina", "password": CHOSEN}
        return await refused("invitationAcceptByToken", error, accept_invitation_by_token, **arguments)

    return ask


@pytest.mark.parametrize("state", [each for each in InvitationState if each is not InvitationState.PENDING])
async def test_an_invitation_that_is_not_pending(state, refused_to_join, database):
    async with World(database).put(Invitation, INVITED, state=state):
        assert await refused_to_join(InvitationNotOpen) == {"state": state}


async def test_an_invitation_that_has_expired_by_the_clock(refused_to_join, database):
    async with World(database).put(Invitation, INVITED, expires_at=NOW):
        assert await refused_to_join(InvitationNotOpen) == {"state": InvitationState.EXPIRED}


async def test_an_invitation_to_a_deleted_group(refused_to_join, database):
    async with World(database).put(Group, Groups.BERLIN, deleted_at=NOW):
        assert await refused_to_join(GroupDeleted) == {"state": "DELETED"}


async def test_an_unknown_token_and_an_invitation_to_an_address_with_an_account(refused_to_join, database):
    assert await refused_to_join(InvitationNotValid, token="x") == {}
    async with World(database).put(User, TOM.id, email=NINA):
        assert await refused_to_join(InvitationNotValid) == {}


@pytest.mark.parametrize("status", [each for each in UserStatus if each is not UserStatus.ACTIVE])
async def test_an_account_that_is_not_active_is_refused_like_a_wrong_password(status, refused, database):
    arguments = {"email": TOM.email, "password": "winter-harbor"}
    async with World(database).put(User, TOM.id, status=status):
        assert await refused("session.opened", Unauthenticated, login, **arguments) == {}
    assert await refused("session.opened", Unauthenticated, login, email=TOM.email, password="x") == {}
    assert await refused("session.opened", Unauthenticated, login, email=SERVER.name, password="x") == {}

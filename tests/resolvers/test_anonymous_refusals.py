"""What is refused to somebody without a log-in: by name, with the state where there is one, on record, and nothing written."""

from datetime import timedelta

import pytest

from authz.gate.access import Access
from resolvers.registrations import (
    InvitationNotValid,
    PasswordNeeded,
    confirm,
    join_by_token,
    register,
)
from resolvers.sessions import login
from seeds.cast import SERVER, TOM, Groups, named
from store.confirmations import Confirmation, ConfirmationInvalid
from store.db.base import new_id
from store.db.database import Database
from store.db.passwords import Secret
from store.db.tokens import hash_token
from store.errors import BadInput, Refusal, Unauthenticated
from store.groups import Group, GroupDeleted, Invitation, InvitationNotOpen, InvitationState
from store.users import User, UserStatus
from tests.resolvers.conftest import NOW
from tests.resolvers.unchanged import World

NINA = "nina@acme.example"
INVITED = named("invitation", f"{NINA} {Groups.BERLIN}")
TOKEN = f"demo invitation of {NINA} to {Groups.BERLIN}"
CHOSEN = Secret("a long enough one")
LETTER = "lp_letter"


@pytest.fixture(scope="module")
async def database(new_demo):
    """One for all: nothing is ever written here but the letters of the tests."""
    database = Database(new_demo(), pool_size=4)
    yield database
    await database.close()


@pytest.fixture
def refused(portal, database):
    """`await refused("login", NotFound, case, email="...")`: what a client is told, and what is on record of it."""
    world = World(database)

    async def ask(action, error, case, **arguments):
        kept, refusals = await world.kept(), await world.refusals()
        with pytest.raises(Refusal) as caught:
            await case(Access(portal, None, "test"), **arguments)
        assert await world.kept() == kept
        assert (await world.refusals())[len(refusals) :] == ([(action, error.code)] if action else [])
        assert type(caught.value) is error, caught.value.message
        return caught.value.details

    return ask


@pytest.fixture
async def letter(database):
    """`await letter(email=...)` is a letter that waits for its answer, under the token `LETTER`."""
    written = []

    async def write(**values):
        values = {"id": new_id(), "token_hash": hash_token(LETTER), "expires_at": NOW + timedelta(days=1)} | values
        async with database.transaction() as session:
            session.add(Confirmation(**values))
        written.append(values["id"])

    yield write
    async with database.transaction() as session:
        for each in written:
            await session.delete(await session.get_one(Confirmation, each))


@pytest.mark.parametrize(
    "wrong",
    [{"email": "nobody"}, {"email": "a@b@c"}, {"name": "  "}, {"locale": "German"}],
    ids=str,
)
async def test_a_registration_that_cannot_be_read(wrong, refused):
    told = {"email": "new@new.example", "name": "New", "password": CHOSEN} | wrong
    assert await refused(None, BadInput, register, **told) == {}


async def test_a_letter_that_is_none(refused):
    assert await refused("accountConfirm", ConfirmationInvalid, confirm, token="lp_nonsense") == {}


@pytest.mark.parametrize(
    "state",
    [{"expires_at": NOW}, {"confirmed_at": NOW}, {"email": TOM.email}],
    ids=["too late", "used", "verified meanwhile"],
)
async def test_a_letter_that_is_good_for_nothing_any_more(state, refused, letter):
    await letter(**{"email": "new@new.example", "name": "New", "password_hash": "x"} | state)
    assert await refused("accountConfirm", ConfirmationInvalid, confirm, token=LETTER) == {}


async def test_an_account_that_an_administrator_has_made_needs_a_password(refused, letter, database):
    await letter(email=TOM.email, user_id=TOM.id)
    fresh = {"status": UserStatus.PENDING, "password_hash": None, "email_verified_at": None}
    async with World(database).put(User, TOM.id, **fresh):
        assert await refused("accountConfirm", PasswordNeeded, confirm, token=LETTER) == {}


@pytest.mark.parametrize("state", [each for each in InvitationState if each is not InvitationState.PENDING])
async def test_an_invitation_that_is_not_open(state, refused, database):
    joining = {"token": TOKEN, "name": "Nina", "password": CHOSEN}
    async with World(database).put(Invitation, INVITED, state=state):
        assert await refused("invitationAcceptByToken", InvitationNotOpen, join_by_token, **joining) == {"state": state}


async def test_an_invitation_that_is_over_by_the_clock(refused, database):
    joining = {"token": TOKEN, "name": "Nina", "password": CHOSEN}
    async with World(database).put(Invitation, INVITED, expires_at=NOW):
        found = await refused("invitationAcceptByToken", InvitationNotOpen, join_by_token, **joining)
    assert found == {"state": InvitationState.EXPIRED}


async def test_an_invitation_of_a_group_that_is_gone(refused, database):
    joining = {"token": TOKEN, "name": "Nina", "password": CHOSEN}
    async with World(database).put(Group, Groups.BERLIN, deleted_at=NOW):
        found = await refused("invitationAcceptByToken", GroupDeleted, join_by_token, **joining)
    assert found == {"state": "DELETED"}


async def test_an_invitation_that_is_none_or_of_somebody_who_has_an_account(refused, database):
    joining = {"name": "Nina", "password": CHOSEN}
    assert await refused("invitationAcceptByToken", InvitationNotValid, join_by_token, token="x", **joining) == {}
    async with World(database).put(User, TOM.id, email=NINA):
        found = await refused("invitationAcceptByToken", InvitationNotValid, join_by_token, token=TOKEN, **joining)
    assert found == {}


@pytest.mark.parametrize("status", [each for each in UserStatus if each is not UserStatus.ACTIVE])
async def test_an_account_that_cannot_be_used_reads_like_a_wrong_password(status, refused, database):
    telling = {"email": TOM.email, "password": "winter-harbor"}
    async with World(database).put(User, TOM.id, status=status):
        assert await refused("session.opened", Unauthenticated, login, **telling) == {}
    assert await refused("session.opened", Unauthenticated, login, email=TOM.email, password="x") == {}
    assert await refused("session.opened", Unauthenticated, login, email=SERVER.name, password="x") == {}

"""From a stranger to a member of two customers, at the front door and with one account."""

import pytest
import sqlalchemy as sa

from schema.fields.ids import to_global_id
from seeds.cast import ANN, BEA, Groups, Licenses
from store.outgoing_mail import OutgoingMail
from store.users import User

EMAIL, PASSWORD = "nora@newcomer.example", "a long enough one"
REGISTER = """mutation($input: AccountRegisterInput!) { accountRegister(input: $input) { errors { code } } }"""
CONFIRM = """mutation($input: AccountConfirmInput!) { accountConfirm(input: $input) { errors { code } } }"""
LOGIN = """mutation($input: LoginInput!) { login(input: $input) { token errors { code } } }"""
INVITE = """mutation($input: InvitationCreateInput!) {
    invitationCreate(input: $input) { invitation { id } errors { code } } }"""
ACCEPT = """mutation($input: InvitationAcceptInput!) {
    invitationAccept(input: $input) { membership { group { name } } errors { code } } }"""
REVOKE = """mutation($input: TokenRevokeInput!) { tokenRevoke(input: $input) { errors { code } } }"""
OFFERS = "{ viewer { invitations { nodes { id groupName } } } }"
MINE = "{ viewer { user { name containers { nodes { type state } } } groups { nodes { name } } licenses { nodes { id } } } }"


@pytest.mark.feature("F19", "F32", "F96", "F105", "F124")
async def test_a_newcomer_registers_confirms_is_invited_twice_and_keeps_one_account(server, token_of, database):
    given = {"email": EMAIL, "name": "Nora", "password": PASSWORD}
    assert await server.data(None, REGISTER, input=given) == {"accountRegister": {"errors": []}}
    refused = await server.data(None, LOGIN, input={"email": EMAIL, "password": PASSWORD})
    assert refused["login"]["errors"] == [{"code": "UNAUTHENTICATED"}]
    async with database.transaction() as session:
        secret = await session.scalar(sa.select(OutgoingMail.secret).where(OutgoingMail.email == EMAIL))
    assert await server.data(None, CONFIRM, input={"token": secret}) == {"accountConfirm": {"errors": []}}
    by_nora = (await server.data(None, LOGIN, input={"email": EMAIL, "password": PASSWORD}))["login"]["token"]
    mine = (await server.data(by_nora, MINE))["viewer"]
    assert mine["user"]["containers"] == {"nodes": [{"type": "PERSONAL_CLOUD", "state": "READY"}]}
    assert (mine["groups"]["nodes"], mine["licenses"]["nodes"]) == ([], [])

    for admin, group in ((ANN, Groups.BERLIN), (BEA, Groups.BOLT)):
        offer = {"groupId": to_global_id("Group", group), "email": EMAIL, "idempotencyKey": str(group)}
        assert (await server.data(await token_of(admin), INVITE, input=offer))["invitationCreate"]["errors"] == []
    offers = (await server.data(by_nora, OFFERS))["viewer"]["invitations"]["nodes"]
    assert {each["groupName"] for each in offers} == {"Acme Berlin", "Bolt"}
    for each in offers:
        given = {"invitationId": each["id"], "idempotencyKey": each["id"]}
        accepted = (await server.data(by_nora, ACCEPT, input=given))["invitationAccept"]
        assert accepted == {"membership": {"group": {"name": each["groupName"]}}, "errors": []}

    mine = (await server.data(by_nora, MINE))["viewer"]
    assert {each["name"] for each in mine["groups"]["nodes"]} == {"Acme Berlin", "Bolt"}
    public = {to_global_id("License", each) for each in (Licenses.BERLIN_PUBLIC, Licenses.BOLT_PUBLIC)}
    assert public <= {each["id"] for each in mine["licenses"]["nodes"]}
    async with database.transaction() as session:
        assert await session.scalar(sa.select(sa.func.count()).where(User.email == EMAIL)) == 1

    await server.data(by_nora, REVOKE, input={"idempotencyKey": "out"})
    assert (await server.execute(by_nora, MINE)).status_code == 401

"""A person registers and becomes a member of two customers with one account, over HTTP."""

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
INVITATIONS = "{ viewer { invitations { nodes { id groupName } } } }"
VIEWER = "{ viewer { user { name containers { nodes { type state } } } groups { nodes { name } } licenses { nodes { id } } } }"


@pytest.mark.feature("F19", "F32", "F96", "F105", "F124")
async def test_a_registered_person_who_accepts_two_invitations_keeps_one_account(server, token_of, database):
    arguments = {"email": EMAIL, "name": "Nora", "password": PASSWORD}
    assert await server.data(None, REGISTER, input=arguments) == {"accountRegister": {"errors": []}}
    refused = await server.data(None, LOGIN, input={"email": EMAIL, "password": PASSWORD})
    assert refused["login"]["errors"] == [{"code": "UNAUTHENTICATED"}]
    async with database.transaction() as session:
        secret = await session.scalar(sa.select(OutgoingMail.secret).where(OutgoingMail.email == EMAIL))
    assert await server.data(None, CONFIRM, input={"token": secret}) == {"accountConfirm": {"errors": []}}
    by_nora = (await server.data(None, LOGIN, input={"email": EMAIL, "password": PASSWORD}))["login"]["token"]
    viewer = (await server.data(by_nora, VIEWER))["viewer"]
    assert viewer["user"]["containers"] == {"nodes": [{"type": "PERSONAL_CLOUD", "state": "READY"}]}
    assert (viewer["groups"]["nodes"], viewer["licenses"]["nodes"]) == ([], [])

    for admin, group in ((ANN, Groups.BERLIN), (BEA, Groups.BOLT)):
        arguments = {"groupId": to_global_id("Group", group), "email": EMAIL, "idempotencyKey": str(group)}
        assert (await server.data(await token_of(admin), INVITE, input=arguments))["invitationCreate"]["errors"] == []
    invitations = (await server.data(by_nora, INVITATIONS))["viewer"]["invitations"]["nodes"]
    assert {invitation["groupName"] for invitation in invitations} == {"Acme Berlin", "Bolt"}
    for invitation in invitations:
        arguments = {"invitationId": invitation["id"], "idempotencyKey": invitation["id"]}
        accepted = (await server.data(by_nora, ACCEPT, input=arguments))["invitationAccept"]
        assert accepted == {"membership": {"group": {"name": invitation["groupName"]}}, "errors": []}

    viewer = (await server.data(by_nora, VIEWER))["viewer"]
    assert {group["name"] for group in viewer["groups"]["nodes"]} == {"Acme Berlin", "Bolt"}
    public = {to_global_id("License", id_) for id_ in (Licenses.BERLIN_PUBLIC, Licenses.BOLT_PUBLIC)}
    assert public <= {license["id"] for license in viewer["licenses"]["nodes"]}
    async with database.transaction() as session:
        assert await session.scalar(sa.select(sa.func.count()).where(User.email == EMAIL)) == 1

    await server.data(by_nora, REVOKE, input={"idempotencyKey": "out"})
    assert (await server.execute(by_nora, VIEWER)).status_code == 401

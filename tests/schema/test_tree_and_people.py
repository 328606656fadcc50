"""Groups, memberships, invitations and accounts through GraphQL."""

import pytest
import sqlalchemy as sa

from schema.fields.ids import to_global_id
from seeds.cast import ANN, BEA, IDA, MAX, PASSWORD, SAM, TOM, Groups, Licenses, named
from store.groups import Group
from store.outgoing_mail import OutgoingMail
from store.users import AccessToken
from tests.portal import codes, codes_and_paths

ACME, BERLIN, LAB, BOLT = (to_global_id("Group", id_) for id_ in (Groups.ACME, Groups.BERLIN, Groups.LAB, Groups.BOLT))


async def test_a_group_is_created_renamed_and_deleted(mutate, execute):
    payload = "group { id name kind parent { name } containers { nodes { type } } viewerCan }"
    created = await mutate(ANN, "groupCreate", payload, name="Acme Hamburg", kind="TEAM", parentId=ACME)
    group = created["group"]
    assert group["containers"] == {"nodes": [{"type": "GROUP_CLOUD"}]}
    assert (group["kind"], group["parent"], "DELETE" in group["viewerCan"]) == ("TEAM", {"name": "Acme"}, True)

    renamed = await mutate(ANN, "groupRename", "group { name }", groupId=group["id"], name="Acme Altona")
    deleted = await mutate(ANN, "groupDelete", "group { name } changes { action }", groupId=group["id"])
    read = await execute(IDA, "query($id: ID!) { node(id: $id) { ... on Group { name deletedAt } } }", id=group["id"])

    assert renamed["group"] == {"name": "Acme Altona"}
    assert deleted == {"group": None, "changes": [{"action": "group.deleted"}], "errors": []}
    assert read.data["node"]["deletedAt"] is not None


async def test_refusals_have_the_details_that_a_client_needs(mutate):
    not_empty = await mutate(ANN, "groupDelete", groupId=LAB)
    assert (codes(not_empty), "members" in not_empty["errors"][0]["content"]) == (["GROUP_NOT_EMPTY"], True)
    member = await mutate(ANN, "invitationCreate", groupId=BERLIN, email=TOM.email)
    assert (codes(member), member["errors"][0]["state"]) == (["ALREADY_MEMBER"], "MEMBER")
    cycle = await mutate(IDA, "groupMove", groupId=ACME, parentId=LAB)
    assert codes(cycle) == ["GROUP_CYCLE"]


@pytest.mark.feature("F10")
async def test_a_refusal_names_the_required_edition(mutate, database):
    async with database.transaction() as session:
        await session.execute(sa.text("UPDATE portals SET edition = 'BASIC'"))

    refused = await mutate(ANN, "groupCreate", name="below", kind="TEAM", parentId=ACME)

    assert codes(refused) == ["EDITION_REQUIRED"]
    assert (refused["errors"][0]["capability"], refused["errors"][0]["requiredEdition"]) == (
        "GROUP_LEVELS",
        "ENTERPRISE",
    )


FOREIGN = {
    "Group": Groups.BOLT,
    "Membership": named("membership", f"{MAX.login} BOLT"),
    "Invitation": named("invitation", f"{SAM.email} {Groups.BOLT}"),
    "User": MAX.id,
}


@pytest.mark.parametrize(
    ("name", "kind", "arguments"),
    [
        ("groupRename", "Group", {"groupId": "ID", "name": "x"}),
        ("groupModify", "Group", {"groupId": "ID", "kind": "TEAM"}),
        ("groupMove", "Group", {"groupId": "ID"}),
        ("groupDelete", "Group", {"groupId": "ID"}),
        ("groupCreate", "Group", {"parentId": "ID", "name": "x", "kind": "TEAM"}),
        ("membershipAdd", "User", {"groupId": LAB, "userId": "ID"}),
        ("membershipChangeRole", "Membership", {"membershipId": "ID", "role": "ADMIN"}),
        ("membershipRemove", "Membership", {"membershipId": "ID"}),
        ("membershipLeave", "Membership", {"membershipId": "ID"}),
        ("invitationCreate", "Group", {"groupId": "ID", "email": "new@acme.example"}),
        ("invitationRevoke", "Invitation", {"invitationId": "ID"}),
        ("invitationDecline", "Invitation", {"invitationId": "ID"}),
        ("invitationAccept", "Invitation", {"invitationId": "ID"}),
        ("accountCreate", "Group", {"groupId": "ID", "email": "new@acme.example", "name": "x"}),
        ("accountModify", "User", {"userId": "ID", "name": "x"}),
        ("accountDelete", "User", {"userId": "ID"}),
        ("accountSetIsvRight", "User", {"userId": "ID", "isIsvAdmin": True}),
        ("technicalUserCreate", "Group", {"groupId": "ID", "name": "x"}),
        ("technicalUserIssueToken", "User", {"userId": "ID", "name": "x"}),
        ("technicalUserDelete", "User", {"userId": "ID"}),
    ],
)
async def test_a_row_of_another_customer_is_not_found_and_a_malformed_id_is_named(
    mutate, database, name, kind, arguments
):
    async def content():
        async with database.transaction() as session:
            tables = ("groups", "users", "memberships", "invitations", "outgoing_mail")
            query = " UNION ALL ".join(
                f"SELECT '{table}', count(*), coalesce(sum(version), 0) FROM {table}" for table in tables
            )
            return {tuple(row) for row in await session.execute(sa.text(query))}

    before = await content()
    (argument,) = [key for key, value in arguments.items() if value == "ID"]

    foreign = await mutate(ANN, name, **{**arguments, argument: to_global_id(kind, FOREIGN[kind])})
    absent = await mutate(ANN, name, **{**arguments, argument: to_global_id(kind, Licenses.TOM_CAD)})
    wrong_type = await mutate(ANN, name, **{**arguments, argument: to_global_id("License", Licenses.TOM_CAD)})
    malformed = await mutate(ANN, name, **{**arguments, argument: "nonsense"})

    assert foreign == absent
    assert codes(foreign) == ["NOT_FOUND"]
    for payload in (wrong_type, malformed):
        assert codes_and_paths(payload) == [("BAD_USER_INPUT", ["input", argument])]
    assert await content() == before


async def test_an_argument_out_of_bounds_is_named_by_its_path(mutate):
    cases = [
        ("groupRename", {"groupId": ACME, "name": "x" * 201}, "name"),
        ("groupRename", {"groupId": ACME, "name": ""}, "name"),
        ("invitationCreate", {"groupId": LAB, "email": "new@acme.example", "days": 91}, "days"),
        ("tokenCreate", {"name": "x", "days": 0}, "days"),
        ("technicalUserCreate", {"groupId": LAB, "name": "x", "days": 731}, "days"),
        ("accountChangePassword", {"password": PASSWORD, "newPassword": "short"}, "newPassword"),
        ("accountModify", {"profile": ["no", "object"]}, "profile"),
        ("accountModify", {"profile": {"a": "\x00"}}, "profile"),
        ("accountRegister", {"email": "new@acme.example", "name": "x", "password": "short"}, "password"),
    ]
    for name, arguments, argument in cases:
        refused = await mutate(ANN, name, **arguments)
        assert codes_and_paths(refused) == [("BAD_USER_INPUT", ["input", argument])], name


@pytest.mark.feature("F19")
async def test_a_person_registers_confirms_the_address_and_logs_in(mutate, execute, database):
    new, known = [
        await mutate(None, "accountRegister", email=email, name="Nora", password="a long enough one")
        for email in ("nora@acme.example", TOM.email)
    ]
    assert new == known == {"changes": [], "errors": []}
    async with database.transaction() as session:
        secret = await session.scalar(sa.select(OutgoingMail.secret).where(OutgoingMail.email == "nora@acme.example"))

    refused = await mutate(None, "accountConfirm", token="lp_wrong")
    confirmed = await mutate(None, "accountConfirm", token=secret)

    assert (codes(refused), codes(confirmed)) == (["CONFIRMATION_NOT_VALID"], [])
    document = (
        'mutation { login(input: {email: "nora@acme.example", password: "a long enough one"}) { user { name } } }'
    )
    assert (await execute(None, document)).data == {"login": {"user": {"name": "Nora"}}}


@pytest.mark.feature("F105", "F124")
async def test_an_invitee_with_an_account_sees_and_accepts_an_invitation(mutate, execute):
    created = await mutate(ANN, "invitationCreate", "invitation { id state } token", groupId=LAB, email=MAX.email)
    assert (created["invitation"]["state"], created["token"][:3]) == ("PENDING", "lp_")
    response = await execute(
        MAX, "{ viewer { invitations { nodes { id email viewerCan group { name } groupName } } } }"
    )
    (invitation,) = response.data["viewer"]["invitations"]["nodes"]
    assert invitation == {
        "id": created["invitation"]["id"],
        "email": MAX.email,
        "viewerCan": ["READ", "ACCEPT", "DECLINE"],
        "group": None,
        "groupName": "Acme Berlin Lab",
    }

    payload = "invitation { state } membership { role group { name } }"
    accepted = await mutate(MAX, "invitationAccept", payload, invitationId=invitation["id"])
    again = await mutate(MAX, "invitationAccept", invitationId=invitation["id"])

    assert accepted["membership"] == {"role": "MEMBER", "group": {"name": "Acme Berlin Lab"}}
    assert (codes(again), again["errors"][0]["state"]) == (["INVITATION_NOT_OPEN"], "ACCEPTED")


async def test_a_new_token_is_returned_once_and_is_null_in_a_repeated_response(mutate, database):
    arguments = {"name": "backup", "days": 7, "idempotencyKey": "the same"}
    payload = "accessToken { name expiresAt } token"

    first = await mutate(TOM, "tokenCreate", payload, **arguments)
    again = await mutate(TOM, "tokenCreate", payload, **arguments)

    assert first["accessToken"]["name"] == "backup"
    assert (first["token"] is not None, again["token"]) == (True, None)
    assert first["accessToken"] == again["accessToken"]
    async with database.transaction() as session:
        tokens = await session.scalar(sa.select(sa.func.count()).where(AccessToken.name == "backup"))
    assert tokens == 1


async def test_a_password_is_not_part_of_the_fingerprint_of_a_request(mutate):
    await mutate(TOM, "accountChangePassword", password=PASSWORD, newPassword="another long one", idempotencyKey="1")
    again = await mutate(
        TOM, "accountChangePassword", password="no matter", newPassword="what comes", idempotencyKey="1"
    )
    assert again["errors"] == []


async def test_a_person_and_their_administrator_read_the_profile(mutate, execute):
    await mutate(TOM, "accountModify", "user { profile }", profile={"desk": 7})
    document = "query($id: ID!) { node(id: $id) { ... on User { name profile } } }"
    tom = to_global_id("User", TOM.id)

    own = await execute(TOM, document, id=tom)
    by_admin = await execute(ANN, document, id=tom)

    assert own.data["node"]["profile"] == by_admin.data["node"]["profile"] == {"desk": 7}


async def test_a_person_without_a_group_erases_their_account(mutate, database):
    membership = to_global_id("Membership", named("membership", f"{MAX.login} BOLT"))
    left = await mutate(MAX, "membershipLeave", "membership { state }", membershipId=membership)
    erased = await mutate(MAX, "accountErase")

    assert left["errors"] == []
    assert erased["errors"] == []
    async with database.transaction() as session:
        assert await session.scalar(sa.text("SELECT status FROM users WHERE id = :id"), {"id": MAX.id}) == "ERASED"


@pytest.mark.feature("F23")
async def test_a_member_is_promoted_and_removed(mutate):
    membership = to_global_id("Membership", named("membership", f"{TOM.login} BERLIN"))
    payload = "membership { role state user { name } }"

    promoted = await mutate(ANN, "membershipChangeRole", payload, membershipId=membership, role="ADMIN")
    removed = await mutate(ANN, "membershipRemove", payload, membershipId=membership)
    again = await mutate(ANN, "membershipRemove", membershipId=membership)

    assert promoted["membership"] == {"role": "ADMIN", "state": "ACTIVE", "user": {"name": "Tom Tanner"}}
    assert removed["membership"]["state"] == "REMOVED"
    assert (codes(again), again["errors"][0]["state"]) == (["NOT_MEMBER"], "REMOVED")


async def test_a_dry_run_of_a_creation_returns_the_change_and_creates_no_row(mutate, database):
    dry_run = await mutate(ANN, "groupCreate", name="Nowhere", kind="TEAM", parentId=ACME, dryRun=True)

    (change,) = dry_run["changes"]
    assert (change["action"], change["before"], change["after"]["name"]) == ("group.created", None, "Nowhere")
    async with database.transaction() as session:
        assert await session.scalar(sa.select(sa.func.count()).where(Group.name == "Nowhere")) == 0


async def test_a_person_exports_their_data(mutate):
    export = await mutate(BEA, "accountExport", "data")
    assert export["data"]["account"]["email"] == BEA.email
    assert len(export["data"]["memberships"]) == 2

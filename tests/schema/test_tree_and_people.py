"""Groups, accounts and invitations through GraphQL: what clients send, what they read, and how they are refused."""

import pytest
import sqlalchemy as sa

from schema.fields.ids import to_global_id
from seeds.cast import ANN, BEA, IDA, MAX, PASSWORD, SAM, TOM, Groups, Licenses, named
from store.groups import Group
from store.outgoing_mail import OutgoingMail
from store.users import AccessToken

ERRORS = "errors { code path state limit content quantity capability requiredEdition retryAfter }"
ACME, BERLIN, LAB, BOLT = (
    to_global_id("Group", each) for each in (Groups.ACME, Groups.BERLIN, Groups.LAB, Groups.BOLT)
)


def mutation(name, shows="changes { action before after }"):
    kind = name[0].upper() + name[1:]
    return f"mutation($input: {kind}Input!) {{ {name}(input: $input) {{ {shows} {ERRORS} }} }}"


@pytest.fixture
def do(execute):
    """`await do(ANN, "groupRename", "group { name }", groupId=ACME, name="A")` gives the payload."""
    keys = iter(range(1000))

    async def done(account, name, shows="changes { action before after }", /, **arguments):
        if name not in ("accountRegister", "accountConfirm", "invitationAcceptByToken"):
            arguments.setdefault("idempotencyKey", str(next(keys)))
        answer = await execute(account, mutation(name, shows), input=arguments)
        assert answer.errors == []
        return answer.data[name]

    return done


def codes(payload):
    return [each["code"] for each in payload["errors"]]


async def test_a_group_is_created_renamed_and_deleted(do, execute):
    shows = "group { id name kind parent { name } containers { nodes { type } } viewerCan }"
    made = await do(ANN, "groupCreate", shows, name="Acme Hamburg", kind="TEAM", parentId=ACME)
    group = made["group"]
    assert group["containers"] == {"nodes": [{"type": "GROUP_CLOUD"}]}
    assert (group["kind"], group["parent"], "DELETE" in group["viewerCan"]) == ("TEAM", {"name": "Acme"}, True)

    named_ = await do(ANN, "groupRename", "group { name }", groupId=group["id"], name="Acme Altona")
    gone = await do(ANN, "groupDelete", "group { name } changes { action }", groupId=group["id"])
    seen = await execute(IDA, "query($id: ID!) { node(id: $id) { ... on Group { name deletedAt } } }", id=group["id"])

    assert named_["group"] == {"name": "Acme Altona"}
    assert gone == {"group": None, "changes": [{"action": "group.deleted"}], "errors": []}
    assert seen.data["node"]["deletedAt"] is not None


async def test_refusals_carry_what_a_client_acts_on(do):
    full = await do(ANN, "groupDelete", groupId=LAB)
    assert (codes(full), "members" in full["errors"][0]["content"]) == (["GROUP_NOT_EMPTY"], True)
    there = await do(ANN, "invitationCreate", groupId=BERLIN, email=TOM.email)
    assert (codes(there), there["errors"][0]["state"]) == (["ALREADY_MEMBER"], "MEMBER")
    loop = await do(IDA, "groupMove", groupId=ACME, parentId=LAB)
    assert codes(loop) == ["GROUP_CYCLE"]


@pytest.mark.feature("F10")
async def test_the_edition_that_is_needed_is_told(do, database):
    async with database.transaction() as session:
        await session.execute(sa.text("UPDATE portals SET edition = 'BASIC'"))

    refused = await do(ANN, "groupCreate", name="below", kind="TEAM", parentId=ACME)

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
async def test_what_is_another_tenants_reads_as_absent_and_a_wrong_id_is_named(do, database, name, kind, arguments):
    async def content():
        async with database.transaction() as session:
            tables = ("groups", "users", "memberships", "invitations", "outgoing_mail")
            words = " UNION ALL ".join(
                f"SELECT '{each}', count(*), coalesce(sum(version), 0) FROM {each}" for each in tables
            )
            return {tuple(row) for row in await session.execute(sa.text(words))}

    before = await content()
    (where,) = [key for key, value in arguments.items() if value == "ID"]

    foreign = await do(ANN, name, **{**arguments, where: to_global_id(kind, FOREIGN[kind])})
    absent = await do(ANN, name, **{**arguments, where: to_global_id(kind, Licenses.TOM_CAD)})
    wrong = await do(ANN, name, **{**arguments, where: to_global_id("License", Licenses.TOM_CAD)})
    nonsense = await do(ANN, name, **{**arguments, where: "nonsense"})

    assert foreign == absent
    assert codes(foreign) == ["NOT_FOUND"]
    for each in (wrong, nonsense):
        assert [(one["code"], one["path"]) for one in each["errors"]] == [("BAD_USER_INPUT", ["input", where])]
    assert await content() == before


async def test_what_is_too_long_or_too_much_is_refused_with_its_place(do):
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
        refused = await do(ANN, name, **arguments)
        assert [(each["code"], each["path"]) for each in refused["errors"]] == [
            ("BAD_USER_INPUT", ["input", argument]),
        ], name


@pytest.mark.feature("F19")
async def test_a_stranger_registers_confirms_and_logs_in(do, execute, database):
    new, known = [
        await do(None, "accountRegister", email=email, name="Nora", password="a long enough one")
        for email in ("nora@acme.example", TOM.email)
    ]
    assert new == known == {"changes": [], "errors": []}
    async with database.transaction() as session:
        secret = await session.scalar(sa.select(OutgoingMail.secret).where(OutgoingMail.email == "nora@acme.example"))

    bad = await do(None, "accountConfirm", token="lp_wrong")
    good = await do(None, "accountConfirm", token=secret)

    assert (codes(bad), codes(good)) == (["CONFIRMATION_NOT_VALID"], [])
    document = (
        'mutation { login(input: {email: "nora@acme.example", password: "a long enough one"}) { user { name } } }'
    )
    assert (await execute(None, document)).data == {"login": {"user": {"name": "Nora"}}}


@pytest.mark.feature("F105", "F124")
async def test_an_invitation_is_seen_by_its_invitee_and_accepted_with_the_account_that_there_is(do, execute):
    made = await do(ANN, "invitationCreate", "invitation { id state } token", groupId=LAB, email=MAX.email)
    assert (made["invitation"]["state"], made["token"][:3]) == ("PENDING", "lp_")
    seen = await execute(MAX, "{ viewer { invitations { nodes { id email viewerCan group { name } groupName } } } }")
    (offer,) = seen.data["viewer"]["invitations"]["nodes"]
    assert offer == {
        "id": made["invitation"]["id"], "email": MAX.email, "viewerCan": ["READ", "ACCEPT", "DECLINE"], "group": None,
        "groupName": "Acme Berlin Lab",
    }  # fmt: skip

    shows = "invitation { state } membership { role group { name } }"
    accepted = await do(MAX, "invitationAccept", shows, invitationId=offer["id"])
    again = await do(MAX, "invitationAccept", invitationId=offer["id"])

    assert accepted["membership"] == {"role": "MEMBER", "group": {"name": "Acme Berlin Lab"}}
    assert (codes(again), again["errors"][0]["state"]) == (["INVITATION_NOT_OPEN"], "ACCEPTED")


async def test_a_secret_is_told_once_and_a_repeat_says_null(do, database):
    arguments = {"name": "backup", "days": 7, "idempotencyKey": "the same"}
    shows = "accessToken { name expiresAt } token"

    first = await do(TOM, "tokenCreate", shows, **arguments)
    again = await do(TOM, "tokenCreate", shows, **arguments)

    assert first["accessToken"]["name"] == "backup"
    assert (first["token"] is not None, again["token"]) == (True, None)
    assert first["accessToken"] == again["accessToken"]
    async with database.transaction() as session:
        kept = await session.scalar(sa.select(sa.func.count()).where(AccessToken.name == "backup"))
    assert kept == 1


async def test_a_password_is_no_part_of_what_is_kept_of_a_request(do):
    await do(TOM, "accountChangePassword", password=PASSWORD, newPassword="another long one", idempotencyKey="1")
    again = await do(TOM, "accountChangePassword", password="no matter", newPassword="what comes", idempotencyKey="1")
    assert again["errors"] == []


async def test_a_person_reads_his_profile_and_a_colleague_of_a_project_does_not(do, execute):
    await do(TOM, "accountModify", "user { profile }", profile={"desk": 7})
    document = "query($id: ID!) { node(id: $id) { ... on User { name profile } } }"
    tom = to_global_id("User", TOM.id)

    own = await execute(TOM, document, id=tom)
    by_admin = await execute(ANN, document, id=tom)

    assert own.data["node"]["profile"] == by_admin.data["node"]["profile"] == {"desk": 7}


async def test_whoever_erases_himself_reads_nothing_more(do, database):
    membership = to_global_id("Membership", named("membership", f"{MAX.login} BOLT"))
    left = await do(MAX, "membershipLeave", "membership { state }", membershipId=membership)
    erased = await do(MAX, "accountErase")

    assert left["errors"] == []
    assert erased["errors"] == []
    async with database.transaction() as session:
        assert await session.scalar(sa.text("SELECT status FROM users WHERE id = :id"), {"id": MAX.id}) == "ERASED"


@pytest.mark.feature("F23")
async def test_a_member_is_promoted_and_removed_and_the_answer_shows_it(do):
    membership = to_global_id("Membership", named("membership", f"{TOM.login} BERLIN"))
    shows = "membership { role state user { name } }"

    promoted = await do(ANN, "membershipChangeRole", shows, membershipId=membership, role="ADMIN")
    removed = await do(ANN, "membershipRemove", shows, membershipId=membership)
    again = await do(ANN, "membershipRemove", membershipId=membership)

    assert promoted["membership"] == {"role": "ADMIN", "state": "ACTIVE", "user": {"name": "Tom Tanner"}}
    assert removed["membership"]["state"] == "REMOVED"
    assert (codes(again), again["errors"][0]["state"]) == (["NOT_MEMBER"], "REMOVED")


async def test_a_dry_run_of_a_creation_tells_what_would_be_and_no_row_is_there(do, database):
    would = await do(ANN, "groupCreate", name="Nowhere", kind="TEAM", parentId=ACME, dryRun=True)

    (one,) = would["changes"]
    assert (one["action"], one["before"], one["after"]["name"]) == ("group.created", None, "Nowhere")
    async with database.transaction() as session:
        assert await session.scalar(sa.select(sa.func.count()).where(Group.name == "Nowhere")) == 0


async def test_the_data_of_a_person_is_told_to_him(do):
    told = await do(BEA, "accountExport", "data")
    assert told["data"]["account"]["email"] == BEA.email
    assert len(told["data"]["memberships"]) == 2

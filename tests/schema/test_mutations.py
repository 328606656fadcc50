"""Mutations: what they change and return, and how they are refused."""

import pytest
import sqlalchemy as sa

from schema.fields.ids import to_global_id
from seeds.cast import ANN, BEA, PASSWORD, TOM, Groups, Licenses, cloud_of
from store.activations import Activation
from store.licenses import License
from store.users import AccessToken

ERRORS = "errors { code message path action reason state quantity }"
ASSIGN = f"""mutation($input: LicenseAssignInput!) {{ licenseAssign(input: $input) {{
    license {{ id assignee {{ __typename name }} viewerCan }} {ERRORS}
}} }}"""
ACTIVATE = f"""mutation($input: LicenseActivateInput!) {{ licenseActivate(input: $input) {{
    license {{ seatsTaken }} activation {{ id state seat container {{ serial }} }} licenseFile {{ content }} {ERRORS}
}} }}"""
REVOKE = f"""mutation($input: TokenRevokeInput!) {{ tokenRevoke(input: $input) {{
    accessToken {{ id revokedAt }} {ERRORS}
}} }}"""
LOGIN = f"""mutation($email: EmailAddress!, $password: String!) {{
    login(input: {{ email: $email, password: $password }}) {{ token accessToken {{ name }} user {{ name }} {ERRORS}
}} }}"""

TEN = to_global_id("License", Licenses.ACME_TEN_SEATS)
POOL = to_global_id("License", Licenses.ACME_POOL)
ACME_CLOUD = to_global_id("Container", cloud_of(Groups.ACME))


def assign(license_id, target, key="1", **more):
    return {"licenseId": license_id, "targetId": target, "idempotencyKey": key, **more}


def activate(key="1", **more):
    return {"licenseId": TEN, "containerId": ACME_CLOUD, "idempotencyKey": key, **more}


@pytest.mark.feature("F14", "F39")
async def test_a_program_assigns_a_license_to_a_group_and_unassigns_it(execute, token_of):
    by_program = await token_of(ANN)
    unassign = ASSIGN.replace("licenseAssign", "licenseUnassign").replace("LicenseAssign", "LicenseUnassign")

    assigned = await execute(ANN, ASSIGN, by_token=by_program, input=assign(POOL, to_global_id("Group", Groups.BERLIN)))
    unassigned = await execute(ANN, unassign, by_token=by_program, input={"licenseId": POOL, "idempotencyKey": "2"})

    assert assigned.data["licenseAssign"]["license"]["assignee"] == {"__typename": "Group", "name": "Acme Berlin"}
    assert unassigned.data["licenseUnassign"]["errors"] == []
    assert unassigned.data["licenseUnassign"]["license"]["assignee"] is None


@pytest.mark.feature("F05", "F14", "F26")
async def test_an_assignment_returns_the_license_with_its_new_assignee(execute):
    answer = await execute(ANN, ASSIGN, input=assign(POOL, to_global_id("User", TOM.id)))

    assert answer.errors == []
    assert answer.data["licenseAssign"]["errors"] == []
    assert answer.data["licenseAssign"]["license"]["id"] == POOL
    assert answer.data["licenseAssign"]["license"]["assignee"] == {"__typename": "User", "name": "Tom Tanner"}


async def test_a_forbidden_assignment_says_who_may_assign(execute, database):
    answer = await execute(
        TOM, ASSIGN, input=assign(to_global_id("License", Licenses.BERLIN_PUBLIC), to_global_id("User", TOM.id))
    )

    (error,) = answer.data["licenseAssign"]["errors"]
    assert (error["code"], error["action"], answer.data["licenseAssign"]["license"]) == ("FORBIDDEN", "ASSIGN", None)
    assert "Group administrators can manage the licenses of their group" in error["reason"]
    async with database.transaction() as session:
        assert (await session.get_one(License, Licenses.BERLIN_PUBLIC)).assigned_group_id == Groups.BERLIN


async def test_a_hidden_license_is_refused_like_one_that_does_not_exist(execute):
    hidden = await execute(
        TOM, ASSIGN, input=assign(to_global_id("License", Licenses.BERLIN_ADMIN_ONLY), to_global_id("User", TOM.id))
    )
    absent = await execute(
        TOM, ASSIGN, input=assign(to_global_id("License", TOM.id), to_global_id("User", TOM.id), key="2")
    )

    assert hidden.data == absent.data
    assert hidden.data["licenseAssign"]["errors"][0]["code"] == "NOT_FOUND"


async def test_a_repeated_request_returns_the_first_response(execute, token_of, database):
    by_ann = await token_of(ANN)
    first = await execute(ANN, ACTIVATE, by_token=by_ann, input=activate())
    again = await execute(ANN, ACTIVATE, by_token=by_ann, input=activate())
    other = await execute(ANN, ACTIVATE, by_token=by_ann, input=activate(deviceLabel="another"))

    assert first.data == again.data
    assert first.data["licenseActivate"]["activation"]["seat"] == 1
    assert first.data["licenseActivate"]["license"] == {"seatsTaken": 1}
    assert first.data["licenseActivate"]["licenseFile"]["content"].count(".") == 2
    assert [error["code"] for error in other.data["licenseActivate"]["errors"]] == ["IDEMPOTENCY_KEY_REUSED"]
    async with database.transaction() as session:
        activations = await session.scalars(
            sa.select(Activation).where(Activation.license_id == Licenses.ACME_TEN_SEATS)
        )
        assert len(list(activations)) == 1


async def test_a_repeated_refusal_returns_the_first_response(execute):
    arguments = assign(to_global_id("License", Licenses.BERLIN_PUBLIC), to_global_id("User", TOM.id))

    first = await execute(TOM, ASSIGN, input=arguments)
    again = await execute(TOM, ASSIGN, input=arguments)

    assert first.data == again.data


async def test_a_dry_run_reports_refusals_and_changes_nothing(execute, change_count):
    possible = await execute(ANN, ACTIVATE, input=activate(dryRun=True))
    expired = to_global_id("License", Licenses.BERLIN_EXPIRED)
    refused = await execute(ANN, ASSIGN, input=assign(expired, to_global_id("Group", Groups.BERLIN), dryRun=True))

    assert possible.data["licenseActivate"] == {
        "license": {"seatsTaken": 0},
        "activation": None,
        "licenseFile": None,
        "errors": [],
    }
    assert [(error["code"], error["state"]) for error in refused.data["licenseAssign"]["errors"]] == [
        ("LICENSE_EXPIRED", "EXPIRED")
    ]
    assert await change_count() == 0


async def test_an_invalid_argument_is_named_by_its_path(execute):
    user = to_global_id("User", TOM.id)
    cases = [
        (assign("nonsense", user), ["input", "licenseId"]),
        (assign(user, user), ["input", "licenseId"]),
        (assign(POOL, POOL), ["input", "targetId"]),
        (assign(POOL, user, key=""), ["input", "idempotencyKey"]),
        (assign(POOL, user, key="x" * 201), ["input", "idempotencyKey"]),
        (assign(POOL, user, key="\x00"), ["input", "idempotencyKey"]),
    ]

    for arguments, path in cases:
        answer = await execute(ANN, ASSIGN, input=arguments)
        assert [(error["code"], error["path"]) for error in answer.data["licenseAssign"]["errors"]] == [
            ("BAD_USER_INPUT", path)
        ]


async def test_an_anonymous_assignment_is_unauthenticated(execute):
    answer = await execute(None, ASSIGN, input=assign(POOL, to_global_id("User", TOM.id)))

    assert [error["code"] for error in answer.data["licenseAssign"]["errors"]] == ["UNAUTHENTICATED"]


@pytest.mark.feature("F93", "F96")
async def test_a_login_returns_a_token_and_the_account(execute):
    answer = await execute(None, LOGIN, email="Bea@brandt.example", password=PASSWORD)

    assert answer.data["login"] | {"token": None} == {
        "token": None,
        "accessToken": {"name": "login"},
        "user": {"name": BEA.name},
        "errors": [],
    }
    later = await execute(None, "{ viewer { user { name } } }", by_token=answer.data["login"]["token"])
    assert later.data == {"viewer": {"user": {"name": BEA.name}}}


async def test_a_wrong_password_is_refused_like_an_unknown_address(execute):
    password = await execute(None, LOGIN, email=BEA.email, password="wrong")
    address = await execute(None, LOGIN, email="unknown@nowhere.example", password="wrong")

    assert password.data == address.data
    assert password.data["login"]["errors"][0]["code"] == "UNAUTHENTICATED"


@pytest.mark.feature("F96")
async def test_after_revoking_its_own_token_an_account_reads_nothing(execute, token_of):
    by_tom = await token_of(TOM)

    answer = await execute(TOM, REVOKE, by_token=by_tom, input={"idempotencyKey": "1"})
    later = await execute(TOM, "{ viewer { user { name } } }", by_token=by_tom)

    assert answer.data == {"tokenRevoke": {"accessToken": None, "errors": []}}
    assert (later.data, later.codes) == (None, ["UNAUTHENTICATED"])


async def test_an_account_revokes_another_token_of_its_own_by_its_id(execute, token_of, database):
    other = await token_of(TOM)
    async with database.transaction() as session:
        newest = sa.select(AccessToken.id).where(AccessToken.user_id == TOM.id).order_by(AccessToken.created_at.desc())
        token_id = (await session.scalars(newest)).first()

    answer = await execute(TOM, REVOKE, input={"idempotencyKey": "1", "tokenId": to_global_id("AccessToken", token_id)})
    later = await execute(TOM, "{ viewer { user { name } } }", by_token=other)

    assert answer.data["tokenRevoke"]["accessToken"]["revokedAt"] is not None
    assert later.codes == ["UNAUTHENTICATED"]


@pytest.mark.feature("F70")
async def test_only_the_recipient_marks_a_notification_as_read(execute):
    response = await execute(TOM, "{ viewer { notifications { nodes { id state } } } }")
    notification_id = response.data["viewer"]["notifications"]["nodes"][0]["id"]
    mark = """mutation($input: NotificationMarkReadInput!) {
        notificationMarkRead(input: $input) { notification { state } errors { code } }
    }"""

    other = await execute(BEA, mark, input={"notificationId": notification_id, "idempotencyKey": "1"})
    own = await execute(TOM, mark, input={"notificationId": notification_id, "idempotencyKey": "1"})

    assert other.data["notificationMarkRead"] == {"notification": None, "errors": [{"code": "NOT_FOUND"}]}
    assert own.data["notificationMarkRead"] == {"notification": {"state": "READ"}, "errors": []}


async def test_more_concurrent_mutations_than_connections_are_served(execute_concurrently):
    """The snapshot in which the account was read is released before the transaction begins."""
    documents = [(ACTIVATE, {"input": activate(key=str(number))}) for number in range(12)]

    answers = await execute_concurrently(ANN, documents)

    payloads = [answer.data["licenseActivate"] for answer in answers]
    assert sorted(payload["activation"]["seat"] for payload in payloads if not payload["errors"]) == list(range(1, 11))
    assert [error["code"] for payload in payloads for error in payload["errors"]] == ["SEATS_EXHAUSTED"] * 2

"""Mutations: what they change, what they answer, and how they say no."""

import pytest
import sqlalchemy as sa

from schema.fields.ids import to_global_id
from seeds.cast import ANN, BEA, PASSWORD, TOM, Groups, Licenses, cloud_of
from store.activations import Activation
from store.audit import AuditEntry
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
async def test_a_program_hands_a_license_to_a_group_and_takes_it_back(execute, token_of):
    by_program = await token_of(ANN)
    unassign = ASSIGN.replace("licenseAssign", "licenseUnassign").replace("LicenseAssign", "LicenseUnassign")

    given = await execute(ANN, ASSIGN, by_token=by_program, input=assign(POOL, to_global_id("Group", Groups.BERLIN)))
    taken = await execute(ANN, unassign, by_token=by_program, input={"licenseId": POOL, "idempotencyKey": "2"})

    assert given.data["licenseAssign"]["license"]["assignee"] == {"__typename": "Group", "name": "Acme Berlin"}
    assert taken.data["licenseUnassign"] == taken.data["licenseUnassign"] | {"errors": []}
    assert taken.data["licenseUnassign"]["license"]["assignee"] is None


@pytest.mark.feature("F05", "F14", "F26")
async def test_an_assigned_license_is_shown_as_it_is_then(execute):
    answer = await execute(ANN, ASSIGN, input=assign(POOL, to_global_id("User", TOM.id)))

    assert answer.errors == []
    assert answer.data["licenseAssign"]["errors"] == []
    assert answer.data["licenseAssign"]["license"]["id"] == POOL
    assert answer.data["licenseAssign"]["license"]["assignee"] == {"__typename": "User", "name": "Tom Tanner"}


async def test_who_may_not_is_told_who_may(execute, database):
    answer = await execute(
        TOM, ASSIGN, input=assign(to_global_id("License", Licenses.BERLIN_PUBLIC), to_global_id("User", TOM.id))
    )

    (error,) = answer.data["licenseAssign"]["errors"]
    assert (error["code"], error["action"], answer.data["licenseAssign"]["license"]) == ("FORBIDDEN", "ASSIGN", None)
    assert "managed by its administrators" in error["reason"]
    async with database.transaction() as session:
        assert (await session.get_one(License, Licenses.BERLIN_PUBLIC)).assigned_group_id == Groups.BERLIN


async def test_hidden_and_absent_are_refused_in_the_same_words(execute):
    hidden = await execute(
        TOM, ASSIGN, input=assign(to_global_id("License", Licenses.BERLIN_ADMIN_ONLY), to_global_id("User", TOM.id))
    )
    absent = await execute(
        TOM, ASSIGN, input=assign(to_global_id("License", TOM.id), to_global_id("User", TOM.id), key="2")
    )

    assert hidden.data == absent.data
    assert hidden.data["licenseAssign"]["errors"][0]["code"] == "NOT_FOUND"


async def test_a_repeat_gets_the_first_answer(execute, token_of, database):
    by_ann = await token_of(ANN)
    first = await execute(ANN, ACTIVATE, by_token=by_ann, input=activate())
    again = await execute(ANN, ACTIVATE, by_token=by_ann, input=activate())
    other = await execute(ANN, ACTIVATE, by_token=by_ann, input=activate(deviceLabel="another"))

    assert first.data == again.data
    assert first.data["licenseActivate"]["activation"]["seat"] == 1
    assert first.data["licenseActivate"]["license"] == {"seatsTaken": 1}
    assert first.data["licenseActivate"]["licenseFile"]["content"].count(".") == 2
    assert [each["code"] for each in other.data["licenseActivate"]["errors"]] == ["IDEMPOTENCY_KEY_REUSED"]
    async with database.transaction() as session:
        found = await session.scalars(sa.select(Activation).where(Activation.license_id == Licenses.ACME_TEN_SEATS))
        assert len(list(found)) == 1


async def test_a_repeated_refusal_is_the_same_refusal(execute):
    refused = assign(to_global_id("License", Licenses.BERLIN_PUBLIC), to_global_id("User", TOM.id))

    first = await execute(TOM, ASSIGN, input=refused)
    again = await execute(TOM, ASSIGN, input=refused)

    assert first.data == again.data


async def test_a_dry_run_says_what_would_be_refused_and_changes_nothing(execute, database):
    good = await execute(ANN, ACTIVATE, input=activate(dryRun=True))
    expired = to_global_id("License", Licenses.BERLIN_EXPIRED)
    bad = await execute(ANN, ASSIGN, input=assign(expired, to_global_id("Group", Groups.BERLIN), dryRun=True))

    assert good.data["licenseActivate"] == {
        "license": {"seatsTaken": 0}, "activation": None, "licenseFile": None, "errors": [],
    }  # fmt: skip
    assert [(each["code"], each["state"]) for each in bad.data["licenseAssign"]["errors"]] == [
        ("LICENSE_EXPIRED", "EXPIRED"),
    ]
    async with database.transaction() as session:
        written = sa.select(sa.func.count()).where(AuditEntry.request_id == "test")
        assert await session.scalar(written) == 0


async def test_a_wrong_argument_is_named(execute):
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
        assert [(each["code"], each["path"]) for each in answer.data["licenseAssign"]["errors"]] == [
            ("BAD_USER_INPUT", path),
        ]


async def test_strangers_are_told_to_log_in(execute):
    answer = await execute(None, ASSIGN, input=assign(POOL, to_global_id("User", TOM.id)))

    assert [each["code"] for each in answer.data["licenseAssign"]["errors"]] == ["UNAUTHENTICATED"]


@pytest.mark.feature("F93", "F96")
async def test_a_log_in_gives_a_token_and_reads_as_who_has_logged_in(execute):
    answer = await execute(None, LOGIN, email="Bea@brandt.example", password=PASSWORD)

    assert answer.data["login"] | {"token": None} == {
        "token": None, "accessToken": {"name": "login"}, "user": {"name": BEA.name}, "errors": [],
    }  # fmt: skip
    later = await execute(None, "{ viewer { user { name } } }", by_token=answer.data["login"]["token"])
    assert later.data == {"viewer": {"user": {"name": BEA.name}}}


async def test_a_wrong_password_and_a_wrong_address_read_the_same(execute):
    password = await execute(None, LOGIN, email=BEA.email, password="wrong")
    address = await execute(None, LOGIN, email="nobody@nowhere.example", password="wrong")

    assert password.data == address.data
    assert password.data["login"]["errors"][0]["code"] == "UNAUTHENTICATED"


@pytest.mark.feature("F96")
async def test_who_ends_his_own_login_reads_nothing_more(execute, token_of):
    by_tom = await token_of(TOM)

    answer = await execute(TOM, REVOKE, by_token=by_tom, input={"idempotencyKey": "1"})
    later = await execute(TOM, "{ viewer { user { name } } }", by_token=by_tom)

    assert answer.data == {"tokenRevoke": {"accessToken": None, "errors": []}}
    assert (later.data, later.codes) == (None, ["UNAUTHENTICATED"])


async def test_another_login_of_ones_own_is_ended_by_its_id(execute, token_of, database):
    other = await token_of(TOM)
    async with database.transaction() as session:
        newest = sa.select(AccessToken.id).where(AccessToken.user_id == TOM.id).order_by(AccessToken.created_at.desc())
        token_id = (await session.scalars(newest)).first()

    answer = await execute(TOM, REVOKE, input={"idempotencyKey": "1", "tokenId": to_global_id("AccessToken", token_id)})
    later = await execute(TOM, "{ viewer { user { name } } }", by_token=other)

    assert answer.data["tokenRevoke"]["accessToken"]["revokedAt"] is not None
    assert later.codes == ["UNAUTHENTICATED"]


@pytest.mark.feature("F70")
async def test_a_message_is_marked_as_read_by_its_recipient_only(execute):
    found = await execute(TOM, "{ viewer { notifications { nodes { id state } } } }")
    message = found.data["viewer"]["notifications"]["nodes"][0]["id"]
    mark = """mutation($input: NotificationMarkReadInput!) {
        notificationMarkRead(input: $input) { notification { state } errors { code } }
    }"""

    other = await execute(BEA, mark, input={"notificationId": message, "idempotencyKey": "1"})
    own = await execute(TOM, mark, input={"notificationId": message, "idempotencyKey": "1"})

    assert other.data["notificationMarkRead"] == {"notification": None, "errors": [{"code": "NOT_FOUND"}]}
    assert own.data["notificationMarkRead"] == {"notification": {"state": "READ"}, "errors": []}


async def test_a_crowd_larger_than_the_pool_of_connections_is_served(execute_concurrently):
    """Whoever is about to act has been read in a snapshot already; it is let go before the door is opened."""
    documents = [(ACTIVATE, {"input": activate(key=str(number))}) for number in range(12)]

    answers = await execute_concurrently(ANN, documents)

    payloads = [each.data["licenseActivate"] for each in answers]
    assert sorted(each["activation"]["seat"] for each in payloads if not each["errors"]) == list(range(1, 11))
    refused = [error["code"] for each in payloads for error in each["errors"]]
    assert refused == ["SEATS_EXHAUSTED"] * 2

"""Kinds of customers, each from the sale to the end, at the front door: a private one, a company, its employees, a university."""

import itertools

import pytest
import sqlalchemy as sa

from schema.fields.ids import to_global_id
from seeds.cast import ANN, BEA, IDA, LEA, MAX, REX, SAL, SAM, TOM, Groups
from seeds.demo_catalog import template_of
from store.outgoing_mail import OutgoingMail
from store.products import LicenseModel

READ = """query($id: ID!) { node(id: $id) { ... on License {
    lifecycle seatsTaken assignee { __typename name } ownerUser { name } visibility
} } }"""
_keys = itertools.count()
CLOUD = "query($where: ContainerWhere) { viewer { containers(where: $where) { nodes { id } } } }"


@pytest.fixture
def does(server, token_of):
    """`await does(ANN, "licenseAssign", "license { id }", ...)` is the payload; the codes of its errors are in `refused`."""

    async def send(who, mutation, payload="changes { action }", **given):
        kind = mutation[0].upper() + mutation[1:]
        text = f"mutation($input: {kind}Input!) {{ {mutation}(input: $input) {{ {payload} errors {{ code }} }} }}"
        key = {"idempotencyKey": f"{mutation} {next(_keys)}"} if who else {}
        answer = (await server.data(await token_of(who) if who else None, text, input=given | key))[mutation]
        return answer | {"refused": [each["code"] for each in answer["errors"]]}

    return send


@pytest.fixture
def seen(server, token_of):
    async def read(who, license_id):
        return (await server.data(await token_of(who), READ, id=license_id))["node"]

    return read


@pytest.fixture
def cloud(server, token_of):
    """The one cloud that comes with a person, or with a group."""

    async def found(who, **where):
        answer = await server.data(await token_of(who), CLOUD, where=where or {"type": {"eq": "PERSONAL_CLOUD"}})
        return answer["viewer"]["containers"]["nodes"][0]["id"]

    return found


def template(model):
    return to_global_id("LicenseTemplate", template_of(model))


@pytest.mark.feature("F02", "F03", "F11", "F20", "F38", "F84")
async def test_a_private_customer_redeems_a_code_and_nobody_but_he_and_the_vendor_knows(does, seen, cloud):
    sold = await does(
        IDA,
        "orderCreate",
        "code licenses { id }",
        templateId=template(LicenseModel.PERPETUAL_SINGLE_USER),
        byCode=True,
    )
    claimed = await does(SAM, "ticketClaim", "licenses { id }", codes=sold["code"])
    (license,) = claimed["licenses"]
    into = {"licenseId": license["id"], "containerId": await cloud(SAM)}

    taken = await does(SAM, "licenseActivate", "activation { id state }", **into)
    again = await does(SAM, "licenseActivate", **into)

    assert (taken["activation"]["state"], again["refused"]) == ("ACTIVE", ["SEATS_EXHAUSTED"])
    assert (await seen(SAM, license["id"]))["ownerUser"] == {"name": "Sam Sommer"}
    assert (await seen(IDA, license["id"]))["seatsTaken"] == 1
    assert [await seen(who, license["id"]) for who in (TOM, ANN, REX, SAL)] == [None] * 4
    assert (await does(SAM, "licenseDeactivate", activationId=taken["activation"]["id"]))["refused"] == []
    assert (await seen(SAM, license["id"]))["seatsTaken"] == 0
    assert (await does(TOM, "ticketClaim", codes=sold["code"]))["refused"] == ["TICKETS_REFUSED"]


@pytest.mark.feature("F11", "F41", "F43", "F57", "F85")
async def test_a_company_buys_seats_that_its_people_take_themselves(does, seen, cloud):
    sold = await does(
        SAL, "orderCreate", "licenses { id }", templateId=template(LicenseModel.SINGLE_USER_SUBSCRIPTION),
        groupId=to_global_id("Group", Groups.BOLT),
    )  # fmt: skip
    license_id = sold["licenses"][0]["id"]
    assert await seen(MAX, license_id) is None
    await does(BEA, "licenseAssign", licenseId=license_id, targetId=to_global_id("Group", Groups.BOLT))
    await does(BEA, "licenseSetVisibility", licenseId=license_id, visibility="PUBLIC")

    taken = await does(
        MAX,
        "licenseActivate",
        "activation { state }",
        licenseId=license_id,
        containerId=await cloud(MAX),
    )
    too_late = await does(BEA, "licenseActivate", licenseId=license_id, containerId=await cloud(BEA))

    assert (taken["activation"], too_late["refused"]) == ({"state": "ACTIVE"}, ["SEATS_EXHAUSTED"])
    assert (await seen(MAX, license_id))["assignee"] == {"__typename": "Group", "name": "Bolt"}
    assert await seen(TOM, license_id) is None


@pytest.mark.feature("F11", "F22", "F23", "F26")
async def test_an_employee_comes_and_goes_and_the_license_stays_with_the_company(does, seen, server, database):
    sold = await does(
        IDA, "orderCreate", "licenses { id }", templateId=template(LicenseModel.SINGLE_USER_SUBSCRIPTION),
        groupId=to_global_id("Group", Groups.ACME),
    )  # fmt: skip
    license_id, email = sold["licenses"][0]["id"], "emil@acme.example"
    made = await does(
        ANN, "accountCreate", "user { id } membership { id }", groupId=to_global_id("Group", Groups.ACME), email=email,
        name="Emil Ernst",
    )  # fmt: skip
    async with database.transaction() as session:
        secret = await session.scalar(sa.select(OutgoingMail.secret).where(OutgoingMail.email == email))
    password = "a long enough one"
    assert (await does(None, "accountConfirm", token=secret, password=password))["refused"] == []
    by_emil = (await does(None, "login", "token", email=email, password=password))["token"]
    await does(ANN, "licenseAssign", licenseId=license_id, targetId=made["user"]["id"])
    own = "{ viewer { licenses { nodes { id } } containers { nodes { id type } } } }"
    mine = (await server.data(by_emil, own))["viewer"]
    (personal,) = [each["id"] for each in mine["containers"]["nodes"] if each["type"] == "PERSONAL_CLOUD"]
    assert license_id in [each["id"] for each in mine["licenses"]["nodes"]]
    await does(ANN, "licenseActivate", licenseId=license_id, containerId=personal)
    assert (await seen(ANN, license_id))["seatsTaken"] == 1

    gone = await does(ANN, "membershipRemove", membershipId=made["membership"]["id"])

    assert gone["refused"] == []
    back = await seen(ANN, license_id)
    assert (back["assignee"], back["seatsTaken"], back["visibility"]) == (None, 0, "ADMIN_ONLY")
    assert (await server.data(by_emil, own))["viewer"]["licenses"]["nodes"] == []


@pytest.mark.feature("F11", "F24", "F34", "F55", "F85")
async def test_a_university_shares_seats_among_the_machines_of_a_chair(does, seen, cloud):
    made = await does(IDA, "groupCreate", "group { id }", name="University of Aalborg", kind="CUSTOMER")
    university = made["group"]["id"]
    await does(IDA, "membershipAdd", groupId=university, userId=to_global_id("User", LEA.id), role="ADMIN")
    made = await does(LEA, "groupCreate", "group { id }", name="Hydraulics", kind="TEAM", parentId=university)
    chair = made["group"]["id"]
    sold = await does(
        IDA, "orderCreate", "licenses { id }", templateId=template(LicenseModel.PERPETUAL_MULTI_USER),
        groupId=university, quantity=2,
    )  # fmt: skip
    license_id = sold["licenses"][0]["id"]
    await does(LEA, "licenseAssign", licenseId=license_id, targetId=chair)
    into = {"licenseId": license_id, "containerId": await cloud(LEA, ownerGroup={"eq": chair})}

    seats = [await does(LEA, "licenseActivate", "activation { id }", **into, deviceLabel=each) for each in "abc"]
    returned = await does(LEA, "licenseDeactivate", activationId=seats[0]["activation"]["id"])
    instead = await does(LEA, "licenseActivate", **into, deviceLabel="c")

    assert [each["refused"] for each in (*seats, returned, instead)] == [[], [], ["SEATS_EXHAUSTED"], [], []]
    assert (await seen(LEA, license_id))["assignee"] == {"__typename": "Group", "name": "Hydraulics"}
    assert await seen(ANN, license_id) is None

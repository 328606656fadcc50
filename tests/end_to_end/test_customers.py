"""One story for each kind of customer, over HTTP: an individual, a company, an employee and a university."""

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
def mutate(server, token_of):
    """`await mutate(ANN, "licenseAssign", "license { id }", ...)` is the payload; `codes` has the codes of its errors."""

    async def send(account, mutation, payload="changes { action }", **arguments):
        kind = mutation[0].upper() + mutation[1:]
        document = f"mutation($input: {kind}Input!) {{ {mutation}(input: $input) {{ {payload} errors {{ code }} }} }}"
        key = {"idempotencyKey": f"{mutation} {next(_keys)}"} if account else {}
        token = await token_of(account) if account else None
        answer = (await server.data(token, document, input=arguments | key))[mutation]
        return answer | {"codes": [error["code"] for error in answer["errors"]]}

    return send


@pytest.fixture
def read_license(server, token_of):
    async def read(account, license_id):
        return (await server.data(await token_of(account), READ, id=license_id))["node"]

    return read


@pytest.fixture
def cloud_id(server, token_of):
    """The ID of the personal cloud container of an account, or of the container that the filter finds."""

    async def read(account, **where):
        where = where or {"type": {"eq": "PERSONAL_CLOUD"}}
        answer = await server.data(await token_of(account), CLOUD, where=where)
        return answer["viewer"]["containers"]["nodes"][0]["id"]

    return read


def template(model):
    return to_global_id("LicenseTemplate", template_of(model))


@pytest.mark.feature("F02", "F03", "F11", "F20", "F38", "F84")
async def test_an_individual_redeems_a_code_and_only_they_and_the_vendor_see_the_license(
    mutate, read_license, cloud_id
):
    ordered = await mutate(
        IDA, "orderCreate", "code licenses { id }", templateId=template(LicenseModel.PERPETUAL_SINGLE_USER), byCode=True
    )
    claimed = await mutate(SAM, "ticketClaim", "licenses { id }", codes=ordered["code"])
    (license,) = claimed["licenses"]
    seat = {"licenseId": license["id"], "containerId": await cloud_id(SAM)}

    activated = await mutate(SAM, "licenseActivate", "activation { id state }", **seat)
    again = await mutate(SAM, "licenseActivate", **seat)

    assert (activated["activation"]["state"], again["codes"]) == ("ACTIVE", ["SEATS_EXHAUSTED"])
    assert (await read_license(SAM, license["id"]))["ownerUser"] == {"name": "Sam Sommer"}
    assert (await read_license(IDA, license["id"]))["seatsTaken"] == 1
    assert [await read_license(account, license["id"]) for account in (TOM, ANN, REX, SAL)] == [None] * 4
    assert (await mutate(SAM, "licenseDeactivate", activationId=activated["activation"]["id"]))["codes"] == []
    assert (await read_license(SAM, license["id"]))["seatsTaken"] == 0
    assert (await mutate(TOM, "ticketClaim", codes=ordered["code"]))["codes"] == ["TICKETS_REFUSED"]


@pytest.mark.feature("F11", "F41", "F43", "F57", "F85")
async def test_a_company_orders_seats_that_its_members_activate_themselves(mutate, read_license, cloud_id):
    ordered = await mutate(
        SAL,
        "orderCreate",
        "licenses { id }",
        templateId=template(LicenseModel.SINGLE_USER_SUBSCRIPTION),
        groupId=to_global_id("Group", Groups.BOLT),
    )
    license_id = ordered["licenses"][0]["id"]
    assert await read_license(MAX, license_id) is None
    await mutate(BEA, "licenseAssign", licenseId=license_id, targetId=to_global_id("Group", Groups.BOLT))
    await mutate(BEA, "licenseSetVisibility", licenseId=license_id, visibility="PUBLIC")

    activated = await mutate(
        MAX, "licenseActivate", "activation { state }", licenseId=license_id, containerId=await cloud_id(MAX)
    )
    too_late = await mutate(BEA, "licenseActivate", licenseId=license_id, containerId=await cloud_id(BEA))

    assert (activated["activation"], too_late["codes"]) == ({"state": "ACTIVE"}, ["SEATS_EXHAUSTED"])
    assert (await read_license(MAX, license_id))["assignee"] == {"__typename": "Group", "name": "Bolt"}
    assert await read_license(TOM, license_id) is None


@pytest.mark.feature("F11", "F22", "F23", "F26")
async def test_the_license_of_a_removed_employee_stays_with_the_company(mutate, read_license, server, database):
    ordered = await mutate(
        IDA,
        "orderCreate",
        "licenses { id }",
        templateId=template(LicenseModel.SINGLE_USER_SUBSCRIPTION),
        groupId=to_global_id("Group", Groups.ACME),
    )
    license_id, email = ordered["licenses"][0]["id"], "emil@acme.example"
    account = await mutate(
        ANN,
        "accountCreate",
        "user { id } membership { id }",
        groupId=to_global_id("Group", Groups.ACME),
        email=email,
        name="Emil Ernst",
    )
    async with database.transaction() as session:
        secret = await session.scalar(sa.select(OutgoingMail.secret).where(OutgoingMail.email == email))
    password = "a long enough one"
    assert (await mutate(None, "accountConfirm", token=secret, password=password))["codes"] == []
    by_emil = (await mutate(None, "login", "token", email=email, password=password))["token"]
    await mutate(ANN, "licenseAssign", licenseId=license_id, targetId=account["user"]["id"])
    document = "{ viewer { licenses { nodes { id } } containers { nodes { id type } } } }"
    viewer = (await server.data(by_emil, document))["viewer"]
    (personal,) = [node["id"] for node in viewer["containers"]["nodes"] if node["type"] == "PERSONAL_CLOUD"]
    assert license_id in [node["id"] for node in viewer["licenses"]["nodes"]]
    await mutate(ANN, "licenseActivate", licenseId=license_id, containerId=personal)
    assert (await read_license(ANN, license_id))["seatsTaken"] == 1

    removed = await mutate(ANN, "membershipRemove", membershipId=account["membership"]["id"])

    assert removed["codes"] == []
    license = await read_license(ANN, license_id)
    assert (license["assignee"], license["seatsTaken"], license["visibility"]) == (None, 0, "ADMIN_ONLY")
    assert (await server.data(by_emil, document))["viewer"]["licenses"]["nodes"] == []


@pytest.mark.feature("F11", "F24", "F34", "F55", "F85")
async def test_a_university_shares_seats_among_the_devices_of_a_department(mutate, read_license, cloud_id):
    created = await mutate(IDA, "groupCreate", "group { id }", name="University of Aalborg", kind="CUSTOMER")
    university = created["group"]["id"]
    await mutate(IDA, "membershipAdd", groupId=university, userId=to_global_id("User", LEA.id), role="ADMIN")
    created = await mutate(LEA, "groupCreate", "group { id }", name="Hydraulics", kind="TEAM", parentId=university)
    department = created["group"]["id"]
    ordered = await mutate(
        IDA,
        "orderCreate",
        "licenses { id }",
        templateId=template(LicenseModel.PERPETUAL_MULTI_USER),
        groupId=university,
        quantity=2,
    )
    license_id = ordered["licenses"][0]["id"]
    await mutate(LEA, "licenseAssign", licenseId=license_id, targetId=department)
    seat = {"licenseId": license_id, "containerId": await cloud_id(LEA, ownerGroup={"eq": department})}

    seats = [await mutate(LEA, "licenseActivate", "activation { id }", **seat, deviceLabel=label) for label in "abc"]
    returned = await mutate(LEA, "licenseDeactivate", activationId=seats[0]["activation"]["id"])
    replacement = await mutate(LEA, "licenseActivate", **seat, deviceLabel="c")

    assert [answer["codes"] for answer in (*seats, returned, replacement)] == [[], [], ["SEATS_EXHAUSTED"], [], []]
    assert (await read_license(LEA, license_id))["assignee"] == {"__typename": "Group", "name": "Hydraulics"}
    assert await read_license(ANN, license_id) is None

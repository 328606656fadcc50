"""Activation by files, losses and credentials as a client asks for them."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from license_central.simulated_container import SimulatedContainer
from schema.fields.ids import to_global_id
from seeds.cast import ANN, BEA, IDA, TOM, Groups, Licenses, cloud_of
from store.activations import Activation
from store.containers import Container, ContainerType
from tests.portal import NOW

ERRORS = "errors { code message path state quantity days reason }"
TEN = to_global_id("License", Licenses.ACME_TEN_SEATS)
ACME = to_global_id("Group", Groups.ACME)


def change(name, payload):
    kind = name[0].upper() + name[1:]
    return f"mutation($input: {kind}Input!) {{ {name}(input: $input) {{ {payload} {ERRORS} }} }}"


REGISTER = change("containerRegister", "container { id serial type owner { __typename } }")
ACTIVATE = change("licenseActivate", "license { seatsTaken } activation { id state } licenseFile { content }")
CONFIRM = change(
    "activationConfirm",
    "activation { state container { serial } deviceLabel receiptAt } container { updateCounter }",
)
DEACTIVATE = change("licenseDeactivate", "activation { state } licenseFile { content }")
LOST = change("containerReportLost", "restoreCase { id state reason } activations { state } container { state }")
RESTORE = change("restoreRequest", "restoreCase { id state } license { seatsTaken }")
APPROVE = change("restoreApprove", "restoreCase { id state decidedBy { name } } activations { state }")
CREDENTIAL = change("containerImportCredential", "container { activeDevices } credential")
CHECK = change(
    "containerCheckpoint",
    "container { lastContactAt } missing { id } surplus { id } licenseFile { content }",
)
TRANSFER = change("licenseTransfer", "activations { state container { type } } restoreCase { state }")
BORROW = change("activationBorrow", "activation { id state borrowedUntil } licenseFile { content }")
RESET = change("containerReset", "container { credentialGeneration resetRequestedAt }")


@pytest.fixture
def field(portal):
    async def make(kind=ContainerType.DONGLE):
        return SimulatedContainer(kind, await portal.external.central.jwks())

    return make


@pytest.fixture
def do(execute):
    """`await do(ANN, ACTIVATE, licenseId=...)` is the payload of a mutation."""
    keys = (f"key {number}" for number in range(1000))

    async def send(account, document, *, key=None, **given):
        answer = await execute(account, document, input={"idempotencyKey": key or next(keys), **given})
        assert answer.errors == []
        (payload,) = answer.data.values()
        return payload

    return send


@pytest.fixture
def dongle(do, field):
    """A new dongle of Acme: its id, and the dongle in the field."""

    async def register():
        made = await field()
        payload = await do(ANN, REGISTER, registrationFile=made.register(NOW), name="rack", ownerId=ACME)
        return payload["container"]["id"], made

    return register


@pytest.mark.feature("F93", "F94", "F125")
async def test_a_wizard_registers_requests_updates_and_brings_the_receipt(do, dongle, execute):
    container, made = await dongle()

    asked = await do(
        ANN,
        ACTIVATE,
        licenseId=TEN,
        containerId=container,
        deviceLabel="rack 4",
        requestFile=made.request(NOW),
    )
    receipt = made.import_file(asked["licenseFile"]["content"], NOW)
    done = await do(ANN, CONFIRM, activationId=asked["activation"]["id"], receiptFile=receipt)

    assert (asked["activation"]["state"], asked["license"], asked["errors"]) == ("PENDING", {"seatsTaken": 1}, [])
    assert done["activation"] == {
        "state": "ACTIVE", "container": {"serial": made.serial}, "deviceLabel": "rack 4",
        "receiptAt": NOW.isoformat(),
    }  # fmt: skip
    assert done["container"] == {"updateCounter": 1}
    again = await do(ANN, CONFIRM, activationId=asked["activation"]["id"], receiptFile=receipt)
    assert [each["code"] for each in again["errors"]] == ["CONTAINER_FILE_REPLAYED"]
    place = await execute(ANN, "query($id: ID!) { node(id: $id) { ... on License { activations(first: 5) { edges { node {"
                      " deviceLabel receiptAt container { name serial } } } } } } }", id=TEN)  # fmt: skip
    (edge,) = place.data["node"]["activations"]["edges"]
    assert (edge["node"]["deviceLabel"], edge["node"]["container"]) == (
        "rack 4",
        {"name": "rack", "serial": made.serial},
    )


@pytest.mark.feature("F52")
async def test_clouds_computers_and_dongles_are_listed_by_their_kind(dongle, execute):
    container, _ = await dongle()
    where = "first: 50, where: { type: { in: $types } }"
    document = (
        f"query($types: [ContainerType!]) {{ viewer {{ containers({where}) {{ edges {{ node {{ id type }} }} }} }} }}"
    )
    answer = await execute(ANN, document, types=["DONGLE", "LOCAL"])
    assert answer.errors == []
    found = [edge["node"] for edge in answer.data["viewer"]["containers"]["edges"]]
    assert {each["type"] for each in found} <= {"DONGLE", "LOCAL"}
    assert container in {each["id"] for each in found}


async def test_a_repeat_of_a_registration_hears_the_first_answer(field, token_of, execute):
    made, by_ann = await field(), await token_of(ANN)
    given = {"registrationFile": made.register(NOW), "idempotencyKey": "once", "ownerId": ACME}
    first = await execute(ANN, REGISTER, by_token=by_ann, input=given)
    again = await execute(ANN, REGISTER, by_token=by_ann, input=given)
    assert first.data == again.data
    assert first.data["containerRegister"]["container"]["owner"] == {"__typename": "Group"}


@pytest.mark.feature("F47", "F51")
async def test_a_lost_dongle_is_reported_and_the_vendor_approves_what_is_over_the_limit(do, dongle, database):
    container, made = await dongle()
    asked = await do(ANN, ACTIVATE, licenseId=TEN, containerId=container, requestFile=made.request(NOW))
    receipt = made.import_file(asked["licenseFile"]["content"], NOW)
    await do(ANN, CONFIRM, activationId=asked["activation"]["id"], receiptFile=receipt)
    async with database.transaction() as session:
        await session.execute(
            sa.text('UPDATE licenses SET rules = \'{"restores": {"count": 0}}\' WHERE id = :id'),
            {"id": Licenses.ACME_TEN_SEATS},
        )

    lost = await do(ANN, LOST, containerId=container, reason="STOLEN")
    no = await do(ANN, APPROVE, restoreCaseId=lost["restoreCase"]["id"])
    yes = await do(IDA, APPROVE, restoreCaseId=lost["restoreCase"]["id"])

    assert (lost["restoreCase"]["state"], lost["container"], lost["activations"]) == (
        "AWAITING_APPROVAL", {"state": "READY"}, [],
    )  # fmt: skip
    assert [each["code"] for each in no["errors"]] == ["FORBIDDEN"]
    assert yes["restoreCase"] == {
        "id": lost["restoreCase"]["id"],
        "state": "COMPLETED",
        "decidedBy": {"name": IDA.name},
    }
    assert yes["activations"] == [{"state": "REPLACED"}]


async def test_a_dry_run_tells_what_a_restore_would_do_and_does_nothing(do, execute, database):
    taken = await do(ANN, ACTIVATE, licenseId=TEN, containerId=to_global_id("Container", cloud_of(Groups.ACME)))
    tried = await execute(
        ANN,
        RESTORE.replace(ERRORS, ERRORS + " changes { action after }"),
        input={"activationId": taken["activation"]["id"], "reason": "LOST", "idempotencyKey": "try", "dryRun": True},
    )
    changes = tried.data["restoreRequest"]["changes"]
    assert [each["action"] for each in changes] == ["restore.completed", "license.restored"]
    assert changes[1]["after"]["state"] == "REPLACED"
    async with database.transaction() as session:
        states = await session.scalars(
            sa.select(Activation.state).where(Activation.license_id == Licenses.ACME_TEN_SEATS),
        )
        assert list(states) == ["ACTIVE"]


@pytest.mark.feature("F36", "F37")
async def test_a_credential_is_told_once_and_looks_in_at_the_cloud(do, execute, token_of):
    cloud = to_global_id("Container", cloud_of(TOM.id))
    by_tom = await token_of(TOM)
    given = {"containerId": cloud, "deviceLabel": "laptop", "idempotencyKey": "1"}
    first = (await execute(TOM, CREDENTIAL, by_token=by_tom, input=given)).data["containerImportCredential"]
    again = (await execute(TOM, CREDENTIAL, by_token=by_tom, input=given)).data["containerImportCredential"]
    looked = await do(TOM, CHECK, containerId=cloud, file=first["credential"])
    reset = await do(TOM, RESET, containerId=cloud)
    void = await do(TOM, CHECK, containerId=cloud, file=first["credential"])

    assert (first["container"], again["container"], again["credential"]) == (
        {"activeDevices": 1},
        {"activeDevices": 1},
        None,
    )
    assert looked["errors"] == []
    assert reset["container"] == {"credentialGeneration": 2, "resetRequestedAt": None}
    assert [each["code"] for each in void["errors"]] == ["CREDENTIAL_INVALID"]


@pytest.mark.feature("F48")
async def test_a_move_is_one_mutation_and_a_loan_another(do, dongle):
    taken = await do(ANN, ACTIVATE, licenseId=TEN, containerId=to_global_id("Container", cloud_of(Groups.ACME)))
    container, made = await dongle()
    moved = await do(
        ANN,
        TRANSFER,
        activationId=taken["activation"]["id"],
        containerId=container,
        requestFile=made.request(NOW),
    )
    refused = await do(
        ANN, BORROW, activationId=taken["activation"]["id"], containerId=container,
        until=(NOW + timedelta(days=1)).isoformat(),
    )  # fmt: skip
    assert moved["activations"] == [
        {"state": "RETURNED", "container": {"type": "GROUP_CLOUD"}},
        {"state": "PENDING", "container": {"type": "DONGLE"}},
    ]
    assert (refused["errors"][0]["code"], refused["errors"][0]["state"]) == ("NOT_ACTIVE", "RETURNED")


@pytest.mark.parametrize(
    ("document", "given"),
    [
        (CONFIRM, {"activationId": TEN, "receiptFile": "x"}),
        (DEACTIVATE, {"activationId": TEN}),
        (TRANSFER, {"activationId": TEN, "containerId": TEN}),
        (BORROW, {"activationId": TEN, "containerId": TEN, "until": NOW.isoformat()}),
        (RESTORE, {"activationId": TEN, "reason": "LOST"}),
        (APPROVE, {"restoreCaseId": TEN}),
        (LOST, {"containerId": TEN, "reason": "LOST"}),
        (CHECK, {"containerId": TEN, "file": "x"}),
        (RESET, {"containerId": TEN}),
        (CREDENTIAL, {"containerId": TEN, "deviceLabel": "x"}),
        (CREDENTIAL, {"containerId": to_global_id("Container", cloud_of(TOM.id)), "deviceLabel": ""}),
        (REGISTER, {"registrationFile": "x" * 200_001}),
    ],
)
async def test_ids_of_other_things_and_texts_out_of_bounds_are_bad_input(do, document, given):
    payload = await do(TOM, document, **given)
    ((code, path),) = [(each["code"], each["path"]) for each in payload["errors"]]
    assert (code, path[0]) == ("BAD_USER_INPUT", "input")


@pytest.mark.parametrize(
    ("document", "given"),
    [
        (RESET, {"containerId": to_global_id("Container", cloud_of(Groups.ACME))}),
        (CREDENTIAL, {"containerId": to_global_id("Container", cloud_of(Groups.ACME)), "deviceLabel": "x"}),
        (LOST, {"containerId": to_global_id("Container", cloud_of(Groups.ACME)), "reason": "LOST"}),
        (CHECK, {"containerId": to_global_id("Container", cloud_of(TOM.id)), "file": "x"}),
    ],
)
async def test_what_belongs_to_somebody_else_reads_as_absent(do, database, document, given):
    payload = await do(BEA, document, **given)
    assert [each["code"] for each in payload["errors"]] == ["NOT_FOUND"]
    async with database.transaction() as session:
        assert (await session.get_one(Container, cloud_of(Groups.ACME))).credential_generation == 1


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        (ANN, {Licenses.BEA_ACME, Licenses.BERLIN_PUBLIC}),
        (BEA, {Licenses.BEA_ACME, Licenses.BEA_BOLT, Licenses.BERLIN_PUBLIC}),
    ],
)
async def test_in_a_shared_container_an_administrator_sees_what_is_his_and_the_person_everything(execute, who, seen):
    document = (
        "query($id: ID!) { node(id: $id) { ... on Container { activations { edges { node { license { id } } } } } } }"
    )
    answer = await execute(who, document, id=to_global_id("Container", cloud_of(BEA.id)))
    assert answer.errors == []
    edges = answer.data["node"]["activations"]["edges"]
    assert {each["node"]["license"]["id"] for each in edges} == {to_global_id("License", each) for each in seen}

"""Container files, losses, credentials and transfers through GraphQL."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from license_central.simulated_container import SimulatedContainer
from schema.fields.ids import to_global_id
from seeds.cast import ANN, BEA, IDA, TOM, Groups, Licenses, cloud_of
from store.containers import ContainerType
from tests.portal import NOW, codes, codes_and_paths

TEN = to_global_id("License", Licenses.ACME_TEN_SEATS)
ACME = to_global_id("Group", Groups.ACME)


REGISTER = "containerRegister", "container { id serial type owner { __typename } }"
ACTIVATE = "licenseActivate", "license { seatsTaken } activation { id state } licenseFile { content }"
CONFIRM = (
    "activationConfirm",
    "activation { state container { serial } deviceLabel receiptAt } container { updateCounter }",
)
DEACTIVATE = "licenseDeactivate", "activation { state } licenseFile { content }"
LOST = "containerReportLost", "restoreCase { id state reason } activations { state } container { state }"
RESTORE = "restoreRequest", "restoreCase { id state } changes { action after }"
APPROVE = "restoreApprove", "restoreCase { id state decidedBy { name } } activations { state }"
CREDENTIAL = "containerImportCredential", "container { activeDevices } credential"
CHECK = "containerCheckpoint", "container { lastContactAt } missing { id } surplus { id } licenseFile { content }"
TRANSFER = "licenseTransfer", "activations { state container { type } } restoreCase { state }"
BORROW = "activationBorrow", "activation { id state borrowedUntil } licenseFile { content }"
RESET = "containerReset", "container { credentialGeneration resetRequestedAt }"
ACMES_CLOUD = to_global_id("Container", cloud_of(Groups.ACME))
TOMS_CLOUD = to_global_id("Container", cloud_of(TOM.id))


@pytest.fixture
def new_device(portal):
    async def create():
        return SimulatedContainer(ContainerType.DONGLE, await portal.external.central.jwks())

    return create


@pytest.fixture
def new_dongle(mutate, new_device):
    """`await new_dongle()` registers a dongle of Acme: the ID of its container, and the simulated device."""

    async def register():
        device = await new_device()
        payload = await mutate(ANN, *REGISTER, registrationFile=device.register(NOW), name="rack", ownerId=ACME)
        return payload["container"]["id"], device

    return register


@pytest.mark.feature("F93", "F94", "F125")
async def test_a_license_is_activated_by_request_file_license_file_and_receipt(mutate, new_dongle, execute):
    container, device = await new_dongle()

    pending = await mutate(
        ANN, *ACTIVATE, licenseId=TEN, containerId=container, deviceLabel="rack 4", requestFile=device.request(NOW)
    )
    receipt = device.import_file(pending["licenseFile"]["content"], NOW)
    confirmed = await mutate(ANN, *CONFIRM, activationId=pending["activation"]["id"], receiptFile=receipt)

    assert (pending["activation"]["state"], pending["license"], pending["errors"]) == ("PENDING", {"seatsTaken": 1}, [])
    assert confirmed["activation"] == {
        "state": "ACTIVE",
        "container": {"serial": device.serial},
        "deviceLabel": "rack 4",
        "receiptAt": NOW.isoformat(),
    }
    assert confirmed["container"] == {"updateCounter": 1}
    again = await mutate(ANN, *CONFIRM, activationId=pending["activation"]["id"], receiptFile=receipt)
    assert codes(again) == ["CONTAINER_FILE_REPLAYED"]
    document = """query($id: ID!) { node(id: $id) { ... on License {
        activations { nodes { deviceLabel container { name serial } } }
    } } }"""
    response = await execute(ANN, document, id=TEN)
    assert response.data["node"]["activations"]["nodes"] == [
        {"deviceLabel": "rack 4", "container": {"name": "rack", "serial": device.serial}}
    ]


@pytest.mark.feature("F52")
async def test_containers_are_filtered_by_type(new_dongle, execute):
    container, _ = await new_dongle()
    document = "{ viewer { containers(first: 50, where: { type: { in: [DONGLE, LOCAL] } }) { nodes { id type } } } }"
    answer = await execute(ANN, document)
    assert answer.errors == []
    nodes = answer.data["viewer"]["containers"]["nodes"]
    assert {node["type"] for node in nodes} <= {"DONGLE", "LOCAL"}
    assert container in {node["id"] for node in nodes}


async def test_a_repeated_registration_returns_the_first_response(new_device, mutate):
    device = await new_device()
    arguments = {"registrationFile": device.register(NOW), "idempotencyKey": "once", "ownerId": ACME}
    first = await mutate(ANN, *REGISTER, **arguments)
    again = await mutate(ANN, *REGISTER, **arguments)
    assert first == again
    assert first["container"]["owner"] == {"__typename": "Group"}


@pytest.mark.feature("F47", "F51")
async def test_the_vendor_approves_the_restore_of_a_lost_dongle_above_the_limit(mutate, new_dongle, database):
    container, device = await new_dongle()
    pending = await mutate(ANN, *ACTIVATE, licenseId=TEN, containerId=container, requestFile=device.request(NOW))
    receipt = device.import_file(pending["licenseFile"]["content"], NOW)
    await mutate(ANN, *CONFIRM, activationId=pending["activation"]["id"], receiptFile=receipt)
    async with database.transaction() as session:
        await session.execute(
            sa.text('UPDATE licenses SET rules = \'{"restores": {"count": 0}}\' WHERE id = :id'),
            {"id": Licenses.ACME_TEN_SEATS},
        )

    lost = await mutate(ANN, *LOST, containerId=container, reason="STOLEN")
    refused = await mutate(ANN, *APPROVE, restoreCaseId=lost["restoreCase"]["id"])
    approved = await mutate(IDA, *APPROVE, restoreCaseId=lost["restoreCase"]["id"])

    assert (lost["restoreCase"]["state"], lost["container"], lost["activations"]) == (
        "AWAITING_APPROVAL",
        {"state": "READY"},
        [],
    )
    assert codes(refused) == ["FORBIDDEN"]
    assert approved["restoreCase"] == {
        "id": lost["restoreCase"]["id"],
        "state": "COMPLETED",
        "decidedBy": {"name": IDA.name},
    }
    assert approved["activations"] == [{"state": "REPLACED"}]


async def test_a_dry_run_of_a_restore_returns_the_changes_and_makes_none(mutate, change_count):
    active = await mutate(ANN, *ACTIVATE, licenseId=TEN, containerId=ACMES_CLOUD)
    dry_run = await mutate(ANN, *RESTORE, activationId=active["activation"]["id"], reason="LOST", dryRun=True)
    changes = dry_run["changes"]
    assert [change["action"] for change in changes] == ["restore.completed", "license.restored"]
    assert changes[1]["after"]["state"] == "REPLACED"
    assert await change_count() == 1


@pytest.mark.feature("F36", "F37")
async def test_a_credential_is_returned_once_and_valid_until_the_container_is_reset(mutate):
    arguments = {"containerId": TOMS_CLOUD, "deviceLabel": "laptop", "idempotencyKey": "1"}
    first = await mutate(TOM, *CREDENTIAL, **arguments)
    again = await mutate(TOM, *CREDENTIAL, **arguments)
    checked = await mutate(TOM, *CHECK, containerId=TOMS_CLOUD, file=first["credential"])
    reset = await mutate(TOM, *RESET, containerId=TOMS_CLOUD)
    invalid = await mutate(TOM, *CHECK, containerId=TOMS_CLOUD, file=first["credential"])

    assert first["container"] == again["container"] == {"activeDevices": 1}
    assert again["credential"] is None
    assert checked["errors"] == []
    assert reset["container"] == {"credentialGeneration": 2, "resetRequestedAt": None}
    assert codes(invalid) == ["CREDENTIAL_INVALID"]


@pytest.mark.feature("F48")
async def test_a_transferred_activation_cannot_be_borrowed(mutate, new_dongle):
    active = await mutate(ANN, *ACTIVATE, licenseId=TEN, containerId=ACMES_CLOUD)
    container, device = await new_dongle()
    moved = await mutate(
        ANN, *TRANSFER, activationId=active["activation"]["id"], containerId=container, requestFile=device.request(NOW)
    )
    refused = await mutate(
        ANN,
        *BORROW,
        activationId=active["activation"]["id"],
        containerId=container,
        until=(NOW + timedelta(days=1)).isoformat(),
    )
    assert moved["activations"] == [
        {"state": "RETURNED", "container": {"type": "GROUP_CLOUD"}},
        {"state": "PENDING", "container": {"type": "DONGLE"}},
    ]
    assert (refused["errors"][0]["code"], refused["errors"][0]["state"]) == ("NOT_ACTIVE", "RETURNED")


@pytest.mark.parametrize(
    ("mutation", "arguments"),
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
        (CREDENTIAL, {"containerId": TOMS_CLOUD, "deviceLabel": ""}),
        (REGISTER, {"registrationFile": "x" * 200_001}),
    ],
)
async def test_an_id_of_another_type_or_a_text_out_of_bounds_is_bad_input(mutate, mutation, arguments):
    payload = await mutate(TOM, *mutation, **arguments)
    ((code, path),) = codes_and_paths(payload)
    assert (code, path[0]) == ("BAD_USER_INPUT", "input")


@pytest.mark.parametrize(
    ("mutation", "arguments"),
    [
        (RESET, {"containerId": ACMES_CLOUD}),
        (CREDENTIAL, {"containerId": ACMES_CLOUD, "deviceLabel": "x"}),
        (LOST, {"containerId": ACMES_CLOUD, "reason": "LOST"}),
        (CHECK, {"containerId": TOMS_CLOUD, "file": "x"}),
    ],
)
async def test_a_container_of_another_owner_is_not_found(mutate, change_count, mutation, arguments):
    assert codes(await mutate(BEA, *mutation, **arguments)) == ["NOT_FOUND"]
    assert await change_count() == 0


@pytest.mark.parametrize(
    ("account", "licenses"),
    [
        (ANN, {Licenses.BEA_ACME, Licenses.BERLIN_PUBLIC}),
        (BEA, {Licenses.BEA_ACME, Licenses.BEA_BOLT, Licenses.BERLIN_PUBLIC}),
    ],
)
async def test_an_administrator_sees_only_their_licenses_in_the_container_of_a_shared_member(
    execute, account, licenses
):
    document = (
        "query($id: ID!) { node(id: $id) { ... on Container { activations { edges { node { license { id } } } } } } }"
    )
    answer = await execute(account, document, id=to_global_id("Container", cloud_of(BEA.id)))
    assert answer.errors == []
    edges = answer.data["node"]["activations"]["edges"]
    assert {edge["node"]["license"]["id"] for edge in edges} == {to_global_id("License", id_) for id_ in licenses}

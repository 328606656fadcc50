"""Each mutation that takes a container's file refuses the same wrong files, and nothing is written."""

import json
from base64 import urlsafe_b64decode
from datetime import timedelta
from uuid import UUID

import pytest

from license_central.simulated_container import SimulatedContainer
from resolvers.activations import activate_license, confirm_activation, deactivate_activation
from resolvers.borrows import borrow_activation
from resolvers.checkpoints import check_container
from resolvers.containers import register_container
from resolvers.transfers import transfer_license
from resolvers.virtual_container_pulls import pull_virtual_container
from seeds.cast import ANN, IDA, Groups, Licenses, Projects
from store.container_files import (
    ContainerFile,
    CounterMismatch,
    FileKind,
    FileNotGenuine,
    FileOfOtherContainer,
    FileOutdated,
    FileReplayed,
)
from store.containers import Container, ContainerNotReady, ContainerState, ContainerType
from store.groups import Group, GroupDeleted
from store.projects import Project, ProjectNotInProgress, ProjectState
from tests.resolvers.machines import LINE_2, NOW
from tests.resolvers.unchanged import World

TEN = {"license_id": Licenses.ACME_TEN_SEATS}
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
RECORDED = {"containers", "container_files", "done"}


@pytest.fixture
def dongles(new_container):
    """`await dongles()` are two dongles of Acme: the container id and the simulated device of each."""

    async def both():
        return await new_container(ANN, Groups.ACME), await new_container(ANN, Groups.ACME)

    return both


@pytest.fixture
def prepared(access_of, dongles, activate_in_cloud, activate_in_dongle):
    """`await prepared("licenseActivate")` is the use case, its arguments, the name of its file, and the two dongles."""

    async def prepare(mutation):
        ann = await access_of(ANN)
        (container_id, device), other = await dongles()
        here = {"container_id": container_id}
        match mutation:
            case "licenseActivate":
                return activate_license, TEN | here, "request_file", container_id, device, other
            case "licenseTransfer":
                moving = {"activation_id": await activate_in_cloud(ANN)}
                return transfer_license, moving | here, "request_file", container_id, device, other
            case "licenseDeactivate":
                seat, _, _ = await activate_in_dongle(ANN, held=(container_id, device))
                return deactivate_activation, {"activation_id": seat}, "request_file", container_id, device, other
            case "activationBorrow":
                seat, _, _ = await activate_in_dongle(ANN)
                loan = {"activation_id": seat, "until": NOW + DAY}
                return borrow_activation, loan | here, "request_file", container_id, device, other
            case "activationConfirm":
                done = await activate_license(ann, **TEN, **here, request_file=device.request(NOW))
                seat = done.result.activation.id
                return confirm_activation, {"activation_id": seat}, "receipt_file", container_id, device, other
            case "virtualContainerPull":
                return pull_virtual_container, LINE_2 | here, "request_file", container_id, device, other
            case _:
                return check_container, here, "file", container_id, device, other

    return prepare


def file_id(signed):
    claims = signed.split(".")[1]
    return UUID(json.loads(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["jti"])


@pytest.mark.parametrize(
    "mutation",
    [
        "licenseActivate",
        "licenseTransfer",
        "licenseDeactivate",
        "activationBorrow",
        "activationConfirm",
        "virtualContainerPull",
        "containerCheckpoint",
    ],
)
async def test_a_wrong_file_is_refused(mutation, prepared, access_of, database):
    case, arguments, name, container_id, device, (_, other) = await prepared(mutation)
    world, ida = World(database), await access_of(IDA)

    def signed_by(container, at):
        """A file of the expected kind."""
        if name == "receipt_file":  # for no update: that is checked last
            return container._sign(FileKind.RECEIPT, at, activation=str(UUID(int=0)), digest="x")
        return container.request(at) if name == "request_file" else container.report(at)

    async def refused(signed, error, details, leaves=()):
        refusal = await world.refuses(ida, case, leaves=leaves, **arguments, **{name: signed})
        assert (type(refusal), refusal.details) == (error, details), refusal.message

    good = signed_by(device, NOW)
    head, claims, _ = good.split(".")
    await refused("nothing", FileNotGenuine, {})
    await refused(f"{head}.{claims}.{'A' * 86}", FileNotGenuine, {})
    await refused(device.register(NOW), FileNotGenuine, {})
    await refused(signed_by(other, NOW), FileOfOtherContainer, {})
    await refused(signed_by(device, NOW - 31 * DAY), FileOutdated, {"days": 30})
    await refused(signed_by(device, NOW + 2 * DAY), FileOutdated, {"days": 30})
    await refused(signed_by(device, NOW - HOUR), FileOutdated, {})
    async with world.put(Container, container_id, public_key=None):
        await refused(good, FileNotGenuine, {})
    async with database.transaction() as session:
        session.add(ContainerFile(container_id=container_id, file_id=file_id(good)))
    await refused(good, FileReplayed, {})


@pytest.mark.parametrize(
    "mutation",
    [
        "licenseActivate",
        "licenseTransfer",
        "licenseDeactivate",
        "activationBorrow",
        "virtualContainerPull",
        "containerCheckpoint",
    ],
)
async def test_an_unexpected_counter_and_a_file_of_a_blocked_container_are_recorded(
    mutation, prepared, access_of, database, row
):
    case, arguments, name, container_id, device, _ = await prepared(mutation)
    world, ida = World(database), await access_of(IDA)

    async def refused(leaves):
        signed = device.report(NOW) if name == "file" else device.request(NOW)
        return await world.refuses(ida, case, leaves=leaves, **arguments, **{name: signed})

    async with world.put(Container, container_id, state=ContainerState.BLOCKED):
        # A pull checks the state of the container before it reads the file, so that there is no anomaly.
        blocked = await refused(() if mutation == "virtualContainerPull" else {"container_files", "done"})
    assert (type(blocked), blocked.details) == (ContainerNotReady, {"state": ContainerState.BLOCKED})

    counted = device.counter
    device.counter += 7
    unexpected = await refused(RECORDED)
    assert (type(unexpected), unexpected.details) == (CounterMismatch, {"expected": counted, "counter": counted + 7})
    assert (await row(Container, container_id)).state is ContainerState.UNEXPECTED

    device.counter = counted
    waiting = await refused(())
    assert (type(waiting), waiting.details) == (ContainerNotReady, {"state": ContainerState.UNEXPECTED})


async def test_a_registration_must_be_recent_and_for_an_existing_owner(access_of, central, database):
    world, ida = World(database), await access_of(IDA)
    device = SimulatedContainer(ContainerType.DONGLE, await central.jwks())

    async def refused(signed, error, details, **owner):
        refusal = await world.refuses(ida, register_container, registration_file=signed, **owner)
        assert (type(refusal), refusal.details) == (error, details), refusal.message

    await refused(device.register(NOW - 31 * DAY), FileOutdated, {"days": 30})
    await refused(device.request(NOW), FileNotGenuine, {})
    async with world.put(Group, Groups.LAB, deleted_at=NOW):
        await refused(device.register(NOW), GroupDeleted, {"state": "DELETED"}, owner=Group, owner_id=Groups.LAB)
    async with world.put(Project, Projects.HAMBURG, state=ProjectState.ARCHIVED):
        state = {"state": ProjectState.ARCHIVED}
        await refused(device.register(NOW), ProjectNotInProgress, state, owner=Project, owner_id=Projects.HAMBURG)


async def test_a_receipt_must_be_for_the_newest_file_and_from_a_container_that_is_not_blocked(
    prepared, access_of, database
):
    case, arguments, _, container_id, device, _ = await prepared("activationConfirm")
    world, ida = World(database), await access_of(IDA)

    def receipt():
        """A receipt for another file, with the right counter."""
        return device._sign(FileKind.RECEIPT, NOW, activation=str(arguments["activation_id"]), digest="x")

    device.counter += 1
    other = await world.refuses(ida, case, **arguments, receipt_file=receipt())
    assert (type(other), other.details) == (FileOfOtherContainer, {})
    async with world.put(Container, container_id, state=ContainerState.BLOCKED):
        left = {"container_files", "done"}
        blocked = await world.refuses(ida, case, leaves=left, **arguments, receipt_file=receipt())
    assert (type(blocked), blocked.details) == (ContainerNotReady, {"state": ContainerState.BLOCKED})

"""Containers: who registers, renames, resets, deletes, blocks and uses them."""

import asyncio

import pytest
import sqlalchemy as sa

from authz.gate.results import Completed
from authz.gate.transaction import AlreadyAnswered
from license_central.simulated_container import SimulatedContainer
from resolvers.activations import activate_license, deactivate_activation
from resolvers.checkpoints import check_container
from resolvers.containers import (
    block_container,
    confirm_reset,
    delete_container,
    import_credential,
    modify_container,
    register_container,
    release_device,
    reset_container,
    settle_container,
    unblock_container,
)
from seeds.cast import (
    ANN,
    BEA,
    IDA,
    LEA,
    MAX,
    OLGA,
    PIA,
    REX,
    SAM,
    SERVER,
    TOM,
    UWE,
    Containers,
    Groups,
    Licenses,
    Projects,
    cloud_of,
)
from store.activations import Activation, ActivationState
from store.container_files import FileNotGenuine, FileReplayed
from store.containers import (
    Container,
    ContainerNotEmpty,
    ContainerNotReady,
    ContainerState,
    ContainerType,
    SettleOutcome,
)
from store.devices import ContainerDevice, CredentialInvalid, DeviceLimitReached
from store.errors import Conflict, Forbidden, NotFound, WrongState
from store.groups import Group
from store.license_errors import ContainerTypeNotAllowed
from store.licenses import License
from store.notifications import Notification, NotificationEvent
from store.portal import Edition, Portal
from store.projects import Project
from store.users import User
from tests.portal import NOW

BEAS = cloud_of(BEA.id)


@pytest.fixture
def credential(access_of):
    """`await credential(TOM, container)` is a credential for a device of Tom."""

    async def import_for(account, container_id, label="laptop"):
        done = await import_credential(await access_of(account), container_id=container_id, device_label=label)
        return done.result.credential.value

    return import_for


@pytest.mark.feature("F113", "F52")
async def test_people_register_dongles_for_themselves_and_admins_for_their_groups(new_container, row):
    own, device = await new_container(TOM)
    shared, other = await new_container(ANN, Groups.BERLIN, ContainerType.LOCAL)
    mine, ours = await row(Container, own), await row(Container, shared)
    assert (mine.type, mine.owner_user_id, mine.serial) == (ContainerType.DONGLE, TOM.id, device.serial)
    assert (ours.type, ours.owner_group_id, ours.public_key) == (ContainerType.LOCAL, Groups.BERLIN, other.public_key)
    assert device.serial.startswith("DNG-")
    assert other.serial.startswith("LOC-")


async def test_a_registration_is_signed_with_the_key_of_the_container_and_accepted_once(
    access_of, central, clock, database
):
    device = SimulatedContainer(ContainerType.DONGLE, await central.jwks())
    tom = await access_of(TOM)
    signed = device.register(clock.now())
    header, claims, _ = signed.split(".")
    for bad in (f"{header}.{claims}.{'A' * 86}", device.request(clock.now()), "nothing", ""):
        with pytest.raises(FileNotGenuine):
            await register_container(tom, registration_file=bad)
    await register_container(tom, registration_file=signed)
    with pytest.raises(FileReplayed):
        await register_container(tom, registration_file=signed)
    async with database.transaction() as session:
        found = await session.scalars(sa.select(Container).where(Container.serial == device.serial))
        assert len(list(found)) == 1


async def test_only_administrators_of_a_project_register_containers_for_it(access_of, central, clock, row):
    device = SimulatedContainer(ContainerType.LOCAL, await central.jwks())
    arguments = {"registration_file": device.register(clock.now()), "owner": Project, "owner_id": Projects.HAMBURG}
    with pytest.raises(Forbidden):
        await register_container(await access_of(OLGA), **arguments)
    done = await register_container(await access_of(PIA), **arguments)
    assert (await row(Container, done.result.container.id)).owner_project_id == Projects.HAMBURG


async def test_containers_cannot_be_registered_for_others(access_of, central, clock, database):
    device = SimulatedContainer(ContainerType.DONGLE, await central.jwks())
    signed = device.register(clock.now())
    expected = {
        (TOM, Group, Groups.BERLIN): Forbidden,
        (TOM, Group, Groups.BOLT): NotFound,
        (ANN, User, TOM.id): Forbidden,
        (BEA, User, SAM.id): NotFound,
    }
    for (who, owner, owner_id), error in expected.items():
        with pytest.raises(error):
            await register_container(await access_of(who), registration_file=signed, owner=owner, owner_id=owner_id)
    async with database.transaction() as session:
        assert await session.scalar(sa.select(Container).where(Container.serial == device.serial)) is None


@pytest.mark.feature("F12")
async def test_a_license_is_activated_only_in_the_container_types_of_its_template(access_of, database):
    async with database.transaction() as session:
        (await session.get_one(License, Licenses.ACME_TEN_SEATS)).container_types = ["DONGLE"]
    with pytest.raises(ContainerTypeNotAllowed):
        await activate_license(
            await access_of(ANN), license_id=Licenses.ACME_TEN_SEATS, container_id=cloud_of(Groups.ACME)
        )
    async with database.transaction() as session:
        statement = sa.select(Activation).where(Activation.license_id == Licenses.ACME_TEN_SEATS)
        assert list(await session.scalars(statement)) == []


@pytest.mark.feature("F35", "F36", "F110")
async def test_a_reset_voids_every_credential(access_of, credential, row):
    cloud = cloud_of(Groups.BERLIN)
    old = await credential(TOM, cloud)
    ann = await access_of(ANN)
    with pytest.raises(Forbidden):
        await reset_container(await access_of(TOM), container_id=cloud)
    generation = (await row(Container, cloud)).credential_generation
    await check_container(ann, container_id=cloud, file=old)

    await reset_container(ann, container_id=cloud)

    assert (await row(Container, cloud)).credential_generation == generation + 1
    with pytest.raises(CredentialInvalid):
        await check_container(ann, container_id=cloud, file=old)
    await check_container(ann, container_id=cloud, file=await credential(TOM, cloud))


async def test_a_credential_is_signed_for_one_container_until_the_device_is_released(access_of, credential, row):
    cloud = cloud_of(TOM.id)
    tom = await access_of(TOM)
    good, other = await credential(TOM, cloud), await credential(TOM, cloud_of(Groups.BERLIN))
    for bad in (other, good[:-4] + "AAAA", "", "a.b.c"):
        with pytest.raises(CredentialInvalid):
            await check_container(tom, container_id=cloud, file=bad)
    await release_device(tom, container_id=cloud, device_label="laptop")
    with pytest.raises(CredentialInvalid):
        await check_container(tom, container_id=cloud, file=good)
    with pytest.raises(NotFound):
        await release_device(tom, container_id=cloud, device_label="laptop")
    assert (await row(Container, cloud)).state is ContainerState.READY


@pytest.mark.feature("F36")
async def test_a_personal_cloud_is_used_on_three_devices_at_a_time(access_of, credential, database):
    cloud = cloud_of(TOM.id)
    for label in ("one", "two", "three", "three"):
        await credential(TOM, cloud, label)
    with pytest.raises(DeviceLimitReached) as refused:
        await credential(TOM, cloud, "four")
    assert refused.value.details == {"quantity": 3}
    await release_device(await access_of(TOM), container_id=cloud, device_label="one")
    await credential(TOM, cloud, "four")

    async with database.transaction() as session:
        live = sa.select(ContainerDevice.label).where(
            ContainerDevice.container_id == cloud, ContainerDevice.ended_at.is_(None)
        )
        assert sorted(await session.scalars(live)) == ["four", "three", "two"]


async def test_of_concurrent_devices_three_get_a_credential(access_of):
    cloud = cloud_of(SAM.id)
    sam = await access_of(SAM)
    answers = await asyncio.gather(
        *(import_credential(sam, container_id=cloud, device_label=f"device {number}") for number in range(8)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Completed) for each in answers) == 3
    assert {type(each) for each in answers} <= {Completed, DeviceLimitReached, Conflict}


@pytest.mark.feature("F36", "F56", "F110")
async def test_a_member_of_two_groups_uses_the_clouds_of_both_but_cannot_reset_them(access_of, credential, row):
    for group in (Groups.BERLIN, Groups.BOLT):
        assert (await credential(BEA, cloud_of(group), "phone")).count(".") == 2
    with pytest.raises(Forbidden):
        await reset_container(await access_of(BEA), container_id=cloud_of(Groups.BERLIN))
    assert (await row(Container, cloud_of(Groups.BERLIN))).credential_generation == 1


@pytest.mark.feature("F107", "F113")
@pytest.mark.parametrize("owner", [Groups.BOLT, Groups.LAB, TOM.id, SERVER.id, SAM.id])
async def test_the_vendors_administrator_manages_any_cloud(access_of, credential, row, database, owner):
    ida, cloud = await access_of(IDA), cloud_of(owner)
    await modify_container(ida, container_id=cloud, name="seen")
    await credential(IDA, cloud)
    await reset_container(ida, container_id=cloud)
    async with database.transaction() as session:
        await session.execute(
            sa.update(Activation)
            .where(Activation.container_id == cloud)
            .values(state=ActivationState.RETURNED, seat=None)
        )
    await delete_container(ida, container_id=cloud)
    found = await row(Container, cloud)
    assert (found.name, found.credential_generation, found.state) == ("seen", 2, ContainerState.DELETED)
    async with database.transaction() as session:
        owned = sa.or_(Container.owner_user_id == owner, Container.owner_group_id == owner)
        live = sa.select(Container.type).where(owned, Container.state != ContainerState.DELETED)
        assert found.type in list(await session.scalars(live))


@pytest.mark.feature("F108")
async def test_a_person_manages_their_own_cloud_and_finds_no_other(access_of, row):
    await reset_container(await access_of(SAM), container_id=cloud_of(SAM.id))
    for who in (LEA, SAM, OLGA, MAX):
        with pytest.raises(NotFound):
            await reset_container(await access_of(who), container_id=cloud_of(TOM.id))
    assert (await row(Container, cloud_of(SAM.id))).credential_generation == 2
    assert (await row(Container, cloud_of(TOM.id))).credential_generation == 1


@pytest.mark.feature("F109", "F111")
async def test_an_administrator_manages_clouds_in_their_group_and_below_and_finds_no_others(access_of, row):
    ann = await access_of(ANN)
    for owner in (Groups.ACME, Groups.BERLIN, Groups.LAB, TOM.id, LEA.id):
        await modify_container(ann, container_id=cloud_of(owner), name="renamed")
    for owner in (Groups.RHEINTAL, Groups.BOLT, MAX.id, SAM.id):
        with pytest.raises(NotFound):
            await modify_container(ann, container_id=cloud_of(owner), name="renamed")
        assert (await row(Container, cloud_of(owner))).name != "renamed"


@pytest.mark.feature("F112", "F54")
async def test_administrators_above_a_technical_user_manage_its_cloud(access_of, row):
    await reset_container(await access_of(ANN), container_id=cloud_of(SERVER.id))
    await reset_container(await access_of(REX), container_id=cloud_of(SERVER.id))
    with pytest.raises(Forbidden):
        await reset_container(await access_of(SERVER), container_id=cloud_of(SERVER.id))
    for who in (TOM, BEA):
        with pytest.raises(NotFound):
            await reset_container(await access_of(who), container_id=cloud_of(SERVER.id))
    assert (await row(Container, cloud_of(SERVER.id))).credential_generation == 3


@pytest.mark.feature("F55")
async def test_administrators_but_not_members_activate_in_a_group_container(access_of, row):
    with pytest.raises(Forbidden):
        await activate_license(
            await access_of(TOM), license_id=Licenses.BERLIN_PUBLIC, container_id=cloud_of(Groups.BERLIN)
        )
    ann = await access_of(ANN)
    done = await activate_license(ann, license_id=Licenses.BERLIN_PUBLIC, container_id=cloud_of(Groups.BERLIN))
    activation_id = done.result.activation.id
    await deactivate_activation(ann, activation_id=activation_id)
    assert (await row(Activation, activation_id)).state is ActivationState.RETURNED


async def test_the_reset_of_a_container_with_licenses_of_another_group_waits_for_its_owner(
    access_of, row, audit_entries, database
):
    """Ann administers Bea at Acme; Bea's container holds a license of Bolt as well, which Bea administers."""
    ann = await access_of(ANN)
    done = await reset_container(ann, container_id=BEAS)
    requested = await row(Container, BEAS)
    with pytest.raises(Forbidden):
        await confirm_reset(ann, container_id=BEAS, accept=True)

    await confirm_reset(await access_of(BEA), container_id=BEAS, accept=True)

    assert (requested.credential_generation, requested.reset_requested_at) == (1, NOW)
    found = await row(Container, BEAS)
    assert (found.credential_generation, found.reset_requested_at) == (2, None)
    entries = await audit_entries("container.reset_requested_shared")
    assert [(each.license_id, each.group_id) for each in entries] == [(Licenses.BEA_BOLT, Groups.BOLT)]
    assert str(Licenses.BEA_BOLT) not in str(done.changes)
    async with database.transaction() as session:
        messages = sa.select(Notification).where(Notification.event == NotificationEvent.CONTAINER_RESET)
        found = [(each.recipient_id, each.license_id) for each in await session.scalars(messages)]
    assert found == [(BEA.id, Licenses.BEA_BOLT)]
    with pytest.raises(WrongState):
        await confirm_reset(await access_of(BEA), container_id=BEAS, accept=True)


@pytest.mark.parametrize("who", [BEA, IDA])
async def test_the_owner_and_the_vendor_reset_a_shared_container_immediately(access_of, row, who):
    await reset_container(await access_of(who), container_id=BEAS)
    assert (await row(Container, BEAS)).credential_generation == 2


async def test_a_reset_can_be_declined(access_of, row):
    await reset_container(await access_of(ANN), container_id=BEAS)
    await confirm_reset(await access_of(BEA), container_id=BEAS, accept=False)
    found = await row(Container, BEAS)
    assert (found.credential_generation, found.reset_requested_at) == (1, None)


async def test_administrators_reset_shared_containers_immediately_if_the_vendor_allows_it(
    access_of, row, database, audit_entries
):
    async with database.transaction() as session:
        await session.execute(sa.update(Portal).values(strict_shared_containers=False))
    await reset_container(await access_of(ANN), container_id=BEAS)
    assert (await row(Container, BEAS)).credential_generation == 2
    assert [each.group_id for each in await audit_entries("container.reset_shared")] == [Groups.BOLT]


async def test_only_empty_containers_can_be_deleted(access_of, new_container, row):
    dongle, _ = await new_container(ANN, Groups.ACME)
    ann = await access_of(ANN)
    with pytest.raises(ContainerNotEmpty):
        await delete_container(ann, container_id=cloud_of(Groups.BERLIN))
    await delete_container(ann, container_id=dongle)
    with pytest.raises(ContainerNotReady):
        await delete_container(ann, container_id=dongle)
    assert (await row(Container, cloud_of(Groups.BERLIN))).state is ContainerState.READY
    assert (await row(Container, dongle)).state is ContainerState.DELETED


async def test_the_vendor_blocks_and_unblocks_containers_and_support_may_settle_them(access_of, row, database):
    ida = await access_of(IDA)
    dongle = Containers.BERLIN_DONGLE
    for who in (ANN, UWE):
        with pytest.raises(Forbidden):
            await block_container(await access_of(who), container_id=dongle)
    await block_container(ida, container_id=dongle)
    with pytest.raises(ContainerNotReady):
        await block_container(ida, container_id=dongle)
    await unblock_container(ida, container_id=dongle)
    with pytest.raises(WrongState):
        await settle_container(ida, container_id=dongle, outcome=SettleOutcome.ACCEPT)
    async with database.transaction() as session:
        (await session.get_one(Container, dongle)).report_mismatch(9)
        await session.execute(sa.update(Portal).values(support_may_decide=True))
    await settle_container(await access_of(UWE), container_id=dongle, outcome=SettleOutcome.BLOCK)
    assert (await row(Container, dongle)).state is ContainerState.BLOCKED


@pytest.mark.feature("F121")
async def test_the_smallest_edition_includes_cloud_containers(credential, database):
    async with database.transaction() as session:
        await session.execute(sa.update(Portal).values(edition=Edition.BASIC))
    assert (await credential(TOM, cloud_of(TOM.id))).count(".") == 2


async def test_a_credential_is_shown_neither_by_a_dry_run_nor_by_a_replay(access_of):
    ann = await access_of(ANN)
    arguments = {"container_id": cloud_of(Groups.ACME), "device_label": "laptop"}

    tried = await import_credential(ann.attempt(key="1", dry_run=True), **arguments)
    done = await import_credential(ann.attempt(key="1"), **arguments)
    with pytest.raises(AlreadyAnswered) as replay:
        await import_credential(ann.attempt(key="1"), **arguments)

    assert tried.payload["credential"] is None
    assert done.payload["credential"].count(".") == 2
    assert replay.value.answer["result"]["credential"] is None

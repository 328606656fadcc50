"""Containers: register, rename, reset, delete, block and settle them, and use cloud containers on devices."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from authz.gate.gate import Gate
from authz.gate.results import OneTime
from authz.gate.use_case import use_case
from license_central.container_statements import read_registration
from license_central.credentials import CloudCredential
from store.activations import Activation
from store.container_files import FILE_LIFETIME, ContainerFile, FileOutdated, FileReplayed
from store.containers import Container, ContainerNotEmpty, ContainerType, SettleOutcome
from store.db.base import new_id
from store.devices import CREDENTIAL_LIFETIME, MAX_PERSONAL_DEVICES, ContainerDevice, DeviceLimitReached
from store.errors import BadInput, NotFound
from store.groups import Group
from store.licenses import License
from store.projects import Project
from store.queries import activations, containers
from store.services import group_tree
from store.services.cloud_containers import new_cloud_container
from store.users import User

Owner = type[User] | type[Group] | type[Project]


@dataclass(frozen=True, slots=True)
class ContainerChanged:
    """A container that was registered or changed."""

    container: Container


@dataclass(frozen=True, slots=True)
class CredentialImported:
    """A cloud container and the signed credential with which a device uses it."""

    container: Container
    credential: OneTime[str]


@use_case("containerRegister")
async def register_container(
    gate: Gate, *, registration_file: str, name: str = "", owner: Owner | None = None, owner_id: UUID | None = None
) -> ContainerChanged:
    """Register a local container or a dongle whose registration is signed with the key of its serial number."""
    await gate.run(group_tree.lock_tree_shared)  # the group is not deleted in the meantime
    statement, kind = read_registration(registration_file)
    if not gate.now - FILE_LIFETIME < statement.issued_at:
        raise FileOutdated(
            f"the file is dated {statement.issued_at:%Y-%m-%d %H:%M} UTC; send one of the last {FILE_LIFETIME.days} days",
            days=FILE_LIFETIME.days,
        )
    container = Container(
        id=new_id(),
        type=kind,
        serial=statement.serial,
        name=name,
        public_key=statement.public_key,
        update_counter=statement.counter,
        last_contact_at=statement.issued_at,
    )
    await _set_owner(gate, container, owner, owner_id)
    if await gate.run(containers.is_registered, statement.serial):
        raise FileReplayed(f"container {statement.serial} is registered already")
    gate.add(container)
    gate.record("container.registered", container)
    await gate.authorize_new(container, to="receive")
    gate.add(ContainerFile(container_id=container.id, file_id=statement.file_id))
    return ContainerChanged(container)


@use_case("containerModify")
async def modify_container(gate: Gate, *, container_id: UUID, name: str) -> ContainerChanged:
    """Rename a container."""
    container = await gate.one(Container, container_id, to="modify")
    container.rename(name)
    gate.record("container.renamed", container)
    return ContainerChanged(container)


@use_case("containerDelete")
async def delete_container(gate: Gate, *, container_id: UUID) -> ContainerChanged:
    """Delete an empty container; an empty cloud container takes the place of a deleted one."""
    owners = (Container.owner_user, Container.owner_group)
    container = await gate.one(Container, container_id, to="delete", load=owners)
    container.delete()
    gate.record("container.deleted", container)
    if await gate.run(activations.is_container_used, container.id):
        raise ContainerNotEmpty("licenses are activated in this container; deactivate or return them first")
    await gate.run(containers.release_devices, container.id, at=gate.now)
    owner = container.owner_user or container.owner_group
    if container.type.is_cloud and owner is not None:
        await gate.flush()  # an owner has one cloud container at a time
        gate.add(new_cloud_container(owner))
    return ContainerChanged(container)


@use_case("containerReset")
async def reset_container(gate: Gate, *, container_id: UUID) -> ContainerChanged:
    """Void every credential of a cloud container.

    Where a personal container holds licenses that the caller does not administer, the reset may wait for its owner or the
    vendor (spec A8), and the administrators of those licenses are notified.
    """
    container = await gate.one(Container, container_id, to="reset")
    foreign = await _foreign_licenses(gate, container)
    if foreign and not await gate.may(container, "reset_now"):
        container.request_reset(at=gate.now)
        gate.record("container.reset_requested", container)
    else:
        await _reset(gate, container)
    for license in foreign:  # for the audit logs of their administrators; the caller does not learn which they are
        gate.record(f"{gate.entries[0].action}_shared", container, about=license)
    return ContainerChanged(container)


@use_case("containerConfirmReset")
async def confirm_reset(gate: Gate, *, container_id: UUID, accept: bool) -> ContainerChanged:
    """Accept or decline, as the owner of the container or the vendor, the reset that an administrator has requested."""
    container = await gate.one(Container, container_id, to="confirm")
    if accept:
        container.require_reset_requested()
        await _reset(gate, container)
    else:
        container.decline_reset()
        gate.record("container.reset_declined", container)
    return ContainerChanged(container)


@use_case("containerImportCredential")
async def import_credential(gate: Gate, *, container_id: UUID, device_label: str) -> CredentialImported:
    """Issue a credential for a cloud container to a device; a personal container has a limit of devices."""
    container = await gate.one(Container, container_id, to="use")
    container.require_ready()
    if not container.type.is_cloud:
        raise BadInput(f"only cloud containers have credentials, and this is a {container.type} container")
    devices = await gate.run(containers.devices, container.id)
    for each in devices:
        if each.expires_at <= gate.now or (each.user_id, each.label) == (gate.actor.id, device_label):
            each.ended_at = gate.now
    in_use = sum(each.ended_at is None for each in devices)
    if container.type is ContainerType.PERSONAL_CLOUD and in_use >= MAX_PERSONAL_DEVICES:
        raise DeviceLimitReached(
            f"a personal container can be used on at most {MAX_PERSONAL_DEVICES} devices; release one of them first",
            quantity=MAX_PERSONAL_DEVICES,
        )
    await gate.flush()  # a device has one credential at a time
    device = ContainerDevice(
        id=new_id(),
        container_id=container.id,
        user_id=gate.actor.id,
        label=device_label,
        generation=container.credential_generation,
        expires_at=gate.now + CREDENTIAL_LIFETIME,
    )
    gate.add(device)
    credential = CloudCredential(
        device_id=device.id,
        container_serial=container.serial,
        generation=device.generation,
        expires_at=device.expires_at,
    )
    signed = await gate.external.central.issue_credential(credential, at=gate.now)
    gate.record("container.credential_imported", container)
    return CredentialImported(container=container, credential=OneTime(signed.content))


@use_case("containerReleaseDevice")
async def release_device(gate: Gate, *, container_id: UUID, device_label: str) -> ContainerChanged:
    """End the credential of one of the caller's own devices."""
    container = await gate.one(Container, container_id, to="use")
    device = await gate.run(containers.device_named, container.id, gate.actor.id, device_label)
    if device is None:
        raise NotFound(f'you have no device "{device_label}" with a credential of this container')
    device.ended_at = gate.now
    gate.record("container.device_released", container)
    return ContainerChanged(container)


@use_case("containerBlock")
async def block_container(gate: Gate, *, container_id: UUID) -> ContainerChanged:
    """Block a container: it takes part in no activation until it is unblocked."""
    container = await gate.one(Container, container_id, to="block")
    container.block()
    gate.record("container.blocked", container)
    return ContainerChanged(container)


@use_case("containerUnblock")
async def unblock_container(gate: Gate, *, container_id: UUID) -> ContainerChanged:
    """Unblock a container."""
    container = await gate.one(Container, container_id, to="block")
    container.unblock()
    gate.record("container.unblocked", container)
    return ContainerChanged(container)


@use_case("containerSettle")
async def settle_container(gate: Gate, *, container_id: UUID, outcome: SettleOutcome) -> ContainerChanged:
    """Settle a container that has reported an unexpected counter: accept the counter, or block the container."""
    container = await gate.one(Container, container_id, to="settle")
    container.settle(outcome)
    gate.record("container.settled", container)
    return ContainerChanged(container)


async def _set_owner(gate: Gate, container: Container, owner: Owner | None, owner_id: UUID | None) -> None:
    """A group, a project, or by default the caller."""
    if owner is Group and owner_id is not None:
        group = await gate.one(Group, owner_id, to="receive", lock=False)
        group.require_not_deleted()
        container.owner_group_id = group.id
    elif owner is Project and owner_id is not None:
        project = await gate.one(Project, owner_id, to="receive", lock=False)
        project.require_open()
        container.owner_project_id = project.id
    else:
        account = await gate.one(User, owner_id or gate.actor.id, to="register_container", lock=False)
        container.owner_user_id = account.id


async def _reset(gate: Gate, container: Container) -> None:
    container.reset()
    gate.record("container.reset", container)
    await gate.run(containers.release_devices, container.id, at=gate.now)


async def _foreign_licenses(gate: Gate, container: Container) -> Sequence[License]:
    """The licenses in a personal container that the caller does not administer; none for its owner and the vendor."""
    if container.type is not ContainerType.PERSONAL_CLOUD or await gate.may(container, "confirm"):
        return ()
    administered = await gate.lock_all(Activation, containers.in_container(container.id), to="withdraw")
    return await gate.run(containers.other_licenses, container.id, {each.license_id for each in administered})

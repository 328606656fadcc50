"""Containers: registered, named, reset, deleted, locked, and used from devices."""

from uuid import UUID

import sqlalchemy as sa

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from license_central.container_statements import read_registration
from license_central.credentials import CloudCredential
from store.activations import COUNTING, Activation, ActivationState
from store.container_files import FILE_LIFETIME, ContainerFile, FileOutdated, FileReplayed
from store.containers import Container, ContainerNotEmpty, ContainerType, SettleOutcome
from store.db.base import new_id
from store.devices import CREDENTIAL_LIFETIME, MAX_PERSONAL_DEVICES, ContainerDevice, DeviceLimitReached
from store.errors import BadInput, NotFound
from store.groups import Group
from store.licenses import License
from store.projects import Project
from store.services import group_tree
from store.services.cloud_containers import new_cloud_container
from store.users import User

Owner = type[User] | type[Group] | type[Project]
_IN_USE = (*COUNTING, ActivationState.BORROWED)


@use_case("containerRegister")
async def register_container(
    gate: Gate,
    *,
    registration_file: str,
    name: str = "",
    owner: Owner | None = None,
    owner_id: UUID | None = None,
) -> None:
    """A computer or a dongle of a person, a group or a project shows by its signature that it has the key to its serial number."""
    await group_tree.lock_tree_shared(gate.session)  # a group that is deleted at this moment takes nothing in any more
    statement, kind = read_registration(registration_file)
    if not gate.now - FILE_LIFETIME < statement.issued_at:
        raise FileOutdated(
            f"a file is taken for {FILE_LIFETIME.days} days; ask the container for a new one",
            days=FILE_LIFETIME.days,
        )
    container = Container(
        id=new_id(), type=kind, serial=statement.serial, name=name, public_key=statement.public_key,
        update_counter=statement.counter, last_contact_at=statement.issued_at,
    )  # fmt: skip
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
    taken = sa.select(sa.exists().where(Container.serial == statement.serial))
    if await gate.session.scalar(taken):
        raise FileReplayed("this container is registered already")
    gate.add(container)
    gate.record("container.registered", container)
    await gate.authorize_new(container, to="receive")
    gate.add(
        ContainerFile(
            container_id=container.id, file_id=statement.file_id, kind=statement.kind, issued_at=statement.issued_at,
            received_at=gate.now,
        ),
    )  # fmt: skip


@use_case("containerModify")
async def modify_container(gate: Gate, *, container_id: UUID, name: str) -> None:
    """Call it something else."""
    container = await gate.one(Container, container_id, to="modify")
    container.rename(name)
    gate.record("container.renamed", container)


@use_case("containerDelete")
async def delete_container(gate: Gate, *, container_id: UUID) -> None:
    """Put an empty container away for good; in the place of a cloud a new and empty one comes by itself."""
    owners = (Container.owner_user, Container.owner_group)
    container = await gate.one(Container, container_id, to="delete", load=owners)
    container.delete()
    gate.record("container.deleted", container)
    used = sa.exists().where(Activation.container_id == container.id, Activation.state.in_(_IN_USE))
    if await gate.session.scalar(sa.select(used)):
        raise ContainerNotEmpty("something is activated in this container; give it back first")
    await _void_devices(gate, container)
    owner = container.owner_user or container.owner_group
    if container.type.is_cloud and owner is not None:
        await gate.session.flush()  # the old one makes room for the new one
        gate.add(new_cloud_container(owner))


@use_case("containerReset")
async def reset_container(gate: Gate, *, container_id: UUID) -> None:
    """Void every credential of a cloud container.

    Where somebody else's licenses are in a person's container, an administrator's wish waits for the person's own word, or
    the vendor's (spec A8, the switch `strict_shared_containers`); the administrators of those licenses are told.
    """
    container = await gate.one(Container, container_id, to="reset")
    foreign = await _foreign_licenses(gate, container)
    if foreign and not await gate.may(container, "reset_now"):
        container.request_reset(by=gate.actor.id, at=gate.now)
        gate.record("container.reset_requested", container)
    else:
        await _reset(gate, container)
    for license in foreign:  # its administrators find it in their log; the caller is not shown which these are
        gate.record(f"{gate.entries[0].action}_shared", container, about=license)


@use_case("containerConfirmReset")
async def confirm_reset(gate: Gate, *, container_id: UUID, accept: bool) -> None:
    """The person whose container it is, or the vendor, says yes or no to what an administrator has asked for."""
    container = await gate.one(Container, container_id, to="confirm")
    if not accept:
        container.decline_reset()
        gate.record("container.reset_declined", container)
        return
    container.require_reset_requested()
    await _reset(gate, container)


@use_case("containerImportCredential")
async def import_credential(gate: Gate, *, container_id: UUID, device_label: str) -> None:
    """Let a device use a cloud container; at most so many devices at a time for a person's own."""
    container = await gate.one(Container, container_id, to="use")
    container.require_ready()
    if not container.type.is_cloud:
        raise BadInput("only a cloud container has credentials")
    active = (ContainerDevice.container_id == container.id, ContainerDevice.ended_at.is_(None))
    devices = list(await gate.session.scalars(sa.select(ContainerDevice).where(*active)))
    for each in devices:  # the same device once more, or one whose credential is over
        if each.expires_at <= gate.now or (each.user_id, each.label) == (gate.actor.id, device_label):
            each.ended_at = gate.now
    live = sum(each.ended_at is None for each in devices)
    if container.type is ContainerType.PERSONAL_CLOUD and live >= MAX_PERSONAL_DEVICES:
        raise DeviceLimitReached(
            f"a personal container is used on at most {MAX_PERSONAL_DEVICES} devices; release one of them first",
            quantity=MAX_PERSONAL_DEVICES,
        )
    await gate.session.flush()  # the old one of a device ends before its new one begins
    device = ContainerDevice(
        id=new_id(), container_id=container.id, user_id=gate.actor.id, label=device_label,
        generation=container.credential_generation, expires_at=gate.now + CREDENTIAL_LIFETIME,
    )  # fmt: skip
    gate.add(device)
    credential = CloudCredential(
        device_id=device.id, container_serial=container.serial, generation=device.generation,
        expires_at=device.expires_at,
    )  # fmt: skip
    gate.tell("credential", (await gate.services.central.issue_credential(credential, at=gate.now)).content)
    gate.record("container.credential_imported", container)


@use_case("containerReleaseDevice")
async def release_device(gate: Gate, *, container_id: UUID, device_label: str) -> None:
    """End the credential of one of one's own devices."""
    container = await gate.one(Container, container_id, to="use")
    statement = sa.select(ContainerDevice).where(
        ContainerDevice.container_id == container.id, ContainerDevice.user_id == gate.actor.id,
        ContainerDevice.label == device_label, ContainerDevice.ended_at.is_(None),
    )  # fmt: skip
    device = await gate.session.scalar(statement)
    if device is None:
        raise NotFound("you have no device of this name with a credential of this container")
    device.ended_at = gate.now
    gate.record("container.device_released", container)


@use_case("containerBlock")
async def block_container(gate: Gate, *, container_id: UUID) -> None:
    """Lock a container: nothing goes in or out any more."""
    container = await gate.one(Container, container_id, to="block")
    container.block()
    gate.record("container.blocked", container)


@use_case("containerUnblock")
async def unblock_container(gate: Gate, *, container_id: UUID) -> None:
    """Unlock it again."""
    container = await gate.one(Container, container_id, to="block")
    container.unblock()
    gate.record("container.unblocked", container)


@use_case("containerSettle")
async def settle_container(gate: Gate, *, container_id: UUID, outcome: SettleOutcome) -> None:
    """Decide about a container whose counter did not fit: believe it from now on, or lock it."""
    container = await gate.one(Container, container_id, to="settle")
    container.settle(outcome)
    gate.record("container.settled", container)


async def _reset(gate: Gate, container: Container) -> None:
    container.reset()
    gate.record("container.reset", container)
    await _void_devices(gate, container)


async def _void_devices(gate: Gate, container: Container) -> None:
    await gate.session.execute(
        sa.update(ContainerDevice)
        .where(ContainerDevice.container_id == container.id, ContainerDevice.ended_at.is_(None))
        .values(ended_at=gate.now),
    )


async def _foreign_licenses(gate: Gate, container: Container) -> list[License]:
    """Licenses in a person's container that are none of this administrator's; none to the person himself or the vendor."""
    if container.type is not ContainerType.PERSONAL_CLOUD:
        return []
    if await gate.may(container, "confirm"):
        return []
    inside = sa.select(Activation.license_id).where(
        Activation.container_id == container.id,
        Activation.state.in_(COUNTING),
    )
    administered = await gate.lock_all(Activation, Activation.container_id == container.id, to="withdraw")
    own = {each.license_id for each in administered}
    foreign = sa.select(License).where(License.id.in_(inside), License.id.not_in(own)).order_by(License.id)
    return list(await gate.session.scalars(foreign))

"""A container looks in: what differs between it and the portal, and whether a newer file waits for it."""

from dataclasses import replace
from uuid import UUID

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from license_central.container_statements import Statement, digest_of
from license_central.license_grants import new_license_grant
from license_central.port import LicenseFileNotGenuine
from resolvers.container_files import heard, newest_file, send, take
from resolvers.locking import hold, hold_container, is_lent
from store.activations import Activation, LicenseFile
from store.activations import ActivationState as State
from store.container_files import FileKind
from store.containers import Container, ContainerNotReady, ContainerState
from store.devices import ContainerDevice, CredentialInvalid
from store.licenses import License, Lifecycle

_BELONGS = (State.ACTIVE, State.RETURNING, State.WITHDRAWING, State.BORROWED)


@use_case("containerCheckpoint")
async def check_container(gate: Gate, *, container_id: UUID, file: str) -> None:
    """By its signed report, or for a cloud by a device's credential: what differs, and the next file for it.

    A report that shows what the last file has brought is as good as its receipt. Withdrawals come first, one at a time.
    """
    container, held = await hold_container(gate, container_id, to="fetch_update")
    if container.type.is_cloud:
        await prove_credential(gate, container, file)
        gate.record("container.checked", container)
        for activation in held:
            if activation.state is State.ACTIVE and await is_outdated(gate, activation, activation.license):
                gate.shows(await send(gate, activation, container, activation.license))
        return
    waiting = next((each for each in held if each.update_number is not None), None)
    await _hear_report(gate, container, held, waiting, file)
    gate.record("container.checked", container)
    if any(each.update_number is not None or each.state in (State.PENDING, State.RETURNING) for each in held):
        return
    for activation in sorted(held, key=lambda each: each.state is not State.WITHDRAWING):
        removes = activation.state is State.WITHDRAWING and not await is_lent(gate, activation)
        if removes or (
            activation.state is State.ACTIVE
            and activation.license.state_at(gate.now) is Lifecycle.VALID
            and await is_outdated(gate, activation, activation.license)
        ):
            gate.shows(await send(gate, activation, container, activation.license, removes=removes))
            return


@use_case("licenseCheckpoint")
async def check_license(gate: Gate, *, activation_id: UUID) -> None:
    """Whether the file of an activation still says what the license does; to a cloud the newer one goes at once."""
    activation = await hold(gate, activation_id, to="read")
    container = await gate.one(Container, activation.container_id, to="fetch_update")
    outdated = activation.state is State.ACTIVE and await is_outdated(gate, activation, activation.license)
    gate.told["newer_waits"] = outdated
    gate.record("activation.checked", activation, about=activation.license)
    if outdated and container.type.is_cloud:
        activation.license.require_usable(at=gate.now)
        gate.shows(await send(gate, activation, container, activation.license))


async def prove_credential(gate: Gate, container: Container, content: str) -> ContainerDevice:
    """A device shows that it may use a cloud container at this moment."""
    if container.state is not ContainerState.READY:
        raise ContainerNotReady(f"the container is {container.state.lower()}", state=container.state)
    credential = await gate.services.central.verify_credential(content)
    device = await gate.session.get(ContainerDevice, credential.device_id)
    if (
        credential.container_serial != container.serial
        or credential.generation != container.credential_generation
        or device is None
        or device.ended_at is not None
        or device.expires_at <= gate.now
    ):
        raise CredentialInvalid("this credential is over; import a new one")
    return device


async def is_outdated(gate: Gate, activation: Activation, license: License) -> bool:
    """Whether the newest file of an activation says something else than its license does now."""
    file = await newest_file(gate.session, activation)
    if file is None or file.removes:
        return True
    now = new_license_grant(license, activation, activation.container, license.product, license.features)
    try:
        then = await gate.services.central.verify(file.content)
    except LicenseFileNotGenuine:  # its key is gone
        return True
    return replace(now, update_counter=then.update_counter) != then


async def _hear_report(
    gate: Gate,
    container: Container,
    held: list[Activation],
    waiting: Activation | None,
    content: str,
) -> None:
    expects = {container.update_counter} | ({waiting.update_number} if waiting and waiting.update_number else set())
    about = held[0].license if held else None
    statement = await heard(gate, container, content, FileKind.REPORT, about=about, expects=sorted(expects))
    reported = dict(statement.held or {})
    if waiting is not None and statement.counter == waiting.update_number:
        file = await newest_file(gate.session, waiting)
        if file is not None and _shows(statement, waiting, file):
            take(waiting, container, file, at=gate.now)
            gate.record("activation.confirmed", waiting, about=waiting.license)
    belongs = [each.id for each in held if each.state in _BELONGS]
    gate.told["missing"] = [each for each in belongs if each not in reported]
    gate.told["surplus"] = [each for each in reported if each not in belongs]


def _shows(statement: Statement, activation: Activation, file: LicenseFile) -> bool:
    """Whether the container holds what the file has brought, or no longer what it has taken."""
    found = (statement.held or {}).get(activation.id)
    return found is None if file.removes else found == digest_of(file.content)

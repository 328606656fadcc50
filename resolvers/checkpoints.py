"""Checkpoints: what differs between a container and the portal, and whether a newer license file is ready."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from license_central.container_statements import Statement, digest_of
from license_central.license_grants import new_license_grant
from license_central.port import LicenseFileNotGenuine
from resolvers.container_files import accept_statement, apply_file, issue_file
from resolvers.locking import lock_activation, lock_container_with_activations
from store.activations import Activation, LicenseFile
from store.activations import ActivationState as State
from store.container_files import FileKind
from store.containers import Container, ContainerNotReady, ContainerState
from store.devices import CredentialInvalid
from store.license_states import Lifecycle
from store.licenses import License
from store.queries import activations, containers

_HELD = (State.ACTIVE, State.RETURNING, State.WITHDRAWING, State.BORROWED)
"""The states of an activation whose license the container has imported and not removed."""


@dataclass(frozen=True, slots=True)
class ContainerChecked:
    """A container, how its report differs from the portal, and the next file for it."""

    container: Container
    missing: Annotated[Sequence[UUID], Activation]
    surplus: Annotated[Sequence[UUID], Activation]
    license_file: LicenseFile | None


@dataclass(frozen=True, slots=True)
class LicenseChecked:
    """An activation, whether its license has changed since the newest file, and the file that a cloud gets for it."""

    activation: Activation
    newer_waits: bool
    license_file: LicenseFile | None


@dataclass(frozen=True, slots=True)
class _Difference:
    """Activations that a container lacks, and those that it holds although it should not."""

    missing: Sequence[UUID] = ()
    surplus: Sequence[UUID] = ()


@use_case("containerCheckpoint")
async def check_container(gate: Gate, *, container_id: UUID, file: str) -> ContainerChecked:
    """Compare a container with the portal, by its signed report or a device's credential for a cloud; issue the next file.

    A report that shows the result of the newest file counts as its receipt. Removals are issued first, one at a time.
    """
    container, locked = await lock_container_with_activations(gate, container_id, to="fetch_update")
    if container.type.is_cloud:
        await _require_credential(gate, container, file)
        difference = _Difference()
        gate.record("container.checked", container)
        issued = await _update_cloud(gate, container, locked)
    else:
        difference = await _compare(gate, container, locked, file)
        gate.record("container.checked", container)
        issued = await _next_file(gate, container, locked)
    return ContainerChecked(
        container=container, missing=difference.missing, surplus=difference.surplus, license_file=issued
    )


@use_case("licenseCheckpoint")
async def check_license(gate: Gate, *, activation_id: UUID) -> LicenseChecked:
    """Whether the license of an activation has changed since its newest file; a cloud gets the newer one immediately."""
    activation = await lock_activation(gate, activation_id, to="read")
    container = await gate.one(Container, activation.container_id, to="fetch_update")
    outdated = activation.state is State.ACTIVE and await _is_outdated(gate, activation, activation.license)
    gate.record("activation.checked", activation, about=activation.license)
    file = None
    if outdated and container.type.is_cloud:
        activation.license.require_usable(at=gate.now)
        file = await issue_file(gate, activation, container, activation.license)
    return LicenseChecked(activation=activation, newer_waits=outdated, license_file=file)


async def _require_credential(gate: Gate, container: Container, content: str) -> None:
    """Raise CredentialInvalid unless this is the credential of a device that uses the cloud container now."""
    if container.state is not ContainerState.READY:
        raise ContainerNotReady(f"the container is {container.state.lower()}", state=container.state)
    credential = await gate.external.central.verify_credential(content)
    device = await gate.run(containers.device, credential.device_id)
    if (
        credential.container_serial != container.serial
        or credential.generation != container.credential_generation
        or device is None
        or device.ended_at is not None
        or device.expires_at <= gate.now
    ):
        raise CredentialInvalid("this credential has expired or was voided; import a new one")


async def _update_cloud(gate: Gate, container: Container, locked: Sequence[Activation]) -> LicenseFile | None:
    """Issue the newer file of every outdated license; return the first."""
    files = [
        await issue_file(gate, each, container, each.license)
        for each in locked
        if each.state is State.ACTIVE and await _is_outdated(gate, each, each.license)
    ]
    return files[0] if files else None


async def _next_file(gate: Gate, container: Container, locked: Sequence[Activation]) -> LicenseFile | None:
    """Issue one file, unless the portal waits for a receipt: a removal, or the newer file of an outdated license."""
    if any(each.update_number is not None or each.state in (State.PENDING, State.RETURNING) for each in locked):
        return None
    for activation in sorted(locked, key=lambda each: each.state is not State.WITHDRAWING):
        removes = activation.state is State.WITHDRAWING and not await gate.run(activations.is_on_loan, activation.id)
        if removes or (
            activation.state is State.ACTIVE
            and activation.license.state_at(gate.now) is Lifecycle.VALID
            and await _is_outdated(gate, activation, activation.license)
        ):
            return await issue_file(gate, activation, container, activation.license, removes=removes)
    return None


async def _is_outdated(gate: Gate, activation: Activation, license: License) -> bool:
    """Whether the newest file of an activation differs from its license."""
    file = await gate.run(activations.newest_file, activation.id)
    if file is None or file.removes:
        return True
    current = new_license_grant(license, activation, activation.container, license.product, license.features)
    try:
        issued = await gate.external.central.verify(file.content)
    except LicenseFileNotGenuine:  # its signing key was deleted
        return True
    return replace(current, update_counter=issued.update_counter) != issued


async def _compare(gate: Gate, container: Container, locked: Sequence[Activation], content: str) -> _Difference:
    """Accept a container's report and confirm the pending activation that it shows."""
    pending = next((each for each in locked if each.update_number is not None), None)
    counters = {container.update_counter} | ({pending.update_number} if pending and pending.update_number else set())
    about = locked[0].license if locked else None
    statement = await accept_statement(
        gate, container, content, FileKind.REPORT, about=about, counters=sorted(counters)
    )
    if pending is not None and statement.counter == pending.update_number:
        file = await gate.run(activations.newest_file, pending.id)
        if file is not None and _shows(statement, pending, file):
            apply_file(pending, container, file, at=gate.now)
            gate.record("activation.confirmed", pending, about=pending.license)
    reported = statement.held or {}
    held = [each.id for each in locked if each.state in _HELD]
    return _Difference(
        missing=[each for each in held if each not in reported], surplus=[each for each in reported if each not in held]
    )


def _shows(statement: Statement, activation: Activation, file: LicenseFile) -> bool:
    """Whether a report shows the result of a file: the license is there as issued, or was removed."""
    digest = (statement.held or {}).get(activation.id)
    return digest is None if file.removes else digest == digest_of(file.content)

"""Activating a license in a container and ending the activation: immediately in a cloud, elsewhere by signed files."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from authz.gate.audit_entries import changes_of, entry_for
from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from resolvers.container_files import accept_receipt, accept_statement, issue_file, request_file_of
from resolvers.locking import lock_activation, lowest_free_seat, require_no_open_operation, require_not_on_loan
from store.activations import Activation, ActivationState, LicenseFile
from store.audit import AuditEntry
from store.container_files import FileKind
from store.containers import Container
from store.db.base import new_id
from store.db.database import Session
from store.licenses import License
from store.queries import activations, licenses
from store.restores import DeactivationLimit, recovery_rules


@dataclass(frozen=True, slots=True)
class ActivationFileIssued:
    """An activation that has begun or is about to end, and the file that its container imports; a cloud may need none."""

    license: License
    activation: Activation
    license_file: LicenseFile | None


@dataclass(frozen=True, slots=True)
class ActivationConfirmed:
    """An activation after the receipt of its container."""

    license: License
    activation: Activation
    container: Container


@dataclass(frozen=True, slots=True)
class ActivationEnded:
    """An activation that was aborted or withdrawn."""

    license: License
    activation: Activation


@use_case("licenseActivate")
async def activate_license(
    gate: Gate, *, license_id: UUID, container_id: UUID, device_label: str = "", request_file: str | None = None
) -> ActivationFileIssued:
    """Activate one free seat of a license; a cloud confirms immediately, any other container with its receipt."""
    license = await gate.one(License, license_id, to="activate", load=(License.product, License.features))
    container = await gate.one(Container, container_id, to="receive")
    return await activate(gate, license, container, device_label, request_file)


@use_case("activationConfirm")
async def confirm_activation(gate: Gate, *, activation_id: UUID, receipt_file: str) -> ActivationConfirmed:
    """Apply the receipt of a container that has imported a license file or a removal."""
    activation = await lock_activation(gate, activation_id, to="read")
    await gate.one(Container, activation.container_id, to="fetch_update")
    before = activation.state
    if activation.state in (ActivationState.RETURNING, ActivationState.WITHDRAWING):
        await require_not_on_loan(gate, activation)
    file = await accept_receipt(gate, activation, activation.container, receipt_file)
    gate.record(_CONFIRMED.get((before, file.removes), "activation.confirmed"), activation, about=activation.license)
    return ActivationConfirmed(license=activation.license, activation=activation, container=activation.container)


@use_case("licenseDeactivate")
async def deactivate_activation(
    gate: Gate, *, activation_id: UUID, request_file: str | None = None
) -> ActivationFileIssued:
    """Return a seat: immediately from a cloud; any other container has to import a removal first."""
    activation = await lock_activation(gate, activation_id, to="deactivate")
    await require_not_on_loan(gate, activation)
    await _require_within_limit(gate, activation.license)
    return await deactivate(gate, activation, request_file)


@use_case("activationAbort")
async def abort_activation(gate: Gate, *, activation_id: UUID) -> ActivationEnded:
    """Abort an activation that its container has not confirmed."""
    activation = await lock_activation(gate, activation_id, to="read")
    await gate.one(Container, activation.container_id, to="fetch_update")
    activation.abort(at=gate.now)
    gate.record("activation.aborted", activation, about=activation.license)
    return ActivationEnded(license=activation.license, activation=activation)


@use_case("activationWithdraw")
async def withdraw_activation(gate: Gate, *, activation_id: UUID) -> ActivationEnded:
    """Withdraw a seat: immediately from a cloud, from any other container with its next contact."""
    activation = await lock_activation(gate, activation_id, to="withdraw")
    await require_not_on_loan(gate, activation)
    activation.withdraw(at=gate.now)
    gate.record("activation.withdrawn", activation, about=activation.license)
    return ActivationEnded(license=activation.license, activation=activation)


async def activate(
    gate: Gate, license: License, container: Container, device_label: str, request_file: str | None
) -> ActivationFileIssued:
    """Activate a locked license in a locked container."""
    license.require_usable(at=gate.now)
    license.require_container(container.type)
    if container.type.is_cloud:
        container.require_ready()
    else:
        if request_file is None:
            container.require_ready()
        content = request_file_of(container, request_file)
        await require_no_open_operation(gate, container)
        await accept_statement(gate, container, content, FileKind.REQUEST, about=license)
    activation = Activation(
        id=new_id(),
        license_id=license.id,
        container_id=container.id,
        device_label=device_label,
        generation=license.generation,
        seat=await lowest_free_seat(gate, license),
        requested_by_id=gate.actor.id,
        requested_at=gate.now,
        state=ActivationState.PENDING,
    )
    if container.type.is_cloud:
        activation.confirm(at=gate.now)
    license.start_clock(gate.now)
    gate.add(activation)
    gate.record("license.activated" if container.type.is_cloud else "activation.requested", activation, about=license)
    await gate.authorize_new(activation, to="create")
    file = await issue_file(gate, activation, container, license)
    return ActivationFileIssued(license=license, activation=activation, license_file=file)


async def deactivate(gate: Gate, activation: Activation, request_file: str | None = None) -> ActivationFileIssued:
    """Return the seat of an activation that is locked with its license and container."""
    container, license = activation.container, activation.license
    activation.return_seat(at=gate.now)
    if container.type.is_cloud:
        container.update_counter += 1
        gate.record("license.deactivated", activation, about=license)
        return ActivationFileIssued(license=license, activation=activation, license_file=None)
    await require_no_open_operation(gate, container)
    if request_file is None:
        container.require_ready()
    else:
        await accept_statement(gate, container, request_file, FileKind.REQUEST, about=license)
    gate.record("activation.returning", activation, about=license)
    file = await issue_file(gate, activation, container, license, removes=True)
    return ActivationFileIssued(license=license, activation=activation, license_file=file)


async def withdraw_all(gate: Gate, license: License) -> None:
    """Withdraw what is activated of a license and abort what is pending, because its assignee has lost it."""
    for activation in await gate.run(licenses.lock_withdrawable, license):
        if activation.state is ActivationState.PENDING:
            activation.abort(at=gate.now)
        else:
            activation.withdraw(at=gate.now)


async def abort_stale(session: Session, now: datetime) -> Sequence[AuditEntry]:
    """Abort a batch of the activations whose containers have not sent a receipt in time."""
    stale = await activations.lock_stale(session, now)
    return await end_all(session, stale, now, "activation.aborted", lambda each: each.abort(at=now))


async def end_all(
    session: Session, batch: Iterable[Activation], now: datetime, action: str, end: Callable[[Activation], None]
) -> Sequence[AuditEntry]:
    """End locked activations in the caller's transaction; the audit entries name no actor."""
    entries = []
    for activation in batch:
        end(activation)
        entry = entry_for(activation, about=activation.license, action=action, at=now, actor_id=None, request_id=None)
        entry.before, entry.after = changes_of(activation)
        entries.append(entry)
    await session.flush()
    return entries


async def _require_within_limit(gate: Gate, license: License) -> None:
    """Raise DeactivationLimit where the license was returned too often; those who may override limits are exempt."""
    limit = recovery_rules(license).deactivations
    if limit is None or await gate.may(license, "override_limits"):
        return
    if not limit.allows(await gate.run(activations.returned_at, license.id), now=gate.now):
        raise DeactivationLimit(
            f"this license can be deactivated at most {limit.count} times in {limit.window.days} days; ask the vendor",
            quantity=limit.count,
            days=limit.window.days,
        )


_CONFIRMED = {
    (ActivationState.PENDING, False): "license.activated",
    (ActivationState.RETURNING, True): "license.deactivated",
    (ActivationState.WITHDRAWING, True): "activation.withdrawn",
    (ActivationState.BORROWED, True): "activation.returned",
}
"""The audit action of a receipt, by the former state of the activation and whether the file removes the license."""

"""Putting a license into a container, and taking it out again: at once in the cloud, elsewhere by signed files."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from authz.gate.audit_entries import changes_of, entry_for
from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from resolvers.container_files import confirmed, heard, send
from resolvers.locking import free_seat, hold, require_not_lent, require_nothing_open
from store.activations import PENDING_LIMIT, Activation, ActivationState, RequestFileNeeded
from store.audit import AuditEntry
from store.container_files import FileKind
from store.containers import Container
from store.db.base import new_id
from store.licenses import License
from store.queries import licenses
from store.restores import DeactivationLimit, recovery_rules

_AT_ONCE = 500


@use_case("licenseActivate")
async def activate_license(
    gate: Gate,
    *,
    license_id: UUID,
    container_id: UUID,
    device_label: str = "",
    request_file: str | None = None,
) -> None:
    """Take one free seat of a license into a container; a cloud confirms at once, any other with its receipt."""
    license = await gate.one(License, license_id, to="activate", load=(License.product, License.features))
    container = await gate.one(Container, container_id, to="receive")
    await put_in(gate, license, container, device_label, request_file)


@use_case("activationConfirm")
async def confirm_activation(gate: Gate, *, activation_id: UUID, receipt_file: str) -> None:
    """The container's receipt: it has taken the license in, or out. The seat follows."""
    activation = await hold(gate, activation_id, to="read")
    await gate.one(Container, activation.container_id, to="fetch_update")
    before = activation.state
    if activation.state in (ActivationState.RETURNING, ActivationState.WITHDRAWING):
        await require_not_lent(gate, activation)
    file = await confirmed(gate, activation, activation.container, receipt_file)
    gate.record(_CONFIRMED.get((before, file.removes), "activation.confirmed"), activation, about=activation.license)
    gate.shows(activation.container)


@use_case("licenseDeactivate")
async def deactivate_activation(gate: Gate, *, activation_id: UUID, request_file: str | None = None) -> None:
    """Give a seat back; a cloud container confirms at once, any other takes a file that removes the license first."""
    activation = await hold(gate, activation_id, to="deactivate")
    await require_not_lent(gate, activation)
    await _require_within_limit(gate, activation.license)
    await take_out(gate, activation, request_file)


@use_case("activationAbort")
async def abort_activation(gate: Gate, *, activation_id: UUID) -> None:
    """Give up an activation that the container has not confirmed."""
    activation = await hold(gate, activation_id, to="read")
    await gate.one(Container, activation.container_id, to="fetch_update")
    activation.abort(at=gate.now)
    gate.record("activation.aborted", activation, about=activation.license)


@use_case("activationWithdraw")
async def withdraw_activation(gate: Gate, *, activation_id: UUID) -> None:
    """Take a seat away from whoever has it: at once in the cloud, elsewhere with the container's next contact."""
    activation = await hold(gate, activation_id, to="withdraw")
    await require_not_lent(gate, activation)
    activation.withdraw(at=gate.now)
    gate.record("activation.withdrawn", activation, about=activation.license)


async def put_in(
    gate: Gate,
    license: License,
    container: Container,
    device_label: str,
    request_file: str | None,
) -> Activation:
    """Activate a held license in a held container."""
    license.require_usable(at=gate.now)
    license.require_container(container.type)
    if container.type.is_cloud:
        container.require_ready()
    else:
        if request_file is None:
            container.require_ready()
            raise RequestFileNeeded("this container is activated by files: bring its request file")
        await require_nothing_open(gate, container)
        await heard(gate, container, request_file, FileKind.REQUEST, about=license)
    activation = Activation(
        id=new_id(), license_id=license.id, container_id=container.id, device_label=device_label,
        generation=license.generation, seat=await free_seat(gate, license), requested_by_id=gate.actor.id,
        requested_at=gate.now, state=ActivationState.PENDING,
    )  # fmt: skip
    if container.type.is_cloud:
        activation.confirm(at=gate.now)
    license.start_clock(gate.now)
    gate.add(activation)
    gate.record("license.activated" if container.type.is_cloud else "activation.requested", activation, about=license)
    await gate.authorize_new(activation, to="create")
    gate.shows(await send(gate, activation, container, license))
    return activation


async def take_out(gate: Gate, activation: Activation, request_file: str | None = None) -> None:
    """Give back what is held, with the license and the container."""
    container, license = activation.container, activation.license
    if container.type.is_cloud:
        activation.return_seat(at=gate.now)
        container.update_counter += 1
        gate.record("license.deactivated", activation, about=license)
        return
    activation.return_seat(at=gate.now)
    await require_nothing_open(gate, container)
    if request_file is None:
        container.require_ready()
    else:
        await heard(gate, container, request_file, FileKind.REQUEST, about=license)
    gate.record("activation.returning", activation, about=license)
    gate.shows(await send(gate, activation, container, license, removes=True))


async def withdraw_all(gate: Gate, license: License) -> None:
    """Whoever lost a license loses what he has activated of it: at once in the cloud, elsewhere with the next contact."""
    for activation in await gate.run(licenses.lock_withdrawable, license):
        if activation.state is ActivationState.PENDING:
            activation.abort(at=gate.now)
        else:
            activation.withdraw(at=gate.now)


async def abort_stale(session: AsyncSession, now: datetime) -> Sequence[AuditEntry]:
    """Seats that wait for a receipt for too long are free again."""
    stale = (Activation.state == ActivationState.PENDING, Activation.requested_at <= now - PENDING_LIMIT)
    return await end_due(session, now, "activation.aborted", lambda each: each.abort(at=now), *stale)


async def end_due(
    session: AsyncSession,
    now: datetime,
    action: str,
    end: Callable[[Activation], None],
    *due: sa.ColumnElement[bool],
) -> Sequence[AuditEntry]:
    """A handful of those that end by themselves, in the transaction of the caller; several workers may do this at once."""
    asked = (
        sa.select(Activation)
        .where(*due)
        .options(joinedload(Activation.license))
        .order_by(Activation.id)
        .limit(_AT_ONCE)
        .with_for_update(of=Activation, skip_locked=True)
    )
    entries = []
    for activation in await session.scalars(asked):
        end(activation)
        entries.append(entry_of(activation, action, now))
    await session.flush()
    return entries


def entry_of(activation: Activation, action: str, now: datetime) -> AuditEntry:
    """What happened by itself."""
    entry = entry_for(activation, about=activation.license, action=action, at=now, actor_id=None, request_id=None)
    entry.before, entry.after = changes_of(activation)
    return entry


async def _require_within_limit(gate: Gate, license: License) -> None:
    """How often a license may be given back; the vendor may always."""
    limit = recovery_rules(license).deactivations
    if limit is None or await gate.may(license, "override_limits"):
        return
    returned = await gate.session.scalars(
        sa.select(Activation.ended_at).where(
            Activation.license_id == license.id,
            Activation.state == ActivationState.RETURNED,
            Activation.parent_id.is_(None),
        ),
    )
    if not limit.allows([each for each in returned if each is not None], now=gate.now):
        raise DeactivationLimit(
            f"this license is given back at most {limit.count} times in {limit.window.days} days",
            quantity=limit.count, days=limit.window.days,
        )  # fmt: skip


_CONFIRMED = {
    (ActivationState.PENDING, False): "license.activated",
    (ActivationState.RETURNING, True): "license.deactivated",
    (ActivationState.WITHDRAWING, True): "activation.withdrawn",
    (ActivationState.BORROWED, True): "activation.returned",
}

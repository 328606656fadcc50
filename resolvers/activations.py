"""Putting a license into a container, and taking it out again."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from authz.gate import Gate
from authz.use_case import use_case
from central.grants import grant_of
from store.activations import COUNTING, Activation, ActivationState, LicenseFile, SeatsExhausted
from store.containers import Container, ContainerNotReady
from store.licenses import License


@use_case("licenseActivate")
async def activate_license(gate: Gate, *, license_id: UUID, container_id: UUID, device_label: str = "") -> None:
    """Take one free seat of a license into a cloud container, which confirms at once with a signed license file."""
    license = await gate.one(License, license_id, to="activate", load=(License.product, License.features))
    container = await gate.one(Container, container_id, to="receive")
    license.require_usable(at=gate.now)
    container.require_ready()
    if not container.type.is_cloud:
        raise ContainerNotReady(
            "only a cloud container confirms at once; this one needs an activation by files", state=container.type
        )
    activation = Activation(
        license_id=license.id, container_id=container.id, device_label=device_label, generation=license.generation,
        seat=await _free_seat(gate, license), requested_by_id=gate.actor.id, requested_at=gate.now,
        state=ActivationState.PENDING,
    )  # fmt: skip
    activation.confirm(at=gate.now)
    license.start_clock(gate.now)
    container.update_counter += 1
    gate.add(activation)
    await gate.recheck(activation, to="create")
    signed = await gate.central.issue(
        grant_of(license, activation, container, license.product, license.features), at=gate.now
    )
    gate.add(LicenseFile(activation_id=activation.id, key_id=signed.key_id, content=signed.content))
    gate.record("license.activated", activation, about=license)


@use_case("licenseDeactivate")
async def deactivate_activation(gate: Gate, *, activation_id: UUID) -> None:
    """Give a seat back; a cloud container confirms at once, any other with its next receipt."""
    activation = await gate.one(
        Activation, activation_id, to="deactivate", load=(Activation.container, Activation.license)
    )
    activation.give_back(at=gate.now)
    activation.container.update_counter += 1
    gate.record("license.deactivated", activation, about=activation.license)


async def withdraw_all(gate: Gate, license: License) -> None:
    """Whoever lost a license loses what he has activated of it: at once in the cloud, elsewhere with the next contact."""
    active = sa.select(Activation).where(
        Activation.license_id == license.id, Activation.state == ActivationState.ACTIVE
    )
    found = await gate.session.scalars(active.options(joinedload(Activation.container)).with_for_update(of=Activation))
    for activation in found:
        activation.withdraw(at=gate.now)


async def _free_seat(gate: Gate, license: License) -> int:
    """The lowest free seat. The license's row is held, so nobody else counts at this moment."""
    taken = await gate.session.scalars(
        sa.select(Activation.seat).where(Activation.license_id == license.id, Activation.state.in_(COUNTING))
    )
    seats = set(taken)
    if len(seats) >= license.quantity:
        raise SeatsExhausted(f"all {license.quantity} seats of this license are taken", quantity=license.quantity)
    return next(number for number in range(1, license.quantity + 1) if number not in seats)

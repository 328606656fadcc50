"""Locking activations with the rows that change with them.

Everything takes its locks in one order, so that two transactions cannot deadlock: licenses by id, the container, activations.
"""

from collections.abc import Collection
from uuid import UUID

from authz.gate.gate import Gate
from store.activations import Activation, BorrowOpen, OperationOpen, SeatsExhausted
from store.containers import Container
from store.licenses import License
from store.queries import activations


async def lock_activation(gate: Gate, activation_id: UUID, *, to: str) -> Activation:
    """An activation for a purpose, locked with its license and container; the license is loaded for a license file."""
    seen = await gate.one(Activation, activation_id, to=to, lock=False)
    await gate.run(activations.lock_licenses, [seen.license_id])
    await gate.run(activations.lock_container, seen.container_id)
    locked = await gate.one(Activation, activation_id, to=to, load=(Activation.license, Activation.container))
    await gate.run(activations.lock_license, locked.license_id)
    return locked


async def lock_container_with_activations(
    gate: Gate, container_id: UUID, *, to: str, license_ids: Collection[UUID] = ()
) -> tuple[Container, list[Activation]]:
    """A container for a purpose and the activations in it, locked with their licenses.

    `license_ids` names further licenses to be locked in the same order, such as those that are about to be activated.
    """
    await gate.one(Container, container_id, to=to, lock=False)
    inside = await gate.run(activations.licenses_in, container_id)
    await gate.run(activations.lock_licenses, {*license_ids, *inside})
    container = await gate.one(Container, container_id, to=to)
    locked = await gate.run(activations.lock_in_container, container_id)
    for license_id in sorted({each.license_id for each in locked}):
        await gate.run(activations.lock_license, license_id)
    return container, locked


async def lowest_free_seat(gate: Gate, license: License) -> int:
    """The number of the lowest free seat of a locked license; raises SeatsExhausted."""
    seats = await gate.run(activations.seats_in_use, license.id)
    if len(seats) >= license.quantity:
        raise SeatsExhausted(
            f"all {license.quantity} seats of this license are taken; deactivate one first", quantity=license.quantity
        )
    return next(number for number in range(1, license.quantity + 1) if number not in seats)


async def require_no_open_operation(gate: Gate, container: Container) -> None:
    """Raise OperationOpen while the portal waits for a receipt: two open operations would corrupt a dongle."""
    if await gate.run(activations.has_open_operation, container.id):
        raise OperationOpen(
            "the container has not confirmed its last file; send its receipt to activationConfirm first"
        )


async def require_not_on_loan(gate: Gate, activation: Activation) -> None:
    """Raise BorrowOpen while another container has borrowed the seat."""
    if await gate.run(activations.is_on_loan, activation.id):
        raise BorrowOpen("another container has borrowed this seat; return it with activationReturn first")

"""Holding an activation with everything that moves along with it, always in the same order."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, raiseload, selectinload

from authz.gate.gate import Gate
from store.activations import COUNTING, Activation, BorrowOpen, OperationOpen, SeatsExhausted
from store.activations import ActivationState as State
from store.containers import Container
from store.licenses import License
from store.orders import LicenseOrder

INSIDE = (*COUNTING, State.BORROWED)
"""What is in a container, or on its way there or back."""


async def hold(gate: Gate, activation_id: UUID, *, to: str) -> Activation:
    """License, container, activation: whoever holds several of them takes them in this order, and nobody waits in a circle.

    The license comes with its product and its features, for a file may have to be written.
    """
    seen = await gate.one(Activation, activation_id, to=to, lock=False)
    await license_of(gate, seen.license_id)
    await gate.session.execute(_lock(Container, seen.container_id))
    held = await gate.one(Activation, activation_id, to=to, load=(Activation.license, Activation.container))
    await license_of(gate, held.license_id)
    return held


async def license_of(gate: Gate, license_id: UUID) -> License:
    """The license, held, with its product, features and order."""
    await gate.session.execute(_lock(License, license_id))
    statement = (
        sa.select(License)
        .where(License.id == license_id)
        .options(
            joinedload(License.product),
            joinedload(License.order).joinedload(LicenseOrder.template),
            selectinload(License.features),
            raiseload("*"),
        )
        .execution_options(populate_existing=True)
    )
    return (await gate.session.scalars(statement)).one()


async def free_seat(gate: Gate, license: License) -> int:
    """The lowest free seat. The license's row is held, so nobody else counts at this moment."""
    taken = await gate.session.scalars(
        sa.select(Activation.seat).where(Activation.license_id == license.id, Activation.state.in_(COUNTING)),
    )
    seats = set(taken)
    if len(seats) >= license.quantity:
        raise SeatsExhausted(f"all {license.quantity} seats of this license are taken", quantity=license.quantity)
    return next(number for number in range(1, license.quantity + 1) if number not in seats)


async def seats_taken(session: AsyncSession, license: License) -> int:
    """How many seats of a license are in use, or on their way there or back."""
    held = (Activation.license_id == license.id, Activation.state.in_(COUNTING))
    return await session.scalar(sa.select(sa.func.count()).where(*held)) or 0


async def require_nothing_open(gate: Gate, container: Container) -> None:
    """A container takes one file at a time: two would corrupt a dongle."""
    waiting = sa.or_(Activation.update_number.is_not(None), Activation.state.in_((State.PENDING, State.RETURNING)))
    statement = sa.select(sa.exists().where(Activation.container_id == container.id, waiting))
    if await gate.session.scalar(statement):
        raise OperationOpen("the container has not confirmed the last file yet; bring its receipt first")


async def is_lent(gate: Gate, activation: Activation) -> bool:
    lent = sa.exists().where(Activation.parent_id == activation.id, Activation.state == State.BORROWED)
    return bool(await gate.session.scalar(sa.select(lent)))


async def require_not_lent(gate: Gate, activation: Activation) -> None:
    """Raises BorrowOpen while the seat is on loan."""
    if await is_lent(gate, activation):
        raise BorrowOpen("this seat is lent; it has to come back first")


def _lock(cls: type[Any], id_: UUID) -> sa.Select[Any]:
    return sa.select(cls.id).where(cls.id == id_).with_for_update(key_share=True)


async def hold_container(gate: Gate, container_id: UUID, *, to: str) -> tuple[Container, list[Activation]]:
    """A container with everything that is in it or on its way, and the licenses of that: held in the usual order."""
    await gate.one(Container, container_id, to=to, lock=False)
    inside = sa.select(Activation.license_id).where(
        Activation.container_id == container_id,
        Activation.state.in_(INSIDE),
    )
    for license_id in sorted(set(await gate.session.scalars(inside))):
        await gate.session.execute(_lock(License, license_id))
    container = await gate.one(Container, container_id, to=to)
    statement = (
        sa.select(Activation)
        .where(Activation.container_id == container_id, Activation.state.in_(INSIDE))
        .options(joinedload(Activation.license), joinedload(Activation.container), raiseload("*"))
        .order_by(Activation.requested_at, Activation.id)
        .with_for_update(of=Activation)
        .execution_options(populate_existing=True)
    )
    held = list(await gate.session.scalars(statement))
    for license_id in sorted({each.license_id for each in held}):
        await license_of(gate, license_id)
    return container, held

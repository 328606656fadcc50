"""Lending a seat to another container for a while, and having it back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from resolvers.activations import end_due
from resolvers.container_files import heard, send
from resolvers.locking import hold, require_not_lent, require_nothing_open
from store.activations import Activation, ActivationState, NotActive, NotBorrowable, RequestFileNeeded
from store.audit import AuditEntry
from store.container_files import FileKind
from store.containers import Container
from store.db.base import new_id
from store.restores import recovery_rules


@use_case("activationBorrow")
async def borrow_activation(
    gate: Gate,
    *,
    activation_id: UUID,
    container_id: UUID,
    until: datetime,
    device_label: str = "",
    request_file: str | None = None,
) -> None:
    """Take a seat along in another container until an instant; the lender's seat is held, and no cloud takes part."""
    lender = await hold(gate, activation_id, to="borrow")
    target = await gate.one(Container, container_id, to="receive")
    license = lender.license
    license.require_usable(at=gate.now)
    if lender.state is not ActivationState.ACTIVE:
        raise NotActive(f"the activation is {lender.state.lower()}", state=lender.state)
    if lender.container.type.is_cloud or target.type.is_cloud:
        raise NotBorrowable("a cloud is everywhere already: its seats are not lent")
    await require_not_lent(gate, lender)
    license.require_container(target.type)
    loan = Activation(
        id=new_id(), license_id=license.id, container_id=target.id, device_label=device_label,
        generation=license.generation, requested_by_id=gate.actor.id, requested_at=gate.now,
        state=ActivationState.BORROWED, parent_id=lender.id, borrowed_until=until,
    )  # fmt: skip
    loan.extend_loan(until, at=gate.now, longest=recovery_rules(license).max_borrow)
    if request_file is None:
        raise RequestFileNeeded("the borrowing container takes part by files: bring its request file")
    await require_nothing_open(gate, target)
    await heard(gate, target, request_file, FileKind.REQUEST, about=license)
    gate.add(loan)
    gate.record("activation.borrowed", loan, about=license)
    await gate.authorize_new(loan, to="create")
    gate.shows(await send(gate, loan, target, license))


@use_case("activationReturn")
async def return_activation(gate: Gate, *, activation_id: UUID) -> None:
    """End a loan early: the borrowing container takes the license out, and its receipt is the return."""
    loan = await _loan(gate, activation_id)
    gate.record("activation.return_requested", loan, about=loan.license)
    gate.shows(await send(gate, loan, loan.container, loan.license, removes=True))


@use_case("activationExtend")
async def extend_activation(gate: Gate, *, activation_id: UUID, until: datetime) -> None:
    """Lend for longer, within what the license allows from the beginning of the loan."""
    loan = await _loan(gate, activation_id)
    loan.license.require_usable(at=gate.now)
    loan.extend_loan(until, at=gate.now, longest=recovery_rules(loan.license).max_borrow)
    gate.record("activation.extended", loan, about=loan.license)
    gate.shows(await send(gate, loan, loan.container, loan.license))


async def lapse_due(session: AsyncSession, now: datetime) -> Sequence[AuditEntry]:
    """Loans whose time is over end by themselves."""
    over = (Activation.state == ActivationState.BORROWED, Activation.borrowed_until <= now)
    return await end_due(session, now, "activation.lapsed", lambda each: each.lapse(at=now), *over)


async def _loan(gate: Gate, activation_id: UUID) -> Activation:
    loan = await hold(gate, activation_id, to="borrow")
    loan.require_borrowed()
    loan.container.require_ready()
    await require_nothing_open(gate, loan.container)
    return loan

"""Borrowing a seat for a while in another local container or dongle, and returning it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from resolvers.activations import end_all
from resolvers.container_files import accept_statement, issue_file, request_file_of
from resolvers.locking import lock_activation, require_no_open_operation, require_not_on_loan
from store.activations import Activation, ActivationState, LicenseFile, NotActive, NotBorrowable
from store.audit import AuditEntry
from store.container_files import FileKind
from store.containers import Container
from store.db.base import new_id
from store.db.database import Session
from store.queries import activations
from store.restores import recovery_rules


@dataclass(frozen=True, slots=True)
class LoanFileIssued:
    """A loan and the file that brings the borrowing container up to date with it."""

    activation: Activation
    license_file: LicenseFile


@use_case("activationBorrow")
async def borrow_activation(
    gate: Gate,
    *,
    activation_id: UUID,
    container_id: UUID,
    until: datetime,
    device_label: str = "",
    request_file: str | None = None,
) -> LoanFileIssued:
    """Borrow an active seat for another container; the lender keeps its seat number, and clouds take no part."""
    lender = await lock_activation(gate, activation_id, to="borrow")
    target = await gate.one(Container, container_id, to="receive")
    license = lender.license
    license.require_usable(at=gate.now)
    if lender.state is not ActivationState.ACTIVE:
        raise NotActive(
            f"the activation is {lender.state.lower()}; only an active one can be borrowed", state=lender.state
        )
    if lender.container.type.is_cloud or target.type.is_cloud:
        raise NotBorrowable(
            "seats cannot be borrowed from or into a cloud container; activate the license there instead"
        )
    await require_not_on_loan(gate, lender)
    license.require_container(target.type)
    loan = Activation(
        id=new_id(),
        license_id=license.id,
        container_id=target.id,
        device_label=device_label,
        generation=license.generation,
        requested_by_id=gate.actor.id,
        requested_at=gate.now,
        state=ActivationState.BORROWED,
        parent_id=lender.id,
        borrowed_until=until,
    )
    loan.extend_loan(until, at=gate.now, longest=recovery_rules(license).max_borrow)
    content = request_file_of(target, request_file)
    await require_no_open_operation(gate, target)
    await accept_statement(gate, target, content, FileKind.REQUEST, about=license)
    gate.add(loan)
    gate.record("activation.borrowed", loan, about=license)
    await gate.authorize_new(loan, to="create")
    return LoanFileIssued(activation=loan, license_file=await issue_file(gate, loan, target, license))


@use_case("activationReturn")
async def return_activation(gate: Gate, *, activation_id: UUID) -> LoanFileIssued:
    """End a loan early: it is over when the borrowing container has imported the removal and sent its receipt."""
    loan = await _lock_loan(gate, activation_id)
    gate.record("activation.return_requested", loan, about=loan.license)
    file = await issue_file(gate, loan, loan.container, loan.license, removes=True)
    return LoanFileIssued(activation=loan, license_file=file)


@use_case("activationExtend")
async def extend_activation(gate: Gate, *, activation_id: UUID, until: datetime) -> LoanFileIssued:
    """Extend a loan; the longest loan that the license allows counts from its beginning."""
    loan = await _lock_loan(gate, activation_id)
    loan.license.require_usable(at=gate.now)
    loan.extend_loan(until, at=gate.now, longest=recovery_rules(loan.license).max_borrow)
    gate.record("activation.extended", loan, about=loan.license)
    return LoanFileIssued(activation=loan, license_file=await issue_file(gate, loan, loan.container, loan.license))


async def lapse_due(session: Session, now: datetime) -> Sequence[AuditEntry]:
    """End a batch of the loans that have reached their end."""
    ended = await activations.lock_ended_loans(session, now)
    return await end_all(session, ended, now, "activation.lapsed", lambda each: each.lapse(at=now))


async def _lock_loan(gate: Gate, activation_id: UUID) -> Activation:
    """A loan whose container is ready for the next file, locked."""
    loan = await lock_activation(gate, activation_id, to="borrow")
    loan.require_borrowed()
    loan.container.require_ready()
    await require_no_open_operation(gate, loan.container)
    return loan

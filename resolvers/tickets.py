"""Redeeming tickets, reading their codes again, handing on what came by them, and making them worthless."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from license_central.code_seal import CodeNotKept
from resolvers.activations import withdraw_all
from resolvers.fulfillment import Owner, fulfil, order_of
from resolvers.licenses import Target, reassign
from store.audit import AuditEntry
from store.errors import BadInput
from store.groups import Group
from store.licenses import License, Lifecycle
from store.services import group_tree
from store.ticket_codes import hash_code, mask
from store.tickets import (
    CodeProblem,
    CodesRefused,
    Ticket,
    TicketIncomplete,
    TicketNotFresh,
    TicketState,
    TooManyGuesses,
)
from store.users import User

GUESSES = 10
WINDOW = timedelta(minutes=15)
MOST_CODES = 20
_SEPARATOR = ";"


@use_case("ticketClaim")
async def claim_tickets(gate: Gate, *, codes: str, group_id: UUID | None = None) -> None:
    """Redeem tickets for oneself or for a group; several codes are separated by `;`, and all are redeemed or none is."""
    await group_tree.lock_tree_shared(gate.session)  # a group that is deleted at this moment takes nothing in any more
    owner = await _owner(gate, group_id)
    await _require_patience(gate)
    for ticket in await _tickets(gate, codes):
        order = await order_of(gate, ticket)
        if order is None:
            ticket.claim(owner, at=gate.now)
        else:
            await fulfil(gate, order, order.template, ticket, owner)
        gate.record("ticket.claimed", ticket)
        await gate.session.flush()  # the next one is asked about what this one has brought


@use_case("ticketReadCode")
async def read_code(gate: Gate, *, ticket_id: UUID) -> None:
    """Its owner reads a code again; that he did is on record, because the code is as good as the licenses."""
    ticket = await gate.one(Ticket, ticket_id, to="read_code", lock=False)
    if gate.services.code_seal is None:
        raise CodeNotKept("the code of this ticket is not kept here")
    gate.tell("code", gate.services.code_seal.unseal(ticket.code_sealed))
    gate.record("ticket.code_read", ticket)


@use_case("ticketAssign")
async def assign_ticket(gate: Gate, *, ticket_id: UUID, target: Target, target_id: UUID) -> None:
    """Hand on everything that came by a ticket, or nothing: only complete tickets are assigned (spec F100)."""
    await group_tree.lock_tree_shared(gate.session)  # before any row, as whoever moves a group takes it
    ticket = await gate.one(Ticket, ticket_id, to="assign")
    if ticket.state not in (TicketState.CLAIMED, TicketState.SPLIT):
        raise TicketNotFresh(f"the ticket is {ticket.state.lower()}", state=ticket.state)
    gate.record("ticket.assigned", ticket)
    licenses = await _licenses(gate, ticket)
    if not licenses:
        raise TicketIncomplete("nothing has come by this ticket", state=ticket.state)
    if gone := [each for each in licenses if each.state_at(gate.now) is not Lifecycle.VALID]:
        state = gone[0].state_at(gate.now)
        raise TicketIncomplete("a part of the ticket would stay behind", state=state)
    for license in licenses:
        await reassign(gate, license.id, target, target_id)


@use_case("ticketVoid")
async def void_ticket(gate: Gate, *, ticket_id: UUID) -> None:
    """The code is worth nothing from now on, and what had come by it is withdrawn."""
    ticket = await gate.one(Ticket, ticket_id, to="void")
    ticket.void()
    gate.record("ticket.voided", ticket)
    for license in await _licenses(gate, ticket):
        if license.lifecycle is not Lifecycle.REVOKED:
            license.revoke(at=gate.now)
            await withdraw_all(gate, license)
        gate.shows(license)


async def _owner(gate: Gate, group_id: UUID | None) -> Owner:
    if group_id is None:
        return await gate.one(User, gate.actor.id, to="claim_ticket", lock=False)
    group = await gate.one(Group, group_id, to="claim_ticket", lock=False)
    group.require_not_deleted()
    return group


async def _require_patience(gate: Gate) -> None:
    """Whoever guesses is slowed down; the audit trail knows how often he has."""
    guesses = (
        sa.select(AuditEntry.at)
        .where(AuditEntry.actor_id == gate.actor.id, AuditEntry.code == CodesRefused.code)
        .where(AuditEntry.at > gate.now - WINDOW)
        .order_by(AuditEntry.number.desc())
        .limit(GUESSES)
    )
    at = list(await gate.session.scalars(guesses))
    if len(at) == GUESSES:
        wait = int((at[-1] + WINDOW - gate.now).total_seconds()) + 1
        raise TooManyGuesses(f"too many codes that do not fit; wait {wait} seconds", retry_after=wait)


async def _tickets(gate: Gate, codes: str) -> list[Ticket]:
    """The tickets of all codes, each held; raises CodesRefused with a reason for each that does not fit."""
    texts = [each.strip() for each in codes.split(_SEPARATOR) if each.strip()]
    if not 1 <= len(texts) <= MOST_CODES:
        raise BadInput(f"1 to {MOST_CODES} codes are expected, separated by {_SEPARATOR}", limit=MOST_CODES)
    hashes = [_hash(each) for each in texts]
    wanted = [each for each in hashes if each is not None]
    # Whoever comes with the same codes in another order waits for the first instead of for a deadlock.
    held = sa.select(Ticket).where(Ticket.code_hash.in_(wanted)).order_by(Ticket.id).with_for_update(key_share=True)
    found = {each.code_hash: each for each in await gate.session.scalars(held)}
    problems = []
    for number, (text, hashed) in enumerate(zip(texts, hashes, strict=True), start=1):
        if (problem := _problem(hashed, found, hashes[: number - 1])) is not None:
            masked = mask(text) if hashed is not None else None
            problems.append({"number": number, "masked_code": masked, "problem": problem})
    if problems:
        raise CodesRefused("not every code can be redeemed, and so none was", codes=problems)
    return [found[each] for each in wanted]


def _hash(text: str) -> bytes | None:
    try:
        return hash_code(text)
    except BadInput:
        return None


def _problem(hashed: bytes | None, found: Mapping[Any, Ticket], before: list[bytes | None]) -> CodeProblem | None:
    if hashed is None:
        return CodeProblem.MALFORMED
    if hashed in before:
        return CodeProblem.REPEATED
    if hashed not in found:
        return CodeProblem.UNKNOWN
    return None if found[hashed].state is TicketState.FRESH else CodeProblem.NOT_FRESH


async def _licenses(gate: Gate, ticket: Ticket) -> list[License]:
    """What came by a ticket, and by those that it was split into."""
    parts = sa.select(Ticket.id).where(sa.or_(Ticket.id == ticket.id, Ticket.parent_id == ticket.id))
    asked = sa.select(License).where(License.ticket_id.in_(parts)).order_by(License.id)
    return list(await gate.session.scalars(asked.with_for_update(key_share=True, of=License)))

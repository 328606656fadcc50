"""Tickets: redeeming them, reading their codes again, assigning what came with them, and voiding them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from authz.gate.gate import Gate
from authz.gate.results import OneTime
from authz.gate.use_case import use_case
from license_central.code_seal import CodeNotKept
from resolvers.activations import withdraw_all
from resolvers.fulfillment import Owner, fulfill
from resolvers.licenses import Target, reassign
from store.errors import BadInput
from store.groups import Group
from store.license_states import Lifecycle
from store.licenses import License
from store.queries import orders, tickets
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


@dataclass(frozen=True, slots=True)
class TicketsClaimed:
    """The tickets that were redeemed, those that they were split into, and the licenses that came with them."""

    tickets: Sequence[Ticket]
    licenses: Sequence[License]


@dataclass(frozen=True, slots=True)
class CodeRead:
    """The code of a ticket."""

    ticket: Ticket
    code: OneTime[str]


@dataclass(frozen=True, slots=True)
class TicketChanged:
    """A ticket with its licenses, after they were assigned or revoked."""

    ticket: Ticket
    licenses: Sequence[License]


@use_case("ticketClaim")
async def claim_tickets(gate: Gate, *, codes: str, group_id: UUID | None = None) -> TicketsClaimed:
    """Redeem tickets for the caller or for a group: one code, or several separated by `;`, of which all count or none."""
    await gate.run(group_tree.lock_tree_shared)  # so that no group is deleted in the meantime
    owner = await _owner(gate, group_id)
    await _require_few_guesses(gate)
    claimed: list[Ticket] = []
    licenses: list[License] = []
    for ticket in await _lock_tickets(gate, codes):
        order = await gate.run(orders.order_of, ticket)
        if order is None:
            ticket.claim(owner, at=gate.now)
            claimed.append(ticket)
        else:
            fulfilled = await fulfill(gate, order, order.template, ticket, owner)
            claimed += fulfilled.tickets
            licenses += fulfilled.licenses
        gate.record("ticket.claimed", ticket)
        await gate.flush()  # the checks of the next ticket count what this one has brought
    return TicketsClaimed(claimed, licenses)


@use_case("ticketReadCode")
async def read_code(gate: Gate, *, ticket_id: UUID) -> CodeRead:
    """Show the code of a ticket to its owner again, and record it, because the code is as good as the licenses."""
    ticket = await gate.one(Ticket, ticket_id, to="read_code", lock=False)
    if gate.external.code_seal is None:
        raise CodeNotKept("this portal does not store the codes of tickets")
    code = gate.external.code_seal.unseal(ticket.code_sealed)
    gate.record("ticket.code_read", ticket)
    return CodeRead(ticket, OneTime(code))


@use_case("ticketAssign")
async def assign_ticket(gate: Gate, *, ticket_id: UUID, target: Target, target_id: UUID) -> TicketChanged:
    """Assign everything that came with a ticket, or nothing: only complete tickets can be assigned (spec F100)."""
    await gate.run(group_tree.lock_tree_shared)  # before any row, in the same order as a move of a group
    ticket = await gate.one(Ticket, ticket_id, to="assign")
    if ticket.state not in (TicketState.CLAIMED, TicketState.SPLIT):
        raise TicketNotFresh(f"the ticket is {ticket.state.lower()}", state=ticket.state)
    gate.record("ticket.assigned", ticket)
    licenses = await gate.run(tickets.lock_licenses, ticket)
    if not licenses:
        raise TicketIncomplete("no license came with this ticket", state=ticket.state)
    if unusable := [license for license in licenses if license.state_at(gate.now) is not Lifecycle.VALID]:
        state = unusable[0].state_at(gate.now)
        raise TicketIncomplete(
            f"a ticket can be assigned only as a whole, and a license of it is {state.lower()}", state=state
        )
    return TicketChanged(ticket, [await reassign(gate, license.id, target, target_id) for license in licenses])


@use_case("ticketVoid")
async def void_ticket(gate: Gate, *, ticket_id: UUID) -> TicketChanged:
    """Void a ticket: its code can no longer be redeemed, and the licenses that came with it are revoked."""
    ticket = await gate.one(Ticket, ticket_id, to="void")
    ticket.void()
    gate.record("ticket.voided", ticket)
    licenses = await gate.run(tickets.lock_licenses, ticket)
    for license in licenses:
        if license.lifecycle is not Lifecycle.REVOKED:
            license.revoke(at=gate.now)
            await withdraw_all(gate, license)
    return TicketChanged(ticket, licenses)


async def _owner(gate: Gate, group_id: UUID | None) -> Owner:
    if group_id is None:
        return await gate.one(User, gate.actor.id, to="claim_ticket", lock=False)
    group = await gate.one(Group, group_id, to="claim_ticket", lock=False)
    group.require_not_deleted()
    return group


async def _require_few_guesses(gate: Gate) -> None:
    """Slow down callers who guess codes: their refused attempts are counted in the audit trail."""
    refused = await gate.run(tickets.refused_at, gate.actor.id, since=gate.now - WINDOW, limit=GUESSES)
    if len(refused) == GUESSES:
        wait = int((refused[-1] + WINDOW - gate.now).total_seconds()) + 1
        raise TooManyGuesses(f"{GUESSES} wrong codes in a row; try again in {wait} seconds", retry_after=wait)


async def _lock_tickets(gate: Gate, codes: str) -> list[Ticket]:
    """The tickets of all codes, locked; raises CodesRefused with a reason for each code that cannot be redeemed."""
    texts = [code.strip() for code in codes.split(_SEPARATOR) if code.strip()]
    if not 1 <= len(texts) <= MOST_CODES:
        raise BadInput(
            f"1 to {MOST_CODES} codes separated by {_SEPARATOR} are expected, got {len(texts)}", limit=MOST_CODES
        )
    hashes = [_hash(text) for text in texts]
    wanted = [hashed for hashed in hashes if hashed is not None]
    found = await gate.run(tickets.lock_by_hash, wanted)
    problems = []
    for number, (text, hashed) in enumerate(zip(texts, hashes, strict=True), start=1):
        if (problem := _problem(hashed, found, hashes[: number - 1])) is not None:
            masked = mask(text) if hashed is not None else None
            problems.append({"number": number, "masked_code": masked, "problem": problem})
    if problems:
        raise CodesRefused(
            f"{len(problems)} of {len(texts)} codes cannot be redeemed; none was redeemed", codes=problems
        )
    return [found[hashed] for hashed in wanted]


def _hash(text: str) -> bytes | None:
    try:
        return hash_code(text)
    except BadInput:
        return None


def _problem(
    hashed: bytes | None, found: Mapping[bytes, Ticket], earlier: Collection[bytes | None]
) -> CodeProblem | None:
    if hashed is None:
        return CodeProblem.MALFORMED
    if hashed in earlier:
        return CodeProblem.REPEATED
    if hashed not in found:
        return CodeProblem.UNKNOWN
    return None if found[hashed].state is TicketState.FRESH else CodeProblem.NOT_FRESH

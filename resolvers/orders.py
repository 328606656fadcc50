"""Ordering licenses, in the portal or from a shop, and deciding about orders that need an approval."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from authz.gate.gate import Gate
from authz.gate.results import OneTime
from authz.gate.use_case import use_case
from resolvers.fulfillment import Owner, fulfill, new_ticket
from resolvers.grants import require_within_grants
from resolvers.products import features_of
from store.db.base import new_id
from store.errors import BadInput, NotFound
from store.grants import GrantVerb
from store.groups import Group
from store.license_parameters import Parameters
from store.licenses import License
from store.orders import LicenseOrder, OrderSource, OrderState, ReferenceTaken
from store.portal import Capability
from store.products import LicenseTemplate
from store.queries import orders
from store.services import group_tree
from store.tickets import Ticket
from store.users import User, UserKind


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order, and what it has brought so far: nothing while it waits, no licenses while its code is not redeemed."""

    license_order: LicenseOrder
    ticket: Ticket | None = None
    licenses: Sequence[License] = ()
    code: OneTime[str] | None = None


@dataclass(frozen=True, slots=True)
class OrderRejected:
    """An order that was rejected."""

    license_order: LicenseOrder


@use_case("orderCreate")
async def create_order(
    gate: Gate,
    *,
    template_id: UUID,
    quantity: int,
    count: int,
    source: OrderSource,
    by_code: bool,
    group_id: UUID | None = None,
    person_id: UUID | None = None,
    feature_ids: list[UUID] | None = None,
    starts_at: datetime | None = None,
    expires_at: datetime | None = None,
    days: int | None = None,
    external_ref: str | None = None,
) -> Ordered:
    """Order licenses: they are created at once, or with the vendor's approval, or when the code is redeemed."""
    await gate.run(group_tree.lock_tree_shared)  # so that no group is deleted in the meantime
    if source is OrderSource.API:
        gate.require(Capability.LICENSE_CREATION_API)
    template = await gate.one(LicenseTemplate, template_id, to="order", lock=False)
    owner = await _owner(gate, group_id, person_id)
    features = await features_of(gate, template.product_id, feature_ids or [])
    order = LicenseOrder(
        id=new_id(),
        actor_id=gate.actor.id,
        template_id=template.id,
        group_id=group_id,
        person_id=person_id,
        quantity=quantity,
        parameters={
            "count": count,
            "days": days,
            "features": [str(feature.id) for feature in features],
            "by_code": by_code or owner is None,
        },
        starts_at=starts_at,
        expires_at=expires_at,
        source=source,
        external_ref=external_ref,
    )
    if (first := await _first_order(gate, order)) is not None:
        gate.record("order.repeated", first)
        return Ordered(first, first.ticket, await gate.run(orders.licenses_of, first))
    parameters = Parameters.from_json(template.model, template.parameters)
    await _require_allowed(gate, order, template, owner, parameters)
    waits = parameters.approval is True and not await gate.may(template, "skip_approval")
    order.state = OrderState.AWAITING_APPROVAL if waits else OrderState.FULFILLED
    gate.add(order)
    ordered = Ordered(order) if waits else await _deliver(gate, order, template, owner)
    gate.record("order.created", order)
    await gate.authorize_new(order, to="create")
    for license in ordered.licenses:
        await gate.authorize_new(license, to="create")
    return ordered


@use_case("orderApprove")
async def approve_order(gate: Gate, *, order_id: UUID) -> Ordered:
    """Approve an order that waits, and deliver it as if it had been placed now."""
    await gate.run(group_tree.lock_tree_shared)
    order = await gate.one(LicenseOrder, order_id, to="decide", load=(LicenseOrder.template,))
    order.decide()
    owner: Owner | None = None
    if order.group_id is not None:
        owner = await gate.one(Group, order.group_id, to="read", lock=False)
        owner.require_not_deleted()
    elif order.person_id is not None:
        owner = await gate.one(User, order.person_id, to="read", lock=False)
        owner.require_not_erased()
    ordered = await _deliver(gate, order, order.template, owner)
    gate.record("order.approved", order)
    return ordered


@use_case("orderReject")
async def reject_order(gate: Gate, *, order_id: UUID, reason: str) -> OrderRejected:
    """Reject an order that waits; the person who placed it can read the reason."""
    order = await gate.one(LicenseOrder, order_id, to="decide")
    order.decide(reason=reason)
    gate.record("order.rejected", order)
    return OrderRejected(order)


async def _owner(gate: Gate, group_id: UUID | None, person_id: UUID | None) -> Owner | None:
    if group_id is not None and person_id is not None:
        raise BadInput("an order is for a group or for a person, got both; leave one of them out")
    if group_id is not None:
        group = await gate.one(Group, group_id, to="create_license", lock=False)
        group.require_not_deleted()
        return group
    if person_id is None:
        return None
    person = await gate.one(User, person_id, to="read", lock=False)
    if person.kind is not UserKind.HUMAN:
        raise BadInput("a technical user cannot own licenses; order for its group")
    person.require_not_erased()
    return person


async def _first_order(gate: Gate, order: LicenseOrder) -> LicenseOrder | None:
    """The order that already has this external reference: a repetition returns it and does nothing else."""
    if order.external_ref is None:
        return None
    first_id = await gate.run(orders.claim_reference, order.source, order.external_ref)
    if first_id is None:
        return None
    taken = ReferenceTaken("this external reference was used for another order")
    try:
        first = await gate.one(LicenseOrder, first_id, to="read", load=(LicenseOrder.ticket,), lock=False)
    except NotFound:
        raise taken from None
    if not first.is_same_as(order):
        raise taken
    return first


async def _require_allowed(
    gate: Gate, order: LicenseOrder, template: LicenseTemplate, owner: Owner | None, parameters: Parameters
) -> None:
    """The license model, the bounds of the category grant and the edition allow this order."""
    parameters.require_quantity(order.quantity)
    term = parameters.new_term(
        starts_at=order.starts_at or gate.now, expires_at=order.expires_at, days=order.parameters["days"]
    )
    quantity = order.quantity * order.parameters["count"]
    await require_within_grants(
        gate, GrantVerb.CREATE, template, group_id=order.group_id, quantity=quantity, days=term.length_in_days
    )
    if not await gate.may(owner if isinstance(owner, Group) else template, "sell_directly"):
        gate.require(Capability.RESELLER_MANAGEMENT)


async def _deliver(gate: Gate, order: LicenseOrder, template: LicenseTemplate, owner: Owner | None) -> Ordered:
    ticket, code = new_ticket(gate)
    order.ticket_id = ticket.id
    licenses: Sequence[License] = ()
    if owner is not None and not order.parameters["by_code"]:
        licenses = (await fulfill(gate, order, template, ticket, owner)).licenses
    elif isinstance(owner, Group):
        ticket.owner_group_id = owner.id  # its administrators pass the code on
    return Ordered(order, ticket, licenses, OneTime(code))

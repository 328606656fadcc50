"""Ordering licenses, from the portal or from a shop; the vendor decides about what waits."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from resolvers.fulfillment import Owner, fresh_ticket, fulfil
from resolvers.grants import require_grant
from resolvers.products import features_of
from store.db.advisory_locks import acquire_lock
from store.db.base import new_id
from store.errors import BadInput, NotFound
from store.groups import Group, GroupClosure, GroupKind
from store.license_models import Parameters
from store.licenses import License
from store.orders import LicenseOrder, OrderSource, OrderState, ReferenceTaken
from store.portal import Capability
from store.products import GrantVerb, LicenseTemplate
from store.services import group_tree
from store.users import User, UserKind


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
) -> None:
    """Order licenses: they are there at once, or when the vendor has approved it, or when the code is redeemed."""
    await group_tree.lock_tree_shared(gate.session)  # a group that is deleted at this moment takes nothing in any more
    if source is OrderSource.API:
        gate.require(Capability.LICENSE_CREATION_API)
    template = await gate.one(LicenseTemplate, template_id, to="order", lock=False)
    owner = await _owner(gate, group_id, person_id)
    features = await features_of(gate, template.product_id, feature_ids or [])
    asked = {"count": count, "days": days, "features": [str(each.id) for each in features]}
    order = LicenseOrder(
        id=new_id(), actor_id=gate.actor.id, template_id=template.id, group_id=group_id, person_id=person_id,
        quantity=quantity, parameters=asked | {"by_code": by_code or owner is None}, starts_at=starts_at,
        expires_at=expires_at, source=source, external_ref=external_ref, state=OrderState.SUBMITTED,
    )  # fmt: skip
    if await _is_repeated(gate, order):
        return
    parameters = Parameters.from_json(template.model, template.parameters)
    await _require_allowed(gate, order, template, parameters)
    waits = parameters.approval is True and not gate.actor.is_isv_admin
    order.state = OrderState.AWAITING_APPROVAL if waits else OrderState.FULFILLED
    gate.add(order)
    if not waits:
        await _deliver(gate, order, template, owner)
    gate.record("order.created", order)
    await gate.authorize_new(order, to="create")
    for license in await _licenses(gate, order):
        await gate.authorize_new(license, to="create")


@use_case("orderApprove")
async def approve_order(gate: Gate, *, order_id: UUID) -> None:
    """What waits is delivered, as if it had been ordered now."""
    await group_tree.lock_tree_shared(gate.session)
    order = await gate.one(LicenseOrder, order_id, to="decide", load=(LicenseOrder.template,))
    order.decide()
    owner: Owner | None = None
    if order.group_id is not None:
        owner = await gate.one(Group, order.group_id, to="read", lock=False)
        owner.require_not_deleted()
    elif order.person_id is not None:
        owner = await gate.one(User, order.person_id, to="read", lock=False)
        owner.require_not_erased()
    await _deliver(gate, order, order.template, owner)
    gate.record("order.approved", order)


@use_case("orderReject")
async def reject_order(gate: Gate, *, order_id: UUID, reason: str) -> None:
    """What waits is refused, and whoever has ordered it reads why."""
    order = await gate.one(LicenseOrder, order_id, to="decide")
    order.decide(reason=reason)
    gate.record("order.rejected", order)


async def _owner(gate: Gate, group_id: UUID | None, person_id: UUID | None) -> Owner | None:
    if group_id is not None and person_id is not None:
        raise BadInput("an order is for a group or for a person")
    if group_id is not None:
        group = await gate.one(Group, group_id, to="create_license", lock=False)
        group.require_not_deleted()
        return group
    if person_id is None:
        return None
    person = await gate.one(User, person_id, to="read", lock=False)
    if person.kind is not UserKind.HUMAN:
        raise BadInput("a license server buys nothing for itself")
    person.require_not_erased()
    return person


async def _is_repeated(gate: Gate, order: LicenseOrder) -> bool:
    """A repeated external reference is the same order: it answers with what there is, and does nothing again."""
    if order.external_ref is None:
        return False
    await acquire_lock(gate.session, f"order {order.source} {order.external_ref}")
    known = (LicenseOrder.source == order.source, LicenseOrder.external_ref == order.external_ref)
    first_id = await gate.session.scalar(sa.select(LicenseOrder.id).where(*known))
    if first_id is None:
        return False
    taken = ReferenceTaken("this external reference was used for another order")
    try:
        first = await gate.one(LicenseOrder, first_id, to="read", load=(LicenseOrder.ticket,), lock=False)
    except NotFound:
        raise taken from None
    if not first.is_same_as(order):
        raise taken
    gate.record("order.repeated", first)
    if first.ticket is not None:
        gate.shows(first.ticket)
    for license in await _licenses(gate, first):
        gate.shows(license)
    return True


async def _require_allowed(gate: Gate, order: LicenseOrder, template: LicenseTemplate, parameters: Parameters) -> None:
    """The license model, the bounds of the right of creation, and the edition."""
    parameters.require_quantity(order.quantity)
    term = parameters.new_term(
        starts_at=order.starts_at or gate.now,
        expires_at=order.expires_at,
        days=order.parameters["days"],
    )
    await require_grant(
        gate, GrantVerb.CREATE, product_id=template.product_id, group_id=order.group_id, days=term.length_in_days,
        quantity=order.quantity * order.parameters["count"], model=template.model,
    )  # fmt: skip
    if not gate.actor.is_isv_admin and not await _is_employee(gate, order.group_id):
        gate.require(Capability.RESELLER_MANAGEMENT)


async def _is_employee(gate: Gate, group_id: UUID | None) -> bool:
    """Whether the group is looked after by the vendor's own people: a house of his stands above it (spec A21)."""
    above = sa.select(GroupClosure.ancestor_id).where(GroupClosure.descendant_id == group_id)
    houses = sa.exists().where(Group.id.in_(above), Group.kind == GroupKind.ISV)
    return bool(await gate.session.scalar(sa.select(houses)))


async def _deliver(gate: Gate, order: LicenseOrder, template: LicenseTemplate, owner: Owner | None) -> None:
    ticket, code = fresh_ticket(gate)
    order.ticket_id = ticket.id
    gate.tell("code", code)
    gate.shows(ticket)
    if owner is not None and not order.parameters["by_code"]:
        await fulfil(gate, order, template, ticket, owner)
    elif isinstance(owner, Group):
        ticket.owner_group_id = owner.id  # its administrators hand the code on


async def _licenses(gate: Gate, order: LicenseOrder) -> list[License]:
    """In the order in which they were made."""
    await gate.session.flush()
    asked = sa.select(License).where(License.order_id == order.id).order_by(License.id)
    return list(await gate.session.scalars(asked))

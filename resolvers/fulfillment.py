"""Fulfillment: the licenses of an order are created once its ticket has an owner."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from authz.gate.gate import Gate
from resolvers.products import features_of
from store.db.base import new_id
from store.groups import Group
from store.license_errors import NotForResale, TargetOutsideOwner
from store.license_models import ModelCell, RenewalBasis
from store.license_parameters import Parameters
from store.license_states import Lifecycle
from store.licenses import License
from store.orders import DemoExists, LicenseOrder
from store.products import LicenseTemplate
from store.queries import orders
from store.ticket_codes import new_code
from store.tickets import Ticket
from store.users import User

Owner = User | Group


@dataclass(frozen=True, slots=True)
class Fulfilled:
    """The ticket with those that it was split into, and the licenses that were created."""

    tickets: Sequence[Ticket]
    licenses: Sequence[License]


def new_ticket(gate: Gate, parent: Ticket | None = None) -> tuple[Ticket, str]:
    """A fresh ticket and its code, which is stored only sealed and hashed."""
    code = new_code()
    seal = gate.external.code_seal
    ticket = Ticket.from_code(code, sealed=seal.seal(code) if seal else None, parent=parent)
    gate.add(ticket)
    return ticket, code


async def fulfill(
    gate: Gate, order: LicenseOrder, template: LicenseTemplate, ticket: Ticket, owner: Owner
) -> Fulfilled:
    """Claim the ticket for its owner and create the licenses; each of several gets a ticket of its own (F99)."""
    await _require_intended(gate, order, owner)
    parameters = Parameters.from_json(template.model, template.parameters)
    count = order.parameters["count"]
    if parameters.preset.not_for_resale:
        await _require_internal(gate, owner)
    if parameters.preset.one_live_per_owner:
        await _require_no_demo(gate, parameters, template.product_id, owner, count)
    ticket.claim(owner, at=gate.now, parts=count)
    features = await features_of(gate, template.product_id, [UUID(each) for each in order.parameters["features"]])
    tickets, licenses = [ticket], []
    for _ in range(count):
        part = ticket
        if count > 1:
            part, _code = new_ticket(gate, parent=ticket)
            part.claim(owner, at=gate.now)
            tickets.append(part)
        license = _new_license(gate, order, template, parameters, owner)
        license.ticket_id, license.features = part.id, features
        gate.add(license)
        gate.record("license.created", license)
        licenses.append(license)
    return Fulfilled(tickets, licenses)


async def _require_internal(gate: Gate, owner: Owner) -> None:
    """Internal licenses are for groups that are tagged internal, for resellers, and for their teams (spec 1.3)."""
    if not isinstance(owner, Group) or not await gate.run(orders.is_internal, [owner.id]):
        raise NotForResale("an internal license can be owned only by a group of the vendor or of a reseller")


async def _require_intended(gate: Gate, order: LicenseOrder, owner: Owner) -> None:
    """A code that was passed on carries no license out of the group, or to another person, than it was ordered for."""
    if order.person_id not in (None, owner.id):
        raise TargetOutsideOwner("this ticket was ordered for another person")
    if order.group_id is not None and not await gate.run(orders.is_below, owner.id, order.group_id):
        raise TargetOutsideOwner("this ticket can be redeemed only for the group it was ordered for, or one below it")


async def _require_no_demo(gate: Gate, parameters: Parameters, product_id: UUID, owner: Owner, count: int) -> None:
    """One live demo for each owner and product (spec 1.3)."""
    if count > 1:
        raise parameters.rule_broken(
            f"an owner can have 1 demo of a product, got an order of {count}", ModelCell.QUANTITY, limit=1
        )
    if not await gate.run(orders.claim_demo, owner, product_id, parameters.model, at=gate.now):
        raise DemoExists("this owner already has a live demo of this product")


def _new_license(
    gate: Gate, order: LicenseOrder, template: LicenseTemplate, parameters: Parameters, owner: Owner
) -> License:
    preset = parameters.preset
    term = parameters.new_term(
        starts_at=order.starts_at or gate.now, expires_at=order.expires_at, days=order.parameters["days"]
    )
    license = License(
        id=new_id(),
        product_id=template.product_id,
        order_id=order.id,
        model=template.model,
        quantity=order.quantity,
        starts_at=term.starts_at,
        expires_at=term.expires_at,
        anchor_at=term.anchor_at,
        period=term.period,
        days=term.days,
        lifecycle=Lifecycle.VALID,
        auto_renew=parameters.renews_automatically,
        rules=dict(template.rules),
        notice_days=preset.notice_days if parameters.notice_days is None else parameters.notice_days,
        renewal_basis=RenewalBasis(parameters.basis or RenewalBasis.FROM_EXPIRY),
        container_types=template.allowed_container_types or None,
        not_for_resale=preset.not_for_resale,
    )
    if isinstance(owner, Group):
        license.owner_group_id = owner.id
    else:
        license.owner_user_id = license.assigned_user_id = owner.id
    license.update_lifecycle(at=gate.now)
    return license

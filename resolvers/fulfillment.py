"""From an order and a ticket to licenses: made when somebody is known whose they are."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload

from authz.gate.gate import Gate
from resolvers.products import features_of
from store.db.advisory_locks import acquire_lock
from store.db.base import new_id
from store.groups import Group, GroupClosure, GroupKind
from store.license_errors import NotForResale, TargetOutsideOwner
from store.license_models import ModelCell, Parameters, RenewalBasis
from store.licenses import License, Lifecycle
from store.orders import DemoExists, LicenseOrder
from store.products import LicenseTemplate
from store.ticket_codes import new_code
from store.tickets import Ticket
from store.users import User

Owner = User | Group


def fresh_ticket(gate: Gate, parent: Ticket | None = None) -> tuple[Ticket, str]:
    """A ticket and its code, which stands nowhere but under seal."""
    code = new_code()
    ticket = Ticket.from_code(
        code, sealed=gate.services.code_seal.seal(code) if gate.services.code_seal else None, parent=parent
    )
    gate.add(ticket)
    return ticket, code


async def fulfil(gate: Gate, order: LicenseOrder, template: LicenseTemplate, ticket: Ticket, owner: Owner) -> None:
    """The owner has redeemed the ticket: the licenses come to be; of several each gets a ticket of its own (F99)."""
    await _require_meant(gate, order, owner)
    parameters = Parameters.from_json(template.model, template.parameters)
    count = order.parameters["count"]
    if parameters.preset.not_for_resale:
        await require_internal(gate, owner)
    if parameters.preset.one_live_per_owner:
        await _require_no_demo(gate, parameters, template.product_id, owner, count)
    ticket.claim(owner, at=gate.now, parts=count)
    gate.shows(ticket)
    features = await features_of(gate, template.product_id, [UUID(each) for each in order.parameters["features"]])
    for _ in range(count):
        part = ticket
        if count > 1:
            part, _code = fresh_ticket(gate, parent=ticket)
            part.claim(owner, at=gate.now)
            gate.shows(part)
        license = _made(gate, order, template, parameters, owner)
        license.ticket_id, license.features = part.id, features
        gate.add(license)
        gate.record("license.created", license)


async def order_of(gate: Gate, ticket: Ticket) -> LicenseOrder | None:
    """What was ordered with a ticket, with its template."""
    asked = sa.select(LicenseOrder).where(LicenseOrder.ticket_id == ticket.id)
    found = await gate.session.scalar(asked.options(joinedload(LicenseOrder.template)))
    return found  # noqa: RET504 - a name for what SQLAlchemy calls Any


async def require_internal(gate: Gate, owner: Owner) -> None:
    """Not for resale: only in groups that are tagged internal or reseller, and in teams of these (spec 1.3)."""
    if not isinstance(owner, Group) or not await is_internal(gate, [owner.id]):
        raise NotForResale("this license is for the vendor's and the resellers' own people")


async def is_internal(gate: Gate, group_ids: list[UUID]) -> bool:
    """Whether one of the groups is at home in the house; a team is what the group above it is."""
    nearest = (
        sa.select(Group.is_internal, Group.kind)
        .join(GroupClosure, GroupClosure.ancestor_id == Group.id)
        .where(GroupClosure.descendant_id.in_(group_ids))
        .where(sa.or_(Group.kind != GroupKind.TEAM, Group.is_internal))
        .ext(distinct_on(GroupClosure.descendant_id))
        .order_by(GroupClosure.descendant_id, GroupClosure.depth)
    )
    found = await gate.session.execute(nearest)
    return any(each.is_internal or each.kind in (GroupKind.ISV, GroupKind.RESELLER) for each in found)


async def _require_meant(gate: Gate, order: LicenseOrder, owner: Owner) -> None:
    """Whoever passes a code on does not carry licenses out of the group, or to another person, than they were ordered for."""
    if order.person_id not in (None, owner.id):
        raise TargetOutsideOwner("this ticket is for another person")
    if order.group_id is None:
        return
    below = (GroupClosure.ancestor_id == order.group_id, GroupClosure.descendant_id == owner.id)
    if not await gate.session.scalar(sa.select(sa.exists().where(*below))):
        raise TargetOutsideOwner("this ticket is for the group that it was ordered for, and those below it")


async def _require_no_demo(gate: Gate, parameters: Parameters, product_id: UUID, owner: Owner, count: int) -> None:
    """One live demo for each owner and product; two orders at the same moment wait for each other."""
    if count > 1:
        raise parameters.rule_broken("one demo is enough for one owner", ModelCell.QUANTITY, limit=1)
    await acquire_lock(gate.session, f"demo {owner.id} {product_id}")
    owned = License.owner_group_id if isinstance(owner, Group) else License.owner_user_id
    live = sa.exists().where(
        owned == owner.id,
        License.product_id == product_id,
        License.model == parameters.model,
        License.lifecycle.in_((Lifecycle.SCHEDULED, Lifecycle.VALID, Lifecycle.SUSPENDED)),
        sa.or_(License.expires_at.is_(None), License.expires_at > gate.now),
    )
    if await gate.session.scalar(sa.select(live)):
        raise DemoExists("there is a live demo of this product for this owner already")


def _made(gate: Gate, order: LicenseOrder, template: LicenseTemplate, parameters: Parameters, owner: Owner) -> License:
    term = parameters.new_term(
        starts_at=order.starts_at or gate.now,
        expires_at=order.expires_at,
        days=order.parameters["days"],
    )
    license = License(
        id=new_id(), product_id=template.product_id, order_id=order.id, model=template.model, quantity=order.quantity,
        starts_at=term.starts_at, expires_at=term.expires_at, anchor_at=term.anchor_at, period=term.period,
        days=term.days, lifecycle=Lifecycle.VALID, auto_renew=parameters.renews_automatically, rules=dict(template.rules),
        notice_days=parameters.preset.notice_days if parameters.notice_days is None else parameters.notice_days,
        renewal_basis=RenewalBasis(parameters.basis or RenewalBasis.FROM_EXPIRY),
        container_types=template.allowed_container_types or None, not_for_resale=parameters.preset.not_for_resale,
    )  # fmt: skip
    if isinstance(owner, Group):
        license.owner_group_id = owner.id
    else:
        license.owner_user_id = license.assigned_user_id = owner.id
    license.update_lifecycle(at=gate.now)
    return license

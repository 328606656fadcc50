"""Rights of creation: the vendor gives them, their holders pass on what they hold, and who gave one takes it back."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from store.db.base import new_id
from store.errors import BadInput
from store.groups import Group, GroupClosure
from store.licenses import License
from store.products import (
    Category,
    CategoryGrant,
    GrantBound,
    GrantBoundExceeded,
    GrantState,
    GrantVerb,
    LicenseModel,
    LicenseTemplate,
    ProductCategory,
)
from store.services import grant_revocation, group_tree
from store.users import User, UserKind

_COLUMNS = {
    GrantVerb.CREATE: CategoryGrant.can_create,
    GrantVerb.MODIFY: CategoryGrant.can_modify,
    GrantVerb.REVOKE: CategoryGrant.can_revoke,
}


@use_case("categoryGrantCreate")
async def create_grant(
    gate: Gate,
    *,
    category_id: UUID,
    holder_id: UUID,
    scope_group_id: UUID,
    verbs: list[GrantVerb],
    max_quantity: int | None = None,
    max_days: int | None = None,
    models: list[LicenseModel] | None = None,
) -> None:
    """A person may create, change or withdraw licenses of a category, for a group and those below it."""
    await group_tree.lock_tree_shared(gate.session)  # a group that is deleted at this moment takes nothing in any more
    category = await gate.one(Category, category_id, to="grant", lock=False)
    bounds = {
        "max_quantity": max_quantity,
        "max_days": max_days,
        "models": sorted(str(each) for each in models) if models else None,
    }
    grant = await _given(gate, category.id, holder_id, scope_group_id, verbs, bounds)
    gate.add(grant)
    gate.record("category_grant.created", grant)
    await gate.authorize_new(grant, to="revoke")


@use_case("categoryGrantPassOn")
async def pass_on_grant(
    gate: Gate,
    *,
    grant_id: UUID,
    holder_id: UUID,
    scope_group_id: UUID,
    verbs: list[GrantVerb],
    max_quantity: int | None = None,
    max_days: int | None = None,
    models: list[LicenseModel] | None = None,
) -> None:
    """Nobody passes on more than he holds; it stands as long as the right that it came from."""
    await group_tree.lock_tree_shared(gate.session)
    held = await gate.one(CategoryGrant, grant_id, to="pass_on")
    held.require_not_revoked()
    bounds = {
        "max_quantity": max_quantity,
        "max_days": max_days,
        "models": sorted(str(each) for each in models) if models else None,
    }
    grant = await _given(gate, held.category_id, holder_id, scope_group_id, verbs, bounds)
    grant.passed_on_from_id = held.id
    held.require_covers(grant)
    below = (GroupClosure.ancestor_id == held.scope_group_id, GroupClosure.descendant_id == scope_group_id)
    if not await gate.session.scalar(sa.select(sa.exists().where(*below))):
        raise GrantBoundExceeded("your own right is for another part of the tree", bound=GrantBound.SCOPE)
    gate.add(grant)
    gate.record("category_grant.passed_on", grant)
    await gate.authorize_new(grant, to="revoke")


@use_case("categoryGrantRevoke")
async def revoke_grant(gate: Gate, *, grant_id: UUID) -> None:
    """Take a right back, and with it all that was passed on from it (spec A17)."""
    grant = await gate.one(CategoryGrant, grant_id, to="revoke")
    grant.revoke(at=gate.now)
    gate.record("category_grant.revoked", grant)
    await gate.flush()
    await gate.run(grant_revocation.revoke_passed_on, grant.id, at=gate.now)
    # Again: for what was passed on while the first statement waited for a row.
    await gate.run(grant_revocation.revoke_passed_on, grant.id, at=gate.now)


async def require_within_grants(
    gate: Gate,
    verb: GrantVerb,
    subject: License | LicenseTemplate,
    *,
    group_id: UUID | None,
    quantity: int,
    days: int | None,
) -> None:
    """Check a license, or an order of a template, against the bounds of the caller's grants.

    Only the policy decides whether a grant is needed at all: without any, nothing is checked here.

    Raises GrantBoundExceeded for a bound of the most generous grant, if no grant allows it.
    """
    if await gate.may(subject, "override_limits"):
        return
    problem = None
    for grant in await _grants(gate, verb, subject.product_id, group_id):
        try:
            grant.require_within(quantity=quantity, days=days, model=subject.model)
        except GrantBoundExceeded as over:
            problem = problem or over
        else:
            return
    if problem is not None:
        raise problem


async def _grants(gate: Gate, verb: GrantVerb, product_id: UUID, group_id: UUID | None) -> Collection[CategoryGrant]:
    """The most generous first: of what is too much for all of them, its bound is told."""
    asked = (
        sa.select(CategoryGrant)
        .join(GroupClosure, GroupClosure.ancestor_id == CategoryGrant.scope_group_id)
        .join(ProductCategory, ProductCategory.category_id == CategoryGrant.category_id)
        .where(
            CategoryGrant.holder_id == gate.actor.id,
            CategoryGrant.state == GrantState.ACTIVE,
            _COLUMNS[verb],
            GroupClosure.descendant_id == group_id,
            ProductCategory.product_id == product_id,
        )
        .order_by(CategoryGrant.max_quantity.desc().nulls_first(), CategoryGrant.max_days.desc().nulls_first())
    )
    return (await gate.session.scalars(asked)).all()


async def _given(
    gate: Gate,
    category_id: UUID,
    holder_id: UUID,
    scope_group_id: UUID,
    verbs: list[GrantVerb],
    bounds: dict[str, Any],
) -> CategoryGrant:
    if not verbs:
        raise BadInput("a right of creation lets its holder do something")
    holder = await gate.one(User, holder_id, to="read", lock=False)
    scope = await gate.one(Group, scope_group_id, to="read", lock=False)
    scope.require_not_deleted()
    if holder.kind is not UserKind.HUMAN:
        raise BadInput("a right of creation is for a person")
    holder.require_not_erased()
    grant = CategoryGrant(
        id=new_id(), category_id=category_id, holder_id=holder.id, scope_group_id=scope.id,
        granted_by_id=gate.actor.id, state=GrantState.ACTIVE, **bounds,
    )  # fmt: skip
    grant.set_verbs(verbs)
    return grant

"""Grants: the right of a person to create, modify and revoke licenses of a category, given by the vendor and passed on."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from store.db.base import new_id
from store.errors import BadInput
from store.grants import CategoryGrant, GrantBound, GrantBoundExceeded, GrantState, GrantVerb
from store.groups import Group
from store.licenses import License
from store.products import Category, LicenseModel, LicenseTemplate
from store.queries import grants, groups
from store.services import grant_revocation, group_tree
from store.users import User, UserKind


@dataclass(frozen=True, slots=True)
class GrantChanged:
    """A grant that is new or revoked."""

    category_grant: CategoryGrant


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
) -> GrantChanged:
    """Let a person create, modify or revoke licenses of a category, for a group and those below it."""
    await gate.run(group_tree.lock_tree_shared)  # the scope is not deleted in the meantime
    category = await gate.one(Category, category_id, to="grant", lock=False)
    grant = await _new_grant(
        gate, category.id, holder_id, scope_group_id, verbs, max_quantity=max_quantity, max_days=max_days, models=models
    )
    gate.add(grant)
    gate.record("category_grant.created", grant)
    await gate.authorize_new(grant, to="revoke")
    return GrantChanged(category_grant=grant)


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
) -> GrantChanged:
    """Pass on a grant, or a part of it, to another person; it ends with the grant that it came from."""
    await gate.run(group_tree.lock_tree_shared)
    held = await gate.one(CategoryGrant, grant_id, to="pass_on")
    held.require_not_revoked()
    grant = await _new_grant(
        gate,
        held.category_id,
        holder_id,
        scope_group_id,
        verbs,
        max_quantity=max_quantity,
        max_days=max_days,
        models=models,
    )
    grant.passed_on_from_id = held.id
    held.require_covers(grant)
    if not await gate.run(groups.is_at_or_below, scope_group_id, held.scope_group_id):
        raise GrantBoundExceeded("your grant does not cover this group", bound=GrantBound.SCOPE)
    gate.add(grant)
    gate.record("category_grant.passed_on", grant)
    await gate.authorize_new(grant, to="revoke")
    return GrantChanged(category_grant=grant)


@use_case("categoryGrantRevoke")
async def revoke_grant(gate: Gate, *, grant_id: UUID) -> GrantChanged:
    """Revoke a grant, and with it all that was passed on from it (spec A17)."""
    grant = await gate.one(CategoryGrant, grant_id, to="revoke")
    grant.revoke(at=gate.now)
    gate.record("category_grant.revoked", grant)
    await gate.flush()
    await gate.run(grant_revocation.revoke_passed_on, grant.id, at=gate.now)
    # Again: for what was passed on while the first statement waited for a row.
    await gate.run(grant_revocation.revoke_passed_on, grant.id, at=gate.now)
    return GrantChanged(category_grant=grant)


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
    for grant in await gate.run(grants.active_grants, verb, gate.actor.id, subject.product_id, group_id):
        try:
            grant.require_within(quantity=quantity, days=days, model=subject.model)
        except GrantBoundExceeded as over:
            problem = problem or over
        else:
            return
    if problem is not None:
        raise problem


async def _new_grant(
    gate: Gate,
    category_id: UUID,
    holder_id: UUID,
    scope_group_id: UUID,
    verbs: Sequence[GrantVerb],
    *,
    max_quantity: int | None,
    max_days: int | None,
    models: Sequence[LicenseModel] | None,
) -> CategoryGrant:
    if not verbs:
        raise BadInput(f"a grant needs at least one of {', '.join(GrantVerb)}")
    holder = await gate.one(User, holder_id, to="read", lock=False)
    scope = await gate.one(Group, scope_group_id, to="read", lock=False)
    scope.require_not_deleted()
    if holder.kind is not UserKind.HUMAN:
        raise BadInput("the holder of a grant must be a person, not a technical user")
    holder.require_not_erased()
    grant = CategoryGrant(
        id=new_id(),
        category_id=category_id,
        holder_id=holder.id,
        scope_group_id=scope.id,
        max_quantity=max_quantity,
        max_days=max_days,
        models=sorted(str(each) for each in models) if models else None,
        granted_by_id=gate.actor.id,
        state=GrantState.ACTIVE,
    )
    grant.set_verbs(verbs)
    return grant

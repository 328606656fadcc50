"""Queries about grants."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from store.grants import CategoryGrant, GrantState, GrantVerb
from store.groups import GroupClosure
from store.products import ProductCategory

_COLUMNS = {
    GrantVerb.CREATE: CategoryGrant.can_create,
    GrantVerb.MODIFY: CategoryGrant.can_modify,
    GrantVerb.REVOKE: CategoryGrant.can_revoke,
}


async def active_grants(
    session: AsyncSession, verb: GrantVerb, holder_id: UUID, product_id: UUID, group_id: UUID | None
) -> Sequence[CategoryGrant]:
    """The active grants of a person for a verb, a product and a group, the most generous first."""
    statement = (
        sa.select(CategoryGrant)
        .join(GroupClosure, GroupClosure.ancestor_id == CategoryGrant.scope_group_id)
        .join(ProductCategory, ProductCategory.category_id == CategoryGrant.category_id)
        .where(
            CategoryGrant.holder_id == holder_id,
            CategoryGrant.state == GrantState.ACTIVE,
            _COLUMNS[verb],
            GroupClosure.descendant_id == group_id,
            ProductCategory.product_id == product_id,
        )
        .order_by(CategoryGrant.max_quantity.desc().nulls_first(), CategoryGrant.max_days.desc().nulls_first())
    )
    return (await session.scalars(statement)).all()

"""The portal's rows as CSV files for an import, read in one snapshot and in a stable order."""

from collections.abc import AsyncIterator, Mapping
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from resolvers.bulk.columns import FILES, CsvFile, cell_of
from store.groups import Group
from store.license_states import Lifecycle
from store.licenses import License, LicenseFeature
from store.memberships import Membership, MembershipState
from store.products import Feature, Product
from store.users import User, UserStatus

_AT_ONCE = 2000

_owner_group, _owner_user = sa.orm.aliased(Group), sa.orm.aliased(User)
_there = (Group.deleted_at.is_(None), User.status != UserStatus.ERASED)
_codes = (
    sa.select(sa.func.array_agg(aggregate_order_by(Feature.code, Feature.code)))
    .join(LicenseFeature, LicenseFeature.feature_id == Feature.id)
    .where(LicenseFeature.license_id == License.id)
    .scalar_subquery()
)
_state = sa.case((License.lifecycle.in_((Lifecycle.SUSPENDED, Lifecycle.REVOKED)), License.lifecycle))
_licenses_that_stay = sa.or_(
    License.owner_group_id.in_(sa.select(Group.id).where(_there[0])),
    License.owner_user_id.in_(sa.select(User.id).where(_there[1])),
)

_ASKED: Mapping[str, sa.Select[*tuple[Any, ...]]] = MappingProxyType(
    {
        "products": sa.select(
            Product.firm_code, Product.product_code, Product.name, Product.description, Product.deactivation_allowed
        ).order_by(Product.firm_code, Product.product_code),
        "features": sa.select(Product.firm_code, Product.product_code, Feature.code, Feature.name)
        .join(Feature, Feature.product_id == Product.id)
        .order_by(Product.firm_code, Product.product_code, Feature.code),
        "groups": sa.select(Group.id, Group.name, Group.kind, Group.parent_id, Group.is_internal)
        .where(_there[0])
        .order_by(Group.id),
        "users": sa.select(
            User.id, User.email, User.name, User.kind, User.home_group_id, User.status, User.locale, User.is_isv_admin
        )
        .where(_there[1])
        .order_by(User.id),
        "memberships": sa.select(Membership.user_id, Membership.group_id, Membership.role, Membership.bundle)
        .join(User, User.id == Membership.user_id)
        .join(Group, Group.id == Membership.group_id)
        .where(Membership.state == MembershipState.ACTIVE, *_there)
        .order_by(Membership.user_id, Membership.group_id),
        "licenses": sa.select(
            License.id,
            Product.firm_code,
            Product.product_code,
            License.model,
            License.quantity,
            License.owner_group_id,
            License.owner_user_id,
            _codes,
            License.starts_at,
            License.expires_at,
            License.anchor_at,
            License.period,
            License.days,
            License.first_activated_at,
            License.auto_renew,
            License.notice_days,
            License.renewal_basis,
            License.next_quantity,
            License.time_pool_days,
            License.cancelled_at,
            License.deactivation_allowed,
            License.container_types,
            _state,
        )
        .join(Product, Product.id == License.product_id)
        .where(_licenses_that_stay)
        .order_by(License.id),
        "assignments": sa.select(License.id, License.assigned_user_id, License.assigned_group_id, License.visibility)
        .where(_licenses_that_stay, License.owner_group_id.is_not(None))
        .where(sa.func.num_nonnulls(License.assigned_user_id, License.assigned_group_id) == 1)
        .order_by(License.id),
    }
)


async def lines_of(connection: AsyncConnection, csv_file: CsvFile) -> AsyncIterator[list[str]]:
    """The rows of a file as cells."""
    asked = _ASKED[csv_file.name].execution_options(yield_per=_AT_ONCE)
    async with connection.stream(asked) as found:
        async for row in found:
            yield [cell_of(value) for value in row]


async def left_out(connection: AsyncConnection) -> int:
    """The number of assignments that cannot be exported: those to projects."""
    in_projects = sa.select(sa.func.count()).where(License.assigned_project_id.is_not(None))
    return await connection.scalar(in_projects) or 0


assert _ASKED.keys() == FILES.keys(), "every file has a query"

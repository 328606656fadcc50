"""Existing rows that an import refers to, read with a fixed number of statements."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from resolvers.bulk.rows import Row, id_of
from store.activations import Activation
from store.db.bulk_copy import in_array
from store.groups import Group
from store.license_states import Lifecycle
from store.licenses import License
from store.memberships import Membership
from store.products import Feature, LicenseModel, Product
from store.users import User

_GROUP = (Group.id, Group.name, Group.kind, Group.parent_id, Group.is_internal, Group.deleted_at)
_USER = (User.id, User.email, User.name, User.kind, User.home_group_id, User.status, User.is_isv_admin)
_LICENSE = (
    License.id,
    License.product_id,
    License.model,
    License.quantity,
    License.owner_group_id,
    License.owner_user_id,
    License.assigned_group_id,
    License.assigned_user_id,
    License.assigned_project_id,
    License.visibility,
    License.lifecycle,
    License.starts_at,
    License.expires_at,
    License.not_for_resale,
)


@dataclass
class Known:
    """Existing rows by their keys."""

    groups: dict[UUID, Any] = field(default_factory=dict)
    users: dict[UUID, Any] = field(default_factory=dict)
    addresses: dict[str, UUID] = field(default_factory=dict)
    memberships: dict[tuple[UUID, UUID], Any] = field(default_factory=dict)
    products: dict[tuple[int, int], Any] = field(default_factory=dict)
    features: dict[tuple[UUID, int], Any] = field(default_factory=dict)
    licenses: dict[UUID, Any] = field(default_factory=dict)
    demos: set[tuple[UUID, UUID]] = field(default_factory=set)
    """Owner and product of each live demo."""


async def read_known(session: AsyncSession, rows: Mapping[str, list[Row]], *, aliases: Mapping[str, UUID]) -> Known:
    """Read what the rows refer to, and the whole tree of groups, whose levels are needed."""
    known = Known()
    found: Any
    for found in await session.execute(sa.select(*_GROUP)):
        known.groups[found.id] = found
    await _people(session, known, rows, aliases)
    await _catalog(session, known, rows)
    asked = {*_ids("license", rows["licenses"], "key"), *_ids("license", rows["assignments"], "license")}
    in_use = sa.exists().where(Activation.license_id == License.id, Activation.seat.is_not(None)).label("in_use")
    for found in await _those(session, sa.select(*_LICENSE, in_use), License.id, asked):
        known.licenses[found.id] = found
    return known


async def lock_assigned(session: AsyncSession, rows: Mapping[str, list[Row]], *, aliases: Mapping[str, UUID]) -> None:
    """Lock the licenses to be assigned, and the memberships of their assignees, until the transaction ends."""
    licenses = _ids("license", rows["assignments"], "license")
    held = sa.select(License.id).where(in_array(License.id, licenses)).order_by(License.id)
    await session.execute(held.with_for_update(key_share=True))
    named = {each["user"] for each in rows["assignments"] if each["user"]}
    ids = {id_of("user", each) for each in named} | set(aliases.values())
    by_address = sa.select(User.id).where(in_array(User.email, {each.casefold() for each in named if "@" in each}))
    theirs = sa.or_(in_array(Membership.user_id, ids), Membership.user_id.in_(by_address))
    belonging = sa.select(Membership.id).where(theirs).order_by(Membership.id)
    await session.execute(belonging.with_for_update(read=True))


async def live_demos(session: AsyncSession, owners: Iterable[UUID], *, at: Any) -> set[tuple[UUID, UUID]]:
    """Owner and product of the live demos of these owners."""
    owner = sa.func.coalesce(License.owner_group_id, License.owner_user_id)
    live = License.lifecycle.in_((Lifecycle.SCHEDULED, Lifecycle.VALID, Lifecycle.SUSPENDED))
    runs = sa.or_(License.expires_at.is_(None), License.expires_at > at)
    wanted = list(owners)
    of_them = sa.or_(in_array(License.owner_group_id, wanted), in_array(License.owner_user_id, wanted))
    asked = sa.select(owner, License.product_id).where(License.model == LicenseModel.DEMO, live, runs, of_them)
    return {(each[0], each[1]) for each in await session.execute(asked)} if wanted else set()


async def _people(
    session: AsyncSession, known: Known, rows: Mapping[str, list[Row]], aliases: Mapping[str, UUID]
) -> None:
    named = [
        *(each["key"] for each in rows["users"]),
        *(each["user"] for each in (*rows["memberships"], *rows["assignments"])),
        *(each["owner_user"] for each in rows["licenses"]),
    ]
    keys = {each for each in named if each}
    ids = {id_of("user", each) for each in keys} | set(aliases.values())
    addresses = {each.casefold() for each in keys if "@" in each} | {each["email"] for each in rows["users"]} - {None}
    found: Any
    for column, asked in ((User.id, ids), (User.email, addresses)):
        for found in await _those(session, sa.select(*_USER), column, asked):
            known.users[found.id] = found
            if found.email is not None:
                known.addresses[found.email] = found.id
    belongs = sa.select(Membership.user_id, Membership.group_id, Membership.role, Membership.state, Membership.bundle)
    for found in await _those(session, belongs, Membership.user_id, known.users):
        known.memberships[found.user_id, found.group_id] = found


async def _catalog(session: AsyncSession, known: Known, rows: Mapping[str, list[Row]]) -> None:
    named = (*rows["products"], *rows["features"], *rows["licenses"])
    codes = {each["product_code"] for each in named} - {None}
    products = sa.select(Product.id, Product.firm_code, Product.product_code, Product.name)
    found: Any
    for found in await _those(session, products, Product.product_code, codes):
        known.products[found.firm_code, found.product_code] = found
    ids = [each.id for each in known.products.values()]
    features = sa.select(Feature.id, Feature.product_id, Feature.code, Feature.name)
    for found in await _those(session, features, Feature.product_id, ids):
        known.features[found.product_id, found.code] = found


async def _those(session: AsyncSession, asked: Any, column: Any, values: Iterable[Any]) -> list[Any]:
    wanted = list(values)
    return list(await session.execute(asked.where(in_array(column, wanted)))) if wanted else []


def _ids(kind: str, rows: list[Row], column: str) -> set[UUID]:
    return {id_of(kind, each[column]) for each in rows if each[column]}

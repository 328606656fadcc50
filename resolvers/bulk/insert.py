"""Writing an import: rows by COPY, with the closure, cloud containers and emails that belong to them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from resolvers.bulk.check import Check, Values
from resolvers.registrations import new_confirmation
from store.containers import Container
from store.db.base import new_id
from store.db.bulk_copy import copy_rows
from store.groups import Group, GroupClosure
from store.licenses import License, LicenseFeature
from store.memberships import Membership
from store.products import Feature, Product
from store.services.cloud_containers import new_cloud_container
from store.users import User, UserStatus

_ASSIGNED: Any = (License.id, License.assigned_user_id, License.assigned_group_id, License.visibility)
_CLOUD = ("type", "serial", "name", "owner_user_id", "owner_group_id")


async def write(session: AsyncSession, check: Check) -> None:
    """Insert what a check has found to be new, in the caller's transaction."""
    new = {name: [values for _, values in found] for name, found in check.plan.new.items()}
    stamps = {"created_at": check.now, "updated_at": check.now}

    async def add(cls: Any, rows: Iterable[Values]) -> None:
        await copy_rows(session, cls, [{**row, **stamps} for row in rows])

    await add(Product, new["products"])
    await add(Feature, new["features"])
    await add(Group, new["groups"])
    await copy_rows(session, GroupClosure, [each for row in new["groups"] for each in _closure(check, row["id"])])
    await add(Container, (_cloud(Group(id=row["id"], name=row["name"])) for row in new["groups"]))
    await add(User, new["users"])
    await add(Container, (_cloud(User(id=row["id"], name=row["name"], kind=row["kind"])) for row in new["users"]))
    for row in new["users"]:
        if row["status"] is UserStatus.PENDING:
            account = User(id=row["id"], email=row["email"], locale=row["locale"])
            session.add_all(new_confirmation(account, at=check.now))
    await session.flush()
    await add(Membership, new["memberships"])
    await add(License, map(_license, new["licenses"]))
    switched_on = [(row["id"], each) for row in new["licenses"] for each in row["features"]]
    await copy_rows(
        session, LicenseFeature, [{"license_id": id_, "feature_id": feature} for id_, feature in switched_on]
    )
    await _assign(session, [row for row in new["assignments"] if not row["is_new"]])


def _license(row: Values) -> Values:
    return {name: value for name, value in row.items() if name != "features"}


def _closure(check: Check, group_id: UUID) -> list[Values]:
    return [
        {"ancestor_id": above, "descendant_id": group_id, "depth": depth}
        for depth, above in enumerate(check.above(group_id))
    ]


def _cloud(owner: User | Group) -> Values:
    container = new_cloud_container(owner)
    return {"id": new_id(), **{name: getattr(container, name) for name in _CLOUD}}


async def _assign(session: AsyncSession, rows: list[Values]) -> None:
    """Assign existing licenses from the pools of their groups."""
    if not rows:
        return
    columns: list[Any] = [sa.column(each.key, each.type) for each in _ASSIGNED]
    lists = [sa.literal([row[each.key] for row in rows], ARRAY(each.type)) for each in columns]
    said = sa.func.unnest(*lists).table_valued(*columns).render_derived()
    await session.execute(
        sa.update(License)
        .where(License.id == said.c.id)
        .values(
            assigned_user_id=said.c.assigned_user_id,
            assigned_group_id=said.c.assigned_group_id,
            visibility=said.c.visibility,
            version=License.version + 1,
        ),
        execution_options={"synchronize_session": False},
    )

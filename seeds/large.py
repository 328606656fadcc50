"""A large world generated from a seed: repeatable, with a realistic skew, and loaded with COPY."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from seeds.large_catalog import create_catalog, create_sites
from seeds.large_licenses import DAY, Market, Sale
from seeds.large_people import (
    MIN_ORDINARY_USERS,
    VENDOR_ADMINS,
    assign_memberships,
    container_rows,
    create_people,
    membership_rows,
    user_rows,
)
from seeds.large_tree import Tree, grow_tree
from seeds.rng import SeededRandom
from seeds.rows import Rows, copy
from store.audit import AuditEntry, append
from store.db.database import Database
from store.db.registry import RESOURCES, UNGUARDED
from store.errors import BadInput
from store.groups import GroupKind
from store.portal import Portal

_AGE, _BATCH, _MIN_GROUPS = timedelta(days=7 * 365), 10_000, 20
_LICENSES_PER_HISTORY, _MIN_HISTORIES, _HISTORY_LENGTH = 1000, 20, 20
_ACTIONS = ("license.assigned", "license.activated", "license.deactivated", "license.visibility_set")

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class Size:
    """The size of a large world, and its random seed."""

    licenses: int
    groups: int
    users: int
    seed: int

    def __post_init__(self) -> None:
        if self.groups < _MIN_GROUPS:
            raise BadInput(f"a large world needs at least {_MIN_GROUPS} groups, got {self.groups}")
        min_users = self.groups + VENDOR_ADMINS + MIN_ORDINARY_USERS
        if self.users < min_users:
            raise BadInput(
                f"{self.groups} groups with one admin each need at least {min_users} users, got {self.users}"
            )
        if self.licenses < 1:
            raise BadInput(f"a large world needs at least one license, got {self.licenses}")


async def load(database: Database, size: Size, *, now: datetime, report: Report) -> None:
    """Add the world in one transaction, then update PostgreSQL's statistics.

    `report` is called with the name of the stage, the number of finished items, and their total.
    """
    async with database.engine.connect() as connection, connection.begin():
        await _fill(connection, size, now=now, report=report)
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        tables = [cls.__tablename__ for cls in (*RESOURCES, *UNGUARDED)]
        for number, table in enumerate(tables, start=1):
            await connection.execute(sa.text(f'VACUUM (ANALYZE) "{table}"'))  # VACUUM also enables index-only scans
            report("statistics", number, len(tables))


async def _fill(connection: AsyncConnection, size: Size, *, now: datetime, report: Report) -> None:
    report("accounts", 0, 3)
    rng = SeededRandom(size.seed)
    start, year = now - _AGE, 365 * DAY
    tree = grow_tree(rng, size.groups, start=start, within=year)
    people = create_people(rng, tree, size.users, start=start + year, within=year / 2)
    if not await connection.scalar(sa.select(sa.exists().select_from(Portal))):
        await connection.execute(sa.insert(Portal).values(_portal(rng.id_at(start), start)))
    await copy(connection, *_group_rows(tree), user_rows(rng, people, tree, seed=size.seed))
    report("accounts", 1, 3)
    memberships = assign_memberships(rng, people, tree)
    rows = membership_rows(rng, people, tree, memberships, start=start + 1.5 * year, within=year / 4)
    await copy(connection, rows)
    report("accounts", 2, 3)
    await copy(connection, container_rows(rng, people, tree, seed=size.seed))
    report("accounts", 3, 3)
    first_sale = start + 1.8 * year
    catalog = create_catalog(rng, people, tree, at=first_sale, seed=size.seed)
    sites = create_sites(rng, people, tree, at=first_sale, seed=size.seed)
    await copy(connection, *catalog.rows, *sites.rows)

    report("licenses", 0, size.licenses)
    market = Market(rng, tree=tree, people=people, catalog=catalog, sites=sites, now=now)
    first_sale += DAY
    step = (now - first_sale) / size.licenses
    instants = (first_sale + step * (number + rng.random()) for number in range(size.licenses))
    histories = max(_MIN_HISTORIES, size.licenses // _LICENSES_PER_HISTORY)
    with_history = range(0, size.licenses, max(1, size.licenses // histories))
    sales: list[Sale] = []
    for done in range(0, size.licenses, _BATCH):
        await copy(connection, *market.sell(list(itertools.islice(instants, _BATCH))))
        sales += [sale for number, sale in enumerate(market.last_batch, start=done) if number in with_history]
        report("licenses", min(done + _BATCH, size.licenses), size.licenses)
    report("audit trail", 0, 1)
    await _append_entries(connection, _history(rng, sales, now=now))
    report("audit trail", 1, 1)


def _history(rng: SeededRandom, sales: list[Sale], *, now: datetime) -> list[AuditEntry]:
    """Audit entries of these licenses, oldest first."""
    entries = [
        AuditEntry(
            id=rng.id_at(instant),
            at=instant,
            actor_id=sale.actor,
            action=rng.choice(_ACTIONS),
            resource_type="License",
            resource_id=sale.license,
            license_id=sale.license,
            group_id=sale.group,
        )
        for sale in sales
        for instant in (sale.at + rng.random() * (now - sale.at) for _ in range(_HISTORY_LENGTH))
    ]
    return sorted(entries, key=lambda entry: (entry.at, entry.id))


async def _append_entries(connection: AsyncConnection, entries: list[AuditEntry]) -> None:
    async with AsyncSession(connection, autoflush=False, join_transaction_mode="conditional_savepoint") as session:
        await append(session, entries)


def _portal(portal_id: UUID, created: datetime) -> dict[str, object]:
    return {"id": portal_id, "created_at": created, "updated_at": created, "name": "Large World"}


def _group_rows(tree: Tree) -> Iterator[Rows]:
    columns = ("id", "created_at", "updated_at", "name", "kind", "is_internal", "parent_id", "level")
    internal = [kind is GroupKind.ISV for kind in tree.kinds]
    parents = [None if parent < 0 else tree.ids[parent] for parent in tree.parents]
    yield Rows(
        "groups",
        columns,
        zip(tree.ids, tree.created, tree.created, tree.names, tree.kinds, internal, parents, tree.levels, strict=True),
    )
    closure = (
        (tree.ids[above], group_id, tree.levels[group] - tree.levels[above])
        for group, group_id in enumerate(tree.ids)
        for above in tree.above(group)
    )
    yield Rows("group_closure", ("ancestor_id", "descendant_id", "depth"), closure)

"""A large world, made by a seed: skewed like real customers are, the same each time, loaded by COPY."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from seeds.chance import Chance
from seeds.large_catalog import build_sites, stock
from seeds.large_licenses import DAY, Market, Sold
from seeds.large_people import (
    FEWEST_ORDINARY,
    VENDORS_ADMINS,
    belong,
    container_rows,
    membership_rows,
    settle,
    user_rows,
)
from seeds.large_tree import Tree, grow
from seeds.rows import Rows, copy
from store.audit import AuditEntry, append
from store.db.database import Database
from store.db.registry import RESOURCES, UNGUARDED
from store.errors import BadInput
from store.groups import GroupKind
from store.portal import Portal

_AGE, _BATCH, _FEWEST_GROUPS = timedelta(days=7 * 365), 10_000, 20
_LICENSES_PER_TRAIL, _FEWEST_TRAILS, _TRAIL = 1000, 20, 20
_ACTS = ("license.assigned", "license.activated", "license.deactivated", "license.visibility_set")

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class Size:
    """How large, and by which chance."""

    licenses: int
    groups: int
    users: int
    seed: int

    def __post_init__(self) -> None:
        if self.groups < _FEWEST_GROUPS:
            raise BadInput(f"a large world has at least {_FEWEST_GROUPS} groups, not {self.groups}")
        least = self.groups + VENDORS_ADMINS + FEWEST_ORDINARY
        if self.users < least:
            raise BadInput(
                f"{self.groups} groups, each with an admin of its own, need at least {least} users, not {self.users}",
            )
        if self.licenses < 1:
            raise BadInput("a large world has at least one license")


async def load(database: Database, size: Size, *, now: datetime, report: Report) -> None:
    """Add the world in one transaction, then bring PostgreSQL's statistics up to date.

    `report` hears of each stage: its name, how much is done, and how much there is to do.
    """
    async with database.engine.connect() as connection, connection.begin():
        await _fill(connection, size, now=now, report=report)
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        tables = [noun.__tablename__ for noun in (*RESOURCES, *UNGUARDED)]
        for number, table in enumerate(tables, start=1):
            await connection.execute(
                sa.text(f'VACUUM (ANALYZE) "{table}"'),
            )  # also lets index-only scans trust the pages
            report("statistics", number, len(tables))


async def _fill(connection: AsyncConnection, size: Size, *, now: datetime, report: Report) -> None:
    report("accounts", 0, 3)
    chance = Chance(size.seed)
    began, year = now - _AGE, 365 * DAY
    tree = grow(chance, size.groups, began=began, within=year)
    people = settle(chance, tree, size.users, began=began + year, within=year / 2)
    if not await connection.scalar(sa.select(sa.exists().select_from(Portal))):
        await connection.execute(sa.insert(Portal).values(_portal(chance.id_at(began), began)))
    await copy(connection, *_group_rows(tree), user_rows(chance, people, tree, seed=size.seed))
    report("accounts", 1, 3)
    found = belong(chance, people, tree)
    joined = membership_rows(chance, people, tree, found, began=began + 1.5 * year, within=year / 4)
    await copy(connection, joined)
    report("accounts", 2, 3)
    await copy(connection, container_rows(chance, people, tree, seed=size.seed))
    report("accounts", 3, 3)
    opened = began + 1.8 * year
    catalogue = stock(chance, people, tree, began=opened, seed=size.seed)
    sites = build_sites(chance, people, tree, began=opened, seed=size.seed)
    await copy(connection, *catalogue.rows, *sites.rows)

    report("licenses", 0, size.licenses)
    market = Market(chance, tree=tree, people=people, catalogue=catalogue, sites=sites, now=now)
    opened += DAY
    step = (now - opened) / size.licenses
    instants = (opened + step * (number + chance.random()) for number in range(size.licenses))
    trails = max(_FEWEST_TRAILS, size.licenses // _LICENSES_PER_TRAIL)
    stories = range(0, size.licenses, max(1, size.licenses // trails))
    told: list[Sold] = []
    for done in range(0, size.licenses, _BATCH):
        await copy(connection, *market.sell(list(itertools.islice(instants, _BATCH))))
        told += [each for number, each in enumerate(market.sold, start=done) if number in stories]
        report("licenses", min(done + _BATCH, size.licenses), size.licenses)
    report("audit trail", 0, 1)
    await _write_trail(connection, _stories(chance, told, now=now))
    report("audit trail", 1, 1)


def _stories(chance: Chance, told: list[Sold], *, now: datetime) -> list[AuditEntry]:
    """What happened to some licenses, the oldest act first."""
    entries = [
        AuditEntry(
            id=chance.id_at(instant), at=instant, actor_id=each.actor, action=chance.choice(_ACTS),
            resource_type="License", resource_id=each.license, license_id=each.license, group_id=each.group,
        )
        for each in told
        for instant in (each.at + chance.random() * (now - each.at) for _ in range(_TRAIL))
    ]  # fmt: skip
    return sorted(entries, key=lambda entry: (entry.at, entry.id))


async def _write_trail(connection: AsyncConnection, entries: list[AuditEntry]) -> None:
    async with AsyncSession(connection, autoflush=False, join_transaction_mode="conditional_savepoint") as session:
        await append(session, entries)


def _portal(portal_id: UUID, began: datetime) -> dict[str, object]:
    return {"id": portal_id, "created_at": began, "updated_at": began, "name": "Large World"}


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

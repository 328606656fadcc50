"""A large world (tested with a small one) is repeatable and consistent."""

import hashlib
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from seeds import demo, large
from seeds.personas import personas
from store import audit
from store.db.database import Database
from store.db.registry import RESOURCES, UNGUARDED
from store.errors import BadInput, Conflict
from store.groups import GroupClosure
from tests.store.test_tree import RECOMPUTED

NOW = datetime(2026, 6, 15, tzinfo=UTC)
SIZE = large.Size(licenses=2000, groups=200, users=1000, seed=1)

# Statements that must not find rows. The database itself enforces seats, enumerations and the like.
INCONSISTENCIES = {
    "a license is assigned to a person outside the groups of its owner": """
        SELECT FROM licenses JOIN users ON users.id = assigned_user_id
        WHERE owner_group_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM group_closure LEFT JOIN memberships ON group_id = descendant_id AND user_id = users.id
            WHERE ancestor_id = owner_group_id
            AND (memberships.state = 'ACTIVE' OR descendant_id = users.home_group_id))""",
    "a license is assigned to a group outside those of its owner": """
        SELECT FROM licenses WHERE assigned_group_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM group_closure WHERE ancestor_id = owner_group_id AND descendant_id = assigned_group_id)""",
    "a license is assigned to a project outside the groups of its owner": """
        SELECT FROM licenses JOIN projects ON projects.id = assigned_project_id WHERE NOT EXISTS (
            SELECT FROM group_closure WHERE ancestor_id = owner_group_id AND descendant_id = projects.group_id)""",
    "a license has more activations than seats": """
        SELECT FROM activations JOIN licenses ON licenses.id = license_id WHERE seat IS NOT NULL
        GROUP BY license_id, quantity HAVING count(*) > quantity OR max(seat) <> count(*)""",
    "a license is activated twice in one container": """
        SELECT FROM activations GROUP BY license_id, container_id HAVING count(*) > 1""",
    "a license is activated before it starts, or in the future": """
        SELECT FROM activations JOIN licenses ON licenses.id = license_id
        WHERE requested_at < starts_at OR requested_at > :now""",
    "the lifecycle of a license contradicts its expiry": """
        SELECT FROM licenses WHERE (lifecycle = 'EXPIRED') <> coalesce(expires_at <= :now, false)""",
    "a not-for-resale license is owned outside the vendor and its resellers": """
        SELECT FROM licenses LEFT JOIN groups ON groups.id = owner_group_id
        WHERE not_for_resale AND kind NOT IN ('ISV', 'RESELLER')""",
    "a not-for-resale license is assigned outside the vendor and its resellers": """
        SELECT FROM licenses LEFT JOIN projects ON projects.id = assigned_project_id
        WHERE not_for_resale AND num_nonnulls(assigned_user_id, assigned_group_id, assigned_project_id) > 0
        AND NOT EXISTS (
            SELECT FROM groups JOIN group_closure ON descendant_id = groups.id AND ancestor_id = owner_group_id
            LEFT JOIN memberships ON memberships.group_id = groups.id AND user_id = assigned_user_id
            LEFT JOIN users ON users.id = assigned_user_id AND home_group_id = groups.id
            WHERE (groups.kind IN ('ISV', 'RESELLER') OR is_internal) AND (
                groups.id IN (assigned_group_id, projects.group_id) OR memberships.state = 'ACTIVE'
                OR users.id IS NOT NULL))""",
    "a group of the vendor is not internal, or another group is": """
        SELECT FROM groups WHERE is_internal <> (kind = 'ISV')""",
    "an owner has two live demos of a product": """
        SELECT FROM licenses WHERE model = 'DEMO' AND lifecycle IN ('SCHEDULED', 'VALID', 'SUSPENDED')
        GROUP BY product_id, owner_group_id, owner_user_id HAVING count(*) > 1""",
    "a group is older than its parent": """
        SELECT FROM groups JOIN groups AS parents ON parents.id = groups.parent_id
        WHERE groups.created_at < parents.created_at""",
    "a membership is older than its user or its group": """
        SELECT FROM memberships JOIN users ON users.id = user_id JOIN groups ON groups.id = group_id
        WHERE memberships.created_at < greatest(users.created_at, groups.created_at)""",
    "a group has no administrator": """
        SELECT FROM groups WHERE NOT EXISTS (SELECT FROM memberships
            WHERE group_id = groups.id AND role = 'ADMIN' AND memberships.state = 'ACTIVE')""",
    "IDs are not in chronological order": """
        SELECT FROM (SELECT id, lag(id) OVER (ORDER BY created_at) AS before FROM licenses) AS pairs
        WHERE left(id::text, 13) < left(before::text, 13)""",
}


async def create_world(url: str, size: large.Size = SIZE) -> Database:
    database = Database(url, pool_size=2)
    await large.load(database, size, now=NOW, report=lambda *_: None)
    return database


async def fingerprint(database: Database) -> dict[str, str]:
    """Return a hash of all rows by table."""
    hashes = {}
    async with database.snapshot() as connection:
        for cls in (*RESOURCES, *UNGUARDED):
            rows = sorted(map(str, await connection.execute(sa.select(cls.__table__))))
            hashes[cls.__tablename__] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return hashes


@pytest.fixture(scope="module")
async def world(new_database):
    database = await create_world(new_database())
    yield database
    await database.close()


@pytest.mark.parametrize("statement", [pytest.param(sql, id=name) for name, sql in INCONSISTENCIES.items()])
async def test_it_never_happens_that(world, statement):
    parameters = {"now": NOW} if ":now" in statement else {}
    async with world.snapshot() as connection:
        count = await connection.scalar(sa.text(f"SELECT count(*) FROM ({statement}) AS violations"), parameters)

    assert count == 0


@pytest.mark.parametrize(("table", "rows"), [("licenses", 2000), ("groups", 200), ("users", 1000)])
async def test_the_world_has_the_requested_size(world, table, rows):
    async with world.snapshot() as connection:
        assert await connection.scalar(sa.text(f"SELECT count(*) FROM {table}")) == rows


async def test_the_tree_has_ten_levels_and_a_correct_closure(world):
    async with world.snapshot() as connection:
        stored = {tuple(row) for row in await connection.execute(sa.select(GroupClosure.__table__))}
        assert stored == {tuple(row) for row in await connection.execute(RECOMPUTED)}
        assert await connection.scalar(sa.text("SELECT max(level) FROM groups")) == 10


async def test_people_have_two_memberships_on_average_and_one_has_twenty(world):
    async with world.snapshot() as connection:
        most, share = (
            await connection.execute(
                sa.text(
                    "SELECT max(number), sum(number) / 1000.0 FROM"
                    " (SELECT count(*) AS number FROM memberships GROUP BY user_id) AS counts"
                )
            )
        ).one()

    assert most == 20
    assert 1.7 < share < 2.3


async def test_two_of_five_licenses_are_activated(world):
    async with world.snapshot() as connection:
        assert 700 < await connection.scalar(sa.text("SELECT count(*) FROM activations")) < 900


async def test_its_audit_log_is_intact_and_has_twenty_entries_per_license(world):
    async with world.transaction() as session:
        assert await audit.verify(session) == (400, None)
    async with world.snapshot() as connection:
        counts = await connection.scalars(sa.text("SELECT DISTINCT count(*) FROM audit_entries GROUP BY license_id"))
        assert set(counts) == {20}


async def test_the_same_seed_gives_the_same_world_and_another_seed_another_one(world, new_database):
    first = await fingerprint(world)
    same, other = (
        await create_world(new_database()),
        await create_world(new_database(), large.Size(licenses=2000, groups=200, users=1000, seed=2)),
    )
    try:
        assert await fingerprint(same) == first
        changed = {table for table, hashed in (await fingerprint(other)).items() if hashed != first[table]}
        assert {"users", "groups", "licenses", "activations", "audit_entries"} <= changed
    finally:
        await same.close()
        await other.close()


async def test_it_can_be_added_to_the_demo_world_only_once(new_database):
    database = Database(new_database())
    async with database.transaction() as session:
        await demo.load(session, now=NOW)
    try:
        await large.load(database, SIZE, now=NOW, report=lambda *_: None)
        with pytest.raises(Conflict, match="part of this world already exists"):
            await large.load(database, SIZE, now=NOW, report=lambda *_: None)
        async with database.transaction() as session:
            assert await audit.verify(session) == (412, None)
    finally:
        await database.close()


async def test_even_a_small_world_has_all_personas(world):
    async with world.snapshot() as connection:
        by_name = {persona.name: persona for persona in await personas(connection)}

    assert {name: persona.groups for name, persona in by_name.items()} == {
        "ISV admin": 200,
        "root-group admin": 96,
        "admin of 0.03 % of the groups": 1,
        "admin of 0.1 % of the groups": 1,
        "admin of 1 % of the groups": 2,
        "admin of 10 % of the groups": 20,
        "admin of 30 % of the groups": 60,
        "plain member": 1,
        "member of many groups": 20,
    }


@pytest.mark.parametrize(
    ("size", "message"),
    [
        ({"licenses": 10, "groups": 19, "users": 100}, "at least 20 groups, got 19"),
        ({"licenses": 10, "groups": 20, "users": 72}, "need at least 73 users, got 72"),
        ({"licenses": 0, "groups": 20, "users": 73}, "at least one license, got 0"),
    ],
)
def test_an_impossible_size_is_refused(size, message):
    with pytest.raises(BadInput, match=message):
        large.Size(seed=1, **size)


async def test_the_smallest_world_can_be_created(new_database):
    database = await create_world(new_database(), large.Size(licenses=1, groups=20, users=73, seed=3))
    await database.close()

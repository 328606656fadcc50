"""The demo world is the same in every database and covers every row of the access table."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from seeds import demo
from seeds.cast import CAST, EXTRAS, PASSWORD, SERVER, Containers, Groups, Licenses, Projects, Tickets, cloud_of
from store import audit
from store.containers import Container
from store.db.base import Base
from store.db.database import Database
from store.db.passwords import verify_password
from store.db.registry import RESOURCES, UNGUARDED
from store.groups import Group
from store.license_states import Lifecycle, Visibility
from store.licenses import License
from store.products import LicenseModel
from store.users import User

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
# Tables that only get rows when accounts use the portal.
EMPTY_TABLES = {
    "access_tokens",
    "confirmations",
    "container_devices",
    "container_files",
    "decision_entries",
    "deliveries",
    "idempotency_keys",
    "outgoing_mail",
    "license_files",
    "restored_activations",
}


async def load_demo(url: str) -> Database:
    database = Database(url)
    async with database.transaction() as session:
        assert await demo.is_empty(session)
        await demo.load(session, now=NOW)
        assert not await demo.is_empty(session)
    return database


async def rows_of(database: Database) -> dict[str, set[tuple[object, ...]]]:
    """Return all rows of all tables, without the salted passwords."""
    rows_by_table = {}
    async with database.snapshot() as connection:
        for cls in (*RESOURCES, *UNGUARDED):
            columns = [column for column in cls.__table__.columns if column.name != "password_hash"]
            rows = await connection.execute(sa.select(*columns))
            rows_by_table[cls.__tablename__] = {tuple(map(str, row)) for row in rows}
    return rows_by_table


@pytest.fixture(scope="module")
async def world(new_database):
    database = await load_demo(new_database())
    yield database
    await database.close()


async def test_the_same_time_gives_the_same_world(world, new_database):
    other = await load_demo(new_database())
    try:
        assert await rows_of(other) == await rows_of(world)
    finally:
        await other.close()


async def test_every_table_has_rows_that_can_have_some(world):
    empty = {table for table, rows in (await rows_of(world)).items() if not rows}

    assert empty == EMPTY_TABLES


async def test_the_whole_cast_has_the_documented_password(world):
    async with world.transaction() as session:
        users = {account.id: await session.get_one(User, account.id) for account in (*CAST, *EXTRAS)}

    assert len(CAST) == 8
    for account in (*CAST, *EXTRAS):
        assert (users[account.id].name, users[account.id].email) == (account.name, account.email)
    assert await verify_password(users[CAST[0].id].password_hash, PASSWORD)
    assert users[SERVER.id].password_hash is None


@pytest.mark.parametrize(("cls", "names"), [(Group, Groups), (License, Licenses)])
async def test_the_cast_names_every_group_and_license_and_no_others(world, cls, names):
    async with world.snapshot() as connection:
        ids = set(await connection.scalars(sa.select(cls.id)))

    assert ids == {value for key, value in vars(names).items() if key.isupper()}


async def test_the_cast_names_only_rows_that_exist(world):
    missing = {
        value
        for names in (Containers, Projects, Tickets)
        for key, value in vars(names).items()
        if key.isupper() and not isinstance(value, str)
    } | {cloud_of(owner) for owner in (SERVER.id, Groups.ACME)}
    async with world.snapshot() as connection:
        for cls in (Container, *(cls for cls in RESOURCES if cls.__tablename__ in {"projects", "tickets"})):
            missing -= set(await connection.scalars(sa.select(cls.id)))

    assert missing == set()


@pytest.mark.feature("F118")
async def test_there_is_a_license_of_each_model_state_and_kind_of_assignment(world):
    async with world.snapshot() as connection:
        models = set(await connection.scalars(sa.select(License.model)))
        states = set(await connection.scalars(sa.select(License.lifecycle)))
        assignments = set(
            (
                await connection.execute(
                    sa.select(
                        License.owner_user_id.is_not(None),
                        sa.case(
                            (License.assigned_user_id.is_not(None), "user"),
                            (License.assigned_group_id.is_not(None), "group"),
                            (License.assigned_project_id.is_not(None), "project"),
                            else_="pool",
                        ),
                        License.visibility,
                    )
                )
            ).all()
        )

    assert models == set(LicenseModel)
    assert states == set(Lifecycle)
    assert {tuple(assignment) for assignment in assignments} == {
        (True, "user", Visibility.ADMIN_ONLY),
        (False, "user", Visibility.ADMIN_ONLY),
        (False, "pool", Visibility.ADMIN_ONLY),
        (False, "group", Visibility.PUBLIC),
        (False, "group", Visibility.ADMIN_ONLY),
        (False, "project", Visibility.PUBLIC),
        (False, "project", Visibility.ADMIN_ONLY),
    }


async def test_its_audit_log_is_intact(world):
    async with world.transaction() as session:
        count, broken = await audit.verify(session)

    assert count > 10
    assert broken is None


def test_the_registry_lists_every_table():
    assert {cls.__tablename__ for cls in (*RESOURCES, *UNGUARDED)} == set(Base.metadata.tables)

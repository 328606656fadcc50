"""The demo world: the same in every database, and with somebody for every row of the access table."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from seeds import demo
from seeds.cast import CAST, EXTRAS, PASSWORD, SERVER, Containers, Groups, Licenses, Projects, Tickets, cloud_of
from store import audit
from store.containers import Container
from store.db.database import Database
from store.db.passwords import matches
from store.db.registry import RESOURCES, UNGUARDED, Record
from store.groups import Group
from store.licenses import License, Lifecycle, Visibility
from store.products import LicenseModel
from store.users import User

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
# Nothing has logged in, been sent, been decided or been signed in a world that nobody has used yet.
UNUSED = {
    "access_tokens", "confirmations", "container_devices", "container_files", "decision_entries", "deliveries",
    "idempotency_keys", "letters", "license_files", "restored_activations",
}  # fmt: skip


async def furnish(url: str) -> Database:
    database = Database(url)
    async with database.transaction() as session:
        assert await demo.is_empty(session)
        await demo.load(session, now=NOW)
        assert not await demo.is_empty(session)
    return database


async def rows_of(database: Database) -> dict[str, set[tuple[object, ...]]]:
    """Everything but the salted passwords."""
    found = {}
    async with database.snapshot() as connection:
        for noun in (*RESOURCES, *UNGUARDED):
            columns = [column for column in noun.__table__.columns if column.name != "password_hash"]
            found[noun.__tablename__] = {tuple(map(str, row)) for row in await connection.execute(sa.select(*columns))}
    return found


@pytest.fixture(scope="module")
async def world(new_database):
    database = await furnish(new_database())
    yield database
    await database.close()


async def test_the_same_instant_gives_the_same_world(world, new_database):
    other = await furnish(new_database())
    try:
        assert await rows_of(other) == await rows_of(world)
    finally:
        await other.close()


async def test_every_table_has_something_to_show(world):
    empty = {table for table, rows in (await rows_of(world)).items() if not rows}

    assert empty == UNUSED


async def test_the_cast_logs_in_with_the_one_password(world):
    async with world.transaction() as session:
        people = {each.id: await session.get_one(User, each.id) for each in (*CAST, *EXTRAS)}

    assert len(CAST) == 8
    for each in (*CAST, *EXTRAS):
        assert (people[each.id].name, people[each.id].email) == (each.name, each.email)
    assert await matches(people[CAST[0].id].password_hash, PASSWORD)
    assert people[SERVER.id].password_hash is None


@pytest.mark.parametrize(
    ("noun", "names"),
    [(Group, Groups), (License, Licenses)],
)
async def test_every_name_of_the_cast_is_there_and_nothing_else(world, noun, names):
    async with world.snapshot() as connection:
        there = set(await connection.scalars(sa.select(noun.id)))

    assert there == {value for key, value in vars(names).items() if key.isupper()}


async def test_the_other_names_are_there_too(world):
    named = {
        value
        for names in (Containers, Projects, Tickets)
        for key, value in vars(names).items()
        if key.isupper() and not isinstance(value, str)
    } | {cloud_of(owner) for owner in (SERVER.id, Groups.ACME)}
    async with world.snapshot() as connection:
        for noun in (Container, *(each for each in RESOURCES if each.__tablename__ in {"projects", "tickets"})):
            named -= set(await connection.scalars(sa.select(noun.id)))

    assert named == set()


@pytest.mark.feature("F118")
async def test_there_is_a_license_of_each_model_state_and_way_of_being_assigned(world):
    async with world.snapshot() as connection:
        models = set(await connection.scalars(sa.select(License.model)))
        states = set(await connection.scalars(sa.select(License.lifecycle)))
        ways = set(
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
                    ),
                )
            ).all(),
        )

    assert models == set(LicenseModel)
    assert states == set(Lifecycle)
    assert {tuple(way) for way in ways} == {
        (True, "user", Visibility.ADMIN_ONLY),
        (False, "user", Visibility.ADMIN_ONLY),
        (False, "pool", Visibility.ADMIN_ONLY),
        (False, "group", Visibility.PUBLIC),
        (False, "group", Visibility.ADMIN_ONLY),
        (False, "project", Visibility.PUBLIC),
        (False, "project", Visibility.ADMIN_ONLY),
    }


async def test_its_trail_is_whole(world):
    async with world.transaction() as session:
        count, broken = await audit.verify(session)

    assert count > 10
    assert broken is None


def test_every_table_is_listed_among_the_nouns():
    assert {noun.__tablename__ for noun in (*RESOURCES, *UNGUARDED)} == set(Record.metadata.tables)

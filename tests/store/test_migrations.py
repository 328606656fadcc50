"""The migrations make the tables that the mapped classes describe, and can be taken back."""

from contextlib import asynccontextmanager

import sqlalchemy as sa
from alembic import command

from seeds.cast import Groups
from store.db.database import Database, migrate, migration_settings


async def test_the_migrations_equal_the_mapped_classes(database_url):
    await alembic(database_url, command.check)


async def test_the_migrations_can_be_taken_back_and_made_again(new_database):
    url = new_database()
    await alembic(url, lambda config: command.downgrade(config, "base"))
    await migrate(url)
    await alembic(url, command.check)


async def test_orders_of_an_earlier_version_say_what_they_left_unsaid(new_demo):
    url = new_demo()
    await alembic(url, lambda config: command.downgrade(config, "0014"))
    async with opened(url) as database:
        left = {"AWAITING_APPROVAL": "{}", "REJECTED": '{"count": 3, "by_code": true}'}
        async with database.transaction() as session:
            for state, parameters in left.items():
                told = {"state": state, "parameters": parameters}
                await session.execute(
                    sa.text("UPDATE license_orders SET parameters = cast(:parameters AS jsonb) WHERE state = :state"),
                    told,
                )
            await session.execute(
                sa.text("UPDATE license_orders SET parameters = '{}', group_id = NULL WHERE source = 'API'"),
            )
        whole = await parameters_of(database, "FULFILLED", Groups.ACME)

        await migrate(url)

        usual = {"count": 1, "days": None, "features": [], "by_code": False}
        assert await parameters_of(database, "AWAITING_APPROVAL", Groups.BOLT) == [usual]
        assert await parameters_of(database, "REJECTED", Groups.ACME) == [usual | {"count": 3, "by_code": True}]
        assert await parameters_of(database, "FULFILLED", None) == [usual | {"by_code": True}]
        assert await parameters_of(database, "FULFILLED", Groups.ACME) == whole == [usual]


@asynccontextmanager
async def opened(url):
    database = Database(url, pool_size=1)
    try:
        yield database
    finally:
        await database.close()


async def parameters_of(database, state, group_id):
    asked = "SELECT parameters FROM license_orders WHERE state = :state AND group_id IS NOT DISTINCT FROM :group_id"
    async with database.snapshot() as connection:
        return list(await connection.scalars(sa.text(asked), {"state": state, "group_id": group_id}))


async def alembic(url, step):
    config = migration_settings()

    def run(connection):
        config.attributes["connection"] = connection
        step(config)

    async with opened(url) as database, database.engine.begin() as connection:
        await connection.run_sync(run)

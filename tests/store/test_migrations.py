"""The migrations create the tables that the mapped classes describe, and can be undone."""

from contextlib import asynccontextmanager

from alembic import command

from store.db.database import Database, migrate, migration_settings


async def test_the_migrations_match_the_mapped_classes(database_url):
    await alembic(database_url, command.check)


async def test_the_migrations_can_be_undone_and_applied_again(new_database):
    url = new_database()
    await alembic(url, lambda config: command.downgrade(config, "base"))
    await migrate(url)
    await alembic(url, command.check)


@asynccontextmanager
async def opened(url):
    database = Database(url, pool_size=1)
    try:
        yield database
    finally:
        await database.close()


async def alembic(url, step):
    config = migration_settings()

    def run(connection):
        config.attributes["connection"] = connection
        step(config)

    async with opened(url) as database, database.engine.begin() as connection:
        await connection.run_sync(run)

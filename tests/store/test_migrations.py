"""The migrations make the tables that the mapped classes describe, and can be taken back."""

from alembic import command

from store.database import Database, migrate, migration_settings


async def test_the_migrations_equal_the_mapped_classes(database_url):
    await alembic(database_url, command.check)


async def test_the_migrations_can_be_taken_back_and_made_again(new_database):
    url = new_database()
    await alembic(url, lambda config: command.downgrade(config, "base"))
    await migrate(url)
    await alembic(url, command.check)


async def alembic(url, step):
    database = Database(url, pool_size=1)
    config = migration_settings()

    def run(connection):
        config.attributes["connection"] = connection
        step(config)

    async with database.engine.begin() as connection:
        await connection.run_sync(run)
    await database.close()

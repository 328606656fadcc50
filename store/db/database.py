"""The connection to PostgreSQL: one engine, read in explicit snapshots, written in transactions, migrated at startup."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from store.db.connection_errors import ConnectionPool, translate_connection_errors
from store.errors import Unavailable

_MIGRATION_LOCK = 0x6C_70_6D_67


def async_url(url: str) -> str:
    """The URL for asyncpg; accepts `postgres://`, `postgresql://` and `postgresql+asyncpg://`."""
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+asyncpg://" + url.removeprefix(scheme)
    return url


Session = AsyncSession
"""The session of a transaction, for the annotations of packages that run no statements of their own."""


class Database:
    """The portal's engine."""

    def __init__(self, url: str, *, pool_size: int = 16, pool_timeout: float = 20) -> None:
        self.engine: AsyncEngine = create_async_engine(
            async_url(url),
            poolclass=ConnectionPool,
            pool_size=pool_size,
            max_overflow=pool_size,
            # Seconds; shorter than the time limit of an operation, so that the client learns the reason.
            pool_timeout=pool_timeout,
            pool_pre_ping=False,
            pool_use_lifo=True,
            # The linter reports tables that are joined only in an outer row as a cartesian product.
            enable_from_linting=False,
            connect_args={
                # A prepared plan costs a backend up to 165 KB.
                "prepared_statement_cache_size": 200,
                "server_settings": {"timezone": "UTC", "jit": "off", "application_name": "portal"},
            },
        )
        translate_connection_errors(self.engine)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """A read-only transaction whose statements all see the same instant."""
        async with self.engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            await connection.begin()
            try:
                yield connection
            finally:  # also where a statement was canceled together with its field
                with suppress(Unavailable):
                    await connection.rollback()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session that is committed when the block ends, and rolled back when it raises."""
        async with AsyncSession(self.engine, expire_on_commit=False, autoflush=False) as session, session.begin():
            yield session

    async def is_reachable(self) -> bool:
        try:
            async with self.engine.connect() as connection:
                await connection.execute(sa.select(1))
        except (OSError, sa.exc.SQLAlchemyError):
            return False
        return True

    async def close(self) -> None:
        await self.engine.dispose()


def migration_settings() -> Config:
    """The configuration of Alembic, without a connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


async def migrate(url: str) -> None:
    """Upgrade a database to the newest schema; of several processes that start together, one does it."""
    database = Database(url, pool_size=1)
    try:
        async with database.engine.begin() as connection:
            await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
            config = migration_settings()

            def upgrade(sync_connection: sa.Connection) -> None:
                config.attributes["connection"] = sync_connection
                command.upgrade(config, "head")

            await connection.run_sync(upgrade)
    finally:
        await database.close()

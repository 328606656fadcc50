"""Alembic's environment: the connection that was passed in, and the tables to compare with."""

from alembic import context

from store.db.registry import Base


def is_own_table(name: str | None, kind: str, _parents: object) -> bool:
    """The job library has its own tables and migrations."""
    return kind != "table" or name is None or not name.startswith("procrastinate_")


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    compare_server_default=True,
    include_name=is_own_table,
)
with context.begin_transaction():
    context.run_migrations()

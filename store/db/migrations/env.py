"""Where Alembic finds the connection that it was handed and the tables it compares with."""

from alembic import context

from store.db.registry import Base


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """The job library has its own tables and migrations."""
    return kind != "table" or name is None or not name.startswith("procrastinate_")


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    compare_server_default=True,
    include_name=ours,
)
with context.begin_transaction():
    context.run_migrations()

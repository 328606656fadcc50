"""Where Alembic finds the connection that it was handed and the tables it compares with."""

from alembic import context

from store.nouns import Record

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Record.metadata,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()

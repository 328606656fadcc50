"""The initial schema: the portal's tables (the .sql file beside this one), and those of the job library."""

from pathlib import Path
from typing import Any

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _run(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    # The tables of procrastinate, as the installed package defines them. A later package brings its own steps in
    # `procrastinate/sql/migrations`: when the pin is raised, add a migration that runs the steps since the last pin.
    _run(SchemaManager.get_schema())


def downgrade() -> None:
    """Drop everything but Alembic's own table."""
    op.execute(
        """
        DO $$
        DECLARE
            item record;
        BEGIN
            FOR item IN SELECT tablename FROM pg_tables
                WHERE schemaname = current_schema() AND tablename <> 'alembic_version' LOOP
                EXECUTE format('DROP TABLE %I CASCADE', item.tablename);
            END LOOP;
            FOR item IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = current_schema()::regnamespace LOOP
                EXECUTE format('DROP FUNCTION %s CASCADE', item.name);
            END LOOP;
            DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_status, procrastinate_job_event_type CASCADE;
        END $$
        """
    )


def _run(script: str) -> None:
    """Run many statements at once, which the driver allows only in its simple protocol."""
    connection: Any = op.get_bind().connection.dbapi_connection
    connection.run_async(lambda driver: driver.execute(script))

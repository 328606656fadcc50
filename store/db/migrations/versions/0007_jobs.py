"""Jobs wait in the same database: the tables and functions of the job library, as its package of this moment brings them.

A later package brings its own steps in `procrastinate/sql/migrations`: whoever raises the pin adds a migration that runs those
which came in between, unless this one has made the tables with them already.
"""

from typing import Any

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

DOWNGRADE = """
    DO $$
    DECLARE
        each record;
    BEGIN
        DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers CASCADE;
        FOR each IN SELECT oid::regprocedure AS name FROM pg_proc WHERE proname LIKE 'procrastinate\\_%' LOOP
            EXECUTE format('DROP FUNCTION %s CASCADE', each.name);
        END LOOP;
        DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_status, procrastinate_job_event_type CASCADE;
    END $$
"""


def upgrade() -> None:
    script = SchemaManager.get_schema()
    # One script of many statements: only the simple protocol of the driver takes it.
    connection: Any = op.get_bind().connection.dbapi_connection
    connection.run_async(lambda driver: driver.execute(script))


def downgrade() -> None:
    op.execute(DOWNGRADE)

"""People are told when somebody else resets a container that holds a license of theirs."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_BEFORE = (
    "INVITATION", "LICENSE_ASSIGNED", "LICENSE_UNASSIGNED", "LICENSE_EXPIRING", "LICENSE_EXPIRED", "LICENSE_ACTIVATED",
    "LICENSE_DEACTIVATED", "EXCESSIVE_RECOVERY",
)  # fmt: skip
_TABLES = ("notification_rules", "notifications")


def _allow(*events: str) -> None:
    members = ", ".join(f"'{each}'" for each in events)
    for table in _TABLES:
        name = op.f(f"ck_{table}_notificationevent")
        op.drop_constraint(name, table)
        op.create_check_constraint(name, table, f"event IN ({members})")


def upgrade() -> None:
    _allow(*_BEFORE, "CONTAINER_RESET")


def downgrade() -> None:
    for table in ("notification_rules", "notifications"):
        op.execute(f"DELETE FROM {table} WHERE event = 'CONTAINER_RESET'")  # noqa: S608 - two names of our own
    _allow(*_BEFORE)

"""For each event and each person, group or portal there is one rule about what is told; the newest one stays."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "DELETE FROM notification_rules AS older USING notification_rules AS newer WHERE newer.event = older.event"
        " AND newer.group_id IS NOT DISTINCT FROM older.group_id AND newer.user_id IS NOT DISTINCT FROM older.user_id"
        " AND (newer.created_at, newer.id) > (older.created_at, older.id)",
    )
    op.create_unique_constraint(
        op.f("uq_notification_rules_event_group_id_user_id"),
        "notification_rules",
        ["event", "group_id", "user_id"],
        postgresql_nulls_not_distinct=True,
    )


def downgrade() -> None:
    op.drop_constraint(op.f("uq_notification_rules_event_group_id_user_id"), "notification_rules")

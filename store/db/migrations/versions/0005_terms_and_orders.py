"""A license knows when it renews and where it may live, an order whom it is for and what it gave."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_RENEWS_AT = (
    "CASE WHEN auto_renew AND cancelled_at IS NULL "
    "THEN ((expires_at AT TIME ZONE 'UTC'::text) - notice_days::double precision * '1 day'::interval) "
    "AT TIME ZONE 'UTC'::text ELSE NULL::timestamp with time zone END"
)
_CHECKS = (
    ("licenses", "next_quantity_is_positive", "next_quantity >= 1"),
    ("licenses", "notice_is_positive", "notice_days >= 0"),
    ("licenses", "days_are_positive", "days >= 1"),
    ("licenses", "renewalbasis", "renewal_basis IN ('FROM_EXPIRY', 'FROM_NOW_IF_EXPIRED')"),
    ("license_orders", "for_one", "num_nonnulls(group_id, person_id) <= 1"),
)
_INDEXES = (
    ("ix_licenses_order_id", ["order_id"], "order_id IS NOT NULL"),
    ("ix_licenses_renews_at", ["renews_at", "id"], "renews_at IS NOT NULL"),
    ("ix_licenses_scheduled", ["starts_at", "id"], "lifecycle = 'SCHEDULED'"),
)


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    for column in (
        sa.Column("container_types", postgresql.ARRAY(sa.Text())),
        sa.Column("next_quantity", sa.Integer()),
        sa.Column("notice_days", sa.Integer(), server_default="0", nullable=False),
        sa.Column("renewal_basis", sa.String(32), server_default="FROM_EXPIRY", nullable=False),
        sa.Column("renews_at", instant, sa.Computed(_RENEWS_AT, persisted=True)),
    ):
        op.add_column("licenses", column)
    op.add_column("license_orders", sa.Column("person_id", sa.Uuid()))
    op.add_column("license_orders", sa.Column("ticket_id", sa.Uuid()))
    op.create_foreign_key(op.f("fk_license_orders_person_id"), "license_orders", "users", ["person_id"], ["id"])
    op.create_foreign_key(op.f("fk_license_orders_ticket_id"), "license_orders", "tickets", ["ticket_id"], ["id"])
    op.create_unique_constraint(op.f("uq_license_orders_ticket_id"), "license_orders", ["ticket_id"])
    for table, name, condition in _CHECKS:
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)
    for name, columns, condition in _INDEXES:
        op.create_index(name, "licenses", columns, postgresql_where=sa.text(condition))


def downgrade() -> None:
    for name, _, _ in _INDEXES:
        op.drop_index(name, "licenses")
    for table, name, _ in _CHECKS:
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
    for column in ("ticket_id", "person_id"):
        op.drop_column("license_orders", column)
    for column in ("renews_at", "renewal_basis", "notice_days", "next_quantity", "container_types"):
        op.drop_column("licenses", column)

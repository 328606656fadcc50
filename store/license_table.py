"""The constraints, the computed column and the indexes of the table of licenses."""

import sqlalchemy as sa

from store.db.base import newest_first

# The last instant to cancel at, when the next term is decided. Days of 24 hours do not depend on a time zone, so that
# it can be indexed. Written as PostgreSQL prints it, because Alembic compares the text.
RENEWS_AT = (
    "CASE WHEN auto_renew AND cancelled_at IS NULL "
    "THEN ((expires_at AT TIME ZONE 'UTC'::text) - notice_days::double precision * '1 day'::interval) "
    "AT TIME ZONE 'UTC'::text ELSE NULL::timestamp with time zone END"
)

CONSTRAINTS: tuple[sa.CheckConstraint | sa.Index, ...] = (
    sa.CheckConstraint("num_nonnulls(owner_user_id, owner_group_id) = 1", name="one_owner"),
    sa.CheckConstraint(
        "num_nonnulls(assigned_user_id, assigned_group_id, assigned_project_id) <= 1", name="one_assignee"
    ),
    sa.CheckConstraint(
        "owner_user_id IS NULL OR (assigned_group_id IS NULL AND assigned_project_id IS NULL)",
        name="personal_is_not_shared",
    ),
    sa.CheckConstraint(
        "visibility = 'ADMIN_ONLY' OR num_nonnulls(assigned_group_id, assigned_project_id) = 1", name="public_is_shared"
    ),
    sa.CheckConstraint("quantity >= 1", name="quantity_is_positive"),
    sa.CheckConstraint(
        "model NOT IN ('PERPETUAL_SINGLE_USER', 'SINGLE_USER_SUBSCRIPTION') OR quantity = 1",
        name="single_user_has_one_seat",
    ),
    sa.CheckConstraint("model <> 'PERPETUAL_MULTI_USER' OR quantity >= 2", name="multi_user_has_several_seats"),
    sa.CheckConstraint(
        "model NOT IN ('PERPETUAL_SINGLE_USER', 'PERPETUAL_MULTI_USER') OR expires_at IS NULL",
        name="perpetual_has_no_end",
    ),
    sa.CheckConstraint("expires_at > starts_at", name="ends_after_start"),
    sa.CheckConstraint("time_pool_days >= 0", name="pool_is_not_negative"),
    sa.CheckConstraint("generation >= 1", name="generation_is_positive"),
    sa.CheckConstraint("next_quantity >= 1", name="next_quantity_is_positive"),
    sa.CheckConstraint("notice_days >= 0", name="notice_is_not_negative"),
    sa.CheckConstraint("days >= 1", name="days_are_positive"),
    newest_first("licenses"),
    newest_first("licenses", "owner_group_id"),
    newest_first("licenses", "owner_user_id", postgresql_where=sa.text("owner_user_id IS NOT NULL")),
    newest_first("licenses", "assigned_group_id", postgresql_where=sa.text("assigned_group_id IS NOT NULL")),
    newest_first("licenses", "assigned_user_id", postgresql_where=sa.text("assigned_user_id IS NOT NULL")),
    newest_first("licenses", "assigned_project_id", postgresql_where=sa.text("assigned_project_id IS NOT NULL")),
    newest_first("licenses", "product_id"),
    sa.Index("ix_licenses_expires_at", "expires_at", "id", postgresql_where=sa.text("expires_at IS NOT NULL")),
    sa.Index("ix_licenses_ticket_id", "ticket_id"),
    sa.Index("ix_licenses_order_id", "order_id", postgresql_where=sa.text("order_id IS NOT NULL")),
    sa.Index("ix_licenses_renews_at", "renews_at", "id", postgresql_where=sa.text("renews_at IS NOT NULL")),
    sa.Index("ix_licenses_ending", "expires_at", "id", postgresql_where=sa.text("lifecycle = 'VALID'")),
    sa.Index("ix_licenses_scheduled", "starts_at", "id", postgresql_where=sa.text("lifecycle = 'SCHEDULED'")),
)

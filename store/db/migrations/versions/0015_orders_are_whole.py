"""Orders that an earlier version of the demo world left without parameters can be approved like any other."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "UPDATE license_orders SET parameters = jsonb_build_object('count', 1, 'days', null, 'features',"
        " jsonb_build_array(), 'by_code', num_nonnulls(group_id, person_id) = 0) || parameters"
        " WHERE NOT parameters ?& ARRAY['count', 'days', 'features', 'by_code']",
    )


def downgrade() -> None:
    """What an order says is no less true before."""

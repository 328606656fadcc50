"""A portal says what it is for: business, development or quality assurance."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("portals", sa.Column("instance", sa.String(length=32), server_default="PRODUCTIVE", nullable=False))
    op.create_check_constraint(op.f("ck_portals_instance"), "portals", "instance IN ('PRODUCTIVE', 'DEV', 'Q')")


def downgrade() -> None:
    op.drop_column("portals", "instance")

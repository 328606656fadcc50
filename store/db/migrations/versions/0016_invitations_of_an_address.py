"""How often somebody was invited lately is counted for each invitation."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_NAME = "ix_invitations_email_newest"


def upgrade() -> None:
    op.create_index(_NAME, "invitations", ["email", sa.text("created_at DESC"), sa.text("id DESC")])


def downgrade() -> None:
    op.drop_index(_NAME, "invitations")

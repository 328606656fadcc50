"""What has ended long ago is not looked at again by whoever asks what ends now."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_licenses_ending",
        "licenses",
        ["expires_at", "id"],
        postgresql_where=sa.text("lifecycle = 'VALID'"),
    )


def downgrade() -> None:
    op.drop_index("ix_licenses_ending", "licenses")

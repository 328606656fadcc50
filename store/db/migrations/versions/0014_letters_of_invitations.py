"""A letter knows whose invitation it brings, and is not sent any more once that is open no longer."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("letters", sa.Column("invitation_id", sa.Uuid))
    op.create_foreign_key(
        op.f("fk_letters_invitation_id"),
        "letters",
        "invitations",
        ["invitation_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_index(
        "ix_letters_invitation_id",
        "letters",
        ["invitation_id"],
        postgresql_where=sa.text("invitation_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_letters_invitation_id", "letters")
    op.drop_column("letters", "invitation_id")

"""Addresses are confirmed, letters wait to be sent, and a group that is gone keeps the row that others name."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _entity() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    )


def upgrade() -> None:
    op.add_column("groups", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "letters",
        *_entity(),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("locale", sa.Text(), server_default="en", nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_letters_email_casefolded")),
        sa.CheckConstraint("sent_at IS NULL OR secret IS NULL", name=op.f("ck_letters_sent_is_emptied")),
        sa.CheckConstraint(
            "kind IN ('CONFIRMATION', 'ALREADY_REGISTERED', 'INVITATION')",
            name=op.f("ck_letters_letterkind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
    )
    op.create_index("ix_letters_email_created_at", "letters", ["email", "created_at"])
    op.create_index("ix_letters_created_at", "letters", ["created_at"])
    op.create_index("ix_letters_waiting", "letters", ["created_at"], postgresql_where=sa.text("sent_at IS NULL"))
    op.create_table(
        "confirmations",
        *_entity(),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("locale", sa.Text(), server_default="en", nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_confirmations_email_casefolded")),
        sa.CheckConstraint("octet_length(token_hash) = 32", name=op.f("ck_confirmations_hash_is_sha256")),
        sa.CheckConstraint(
            "user_id IS NOT NULL OR password_hash IS NOT NULL",
            name=op.f("ck_confirmations_stranger_has_password"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_confirmations_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_confirmations_token_hash")),
    )
    op.create_index("ix_confirmations_email", "confirmations", ["email"])
    op.create_index(
        "ix_confirmations_user_id",
        "confirmations",
        ["user_id"],
        postgresql_where=sa.text("user_id IS NOT NULL"),
    )
    op.create_index(
        "ix_confirmations_expires_at",
        "confirmations",
        ["expires_at"],
        postgresql_where=sa.text("confirmed_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("confirmations")
    op.drop_table("letters")
    op.drop_column("groups", "deleted_at")

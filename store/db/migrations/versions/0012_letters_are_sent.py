"""Letters are sent: how often it was tried, when it is tried again, and why it was given up."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_KINDS = ("CONFIRMATION", "ALREADY_REGISTERED", "INVITATION")
_EVENTS = (
    "INVITATION", "LICENSE_ASSIGNED", "LICENSE_UNASSIGNED", "LICENSE_EXPIRING", "LICENSE_EXPIRED", "LICENSE_ACTIVATED",
    "LICENSE_DEACTIVATED", "EXCESSIVE_RECOVERY", "CONTAINER_RESET",
)  # fmt: skip


def _allow(column: str, name: str, *members: str) -> None:
    listed = ", ".join(f"'{each}'" for each in members)
    op.create_check_constraint(op.f(name), "letters", f"{column} IN ({listed})")


def upgrade() -> None:
    for column in (
        sa.Column("event", sa.String(length=32)),
        sa.Column("attempts", sa.Integer, server_default="0", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("given_up_at", sa.DateTime(timezone=True)),
        sa.Column("problem", sa.Text),
    ):
        op.add_column("letters", column)
    op.drop_constraint(op.f("ck_letters_letterkind"), "letters")
    _allow("kind", "ck_letters_letterkind", *_KINDS, "NOTICE")
    _allow("event", "ck_letters_notificationevent", *_EVENTS)
    op.create_check_constraint(op.f("ck_letters_one_end"), "letters", "num_nonnulls(sent_at, given_up_at) <= 1")
    op.create_check_constraint(
        op.f("ck_letters_notice_has_event"),
        "letters",
        "(kind = 'NOTICE') = (event IS NOT NULL)",
    )
    op.drop_index("ix_letters_waiting", "letters")
    op.create_index(
        "ix_letters_waiting",
        "letters",
        [sa.text("due_at NULLS FIRST"), "created_at"],
        postgresql_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
    )


def downgrade() -> None:
    op.execute("DELETE FROM letters WHERE kind = 'NOTICE'")
    op.drop_index("ix_letters_waiting", "letters")
    op.drop_constraint(op.f("ck_letters_notice_has_event"), "letters")
    op.drop_constraint(op.f("ck_letters_one_end"), "letters")
    op.drop_constraint(op.f("ck_letters_notificationevent"), "letters")
    op.drop_constraint(op.f("ck_letters_letterkind"), "letters")
    _allow("kind", "ck_letters_letterkind", *_KINDS)
    for column in ("problem", "given_up_at", "due_at", "attempts", "event"):
        op.drop_column("letters", column)
    op.create_index("ix_letters_waiting", "letters", ["created_at"], postgresql_where=sa.text("sent_at IS NULL"))

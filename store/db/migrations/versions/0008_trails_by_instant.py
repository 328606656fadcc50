"""The audit log is listed by instants; its numbers are for the chain and the feed."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_OWNERS = ("actor_id", "group_id", "project_id", "license_id")


def upgrade() -> None:
    newest = (sa.text("at DESC"), sa.text("id DESC"))
    op.create_index("ix_audit_entries_at", "audit_entries", [*newest])
    for each in _OWNERS:
        op.create_index(f"ix_audit_entries_{each}_at", "audit_entries", [each, *newest])
        op.drop_index(f"ix_audit_entries_{each}_number", "audit_entries")


def downgrade() -> None:
    for each in _OWNERS:
        op.create_index(f"ix_audit_entries_{each}_number", "audit_entries", [each, sa.text("number DESC")])
        op.drop_index(f"ix_audit_entries_{each}_at", "audit_entries")
    op.drop_index("ix_audit_entries_at", "audit_entries")

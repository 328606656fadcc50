"""Containers speak by signed files, clouds by credentials, and a case of loss lists what it restores."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("containers", "public_key", sa.Text()),
    ("containers", "last_contact_at", sa.DateTime(timezone=True)),
    ("containers", "reported_counter", sa.Integer()),
    ("containers", "reset_requested_at", sa.DateTime(timezone=True)),
    ("containers", "reset_requested_by_id", sa.Uuid()),
    ("activations", "update_number", sa.Integer()),
)


def upgrade() -> None:
    for table, name, kind in _COLUMNS:
        op.add_column(table, sa.Column(name, kind))
    op.add_column("license_files", sa.Column("removes", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_unique_constraint(op.f("uq_containers_public_key"), "containers", ["public_key"])
    op.create_foreign_key(
        op.f("fk_containers_reset_requested_by_id"),
        "containers",
        "users",
        ["reset_requested_by_id"],
        ["id"],
    )
    op.create_check_constraint(
        op.f("ck_containers_reset_request_is_whole"),
        "containers",
        "(reset_requested_at IS NULL) = (reset_requested_by_id IS NULL)",
    )
    op.create_index(
        "uq_activations_open_update",
        "activations",
        ["container_id"],
        unique=True,
        postgresql_where=sa.text("update_number IS NOT NULL"),
    )
    op.create_table(
        "container_files",
        sa.Column("container_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('REGISTRATION', 'REQUEST', 'RECEIPT', 'REPORT')",
            name=op.f("ck_container_files_filekind"),
        ),
        sa.ForeignKeyConstraint(
            ["container_id"],
            ["containers.id"],
            name=op.f("fk_container_files_container_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("container_id", "file_id", name=op.f("pk_container_files")),
    )
    _devices()
    op.create_table(
        "restored_activations",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("activation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["restore_cases.id"],
            name=op.f("fk_restored_activations_case_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["activation_id"],
            ["activations.id"],
            name=op.f("fk_restored_activations_activation_id"),
        ),
        sa.PrimaryKeyConstraint("case_id", "activation_id", name=op.f("pk_restored_activations")),
    )
    op.create_index("ix_restored_activations_activation_id", "restored_activations", ["activation_id"])


def _devices() -> None:
    op.create_table(
        "container_devices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("container_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["container_id"],
            ["containers.id"],
            name=op.f("fk_container_devices_container_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_container_devices_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_container_devices")),
    )
    op.create_index(
        "uq_container_devices_active",
        "container_devices",
        ["container_id", "user_id", "label"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("restored_activations")
    op.drop_table("container_devices")
    op.drop_table("container_files")
    op.drop_index("uq_activations_open_update", "activations")
    op.drop_constraint(op.f("ck_containers_reset_request_is_whole"), "containers")
    op.drop_constraint(op.f("fk_containers_reset_requested_by_id"), "containers")
    op.drop_constraint(op.f("uq_containers_public_key"), "containers")
    op.drop_column("license_files", "removes")
    for table, name, _ in _COLUMNS:
        op.drop_column(table, name)

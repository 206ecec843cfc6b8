"""What the public reports, and indexes for what changed lately."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "public_report",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("service_id", sa.String(length=36), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["service.id"],
            name=op.f("fk_public_report_service_id_service"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_report")),
    )
    with op.batch_alter_table("public_report", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_public_report_service_id"), ["service_id"], unique=False
        )
        batch_op.create_index(
            "ix_public_report_status", ["status", "reported_at", "id"], unique=False
        )
    op.create_index("ix_service_last_modified", "service", ["last_modified", "id"])
    op.create_index("ix_metadata_last_action_date", "metadata", ["last_action_date", "id"])


def downgrade() -> None:
    op.drop_index("ix_metadata_last_action_date", "metadata")
    op.drop_index("ix_service_last_modified", "service")
    op.drop_table("public_report")

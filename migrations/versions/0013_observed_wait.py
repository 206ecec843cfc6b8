"""How long people really waited for a service."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "observed_wait",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("service_id", sa.String(length=36), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.CheckConstraint("days >= 0", name=op.f("ck_observed_wait_days_positive")),
        sa.CheckConstraint("count > 0", name=op.f("ck_observed_wait_count_positive")),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["service.id"],
            name=op.f("fk_observed_wait_service_id_service"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observed_wait")),
        sa.UniqueConstraint("service_id", name=op.f("uq_observed_wait_service_id")),
    )
    with op.batch_alter_table("observed_wait", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_observed_wait_service_id"), ["service_id"])


def downgrade() -> None:
    op.drop_table("observed_wait")

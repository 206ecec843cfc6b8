"""Corrections that organizations propose to their own listing, and who is trusted with them."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("service_id", sa.String(length=36), nullable=False),
        sa.Column("proposed_for", sa.String(length=36), nullable=False),
        sa.Column("proposed_by", sa.String(length=64), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.CheckConstraint(
            "status = 'open' OR decided_at IS NOT NULL",
            name=op.f("ck_proposal_decisions_have_a_time"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["service.id"],
            name=op.f("fk_proposal_service_id_service"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_service_id"), ["service_id"])
        batch_op.create_index("ix_proposal_status", ["status", "proposed_at", "id"])
    with op.batch_alter_table("network_organization", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("trusted", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("network_organization", schema=None) as batch_op:
        batch_op.alter_column("trusted", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("network_organization", schema=None) as batch_op:
        batch_op.drop_column("trusted")
    op.drop_table("proposal")

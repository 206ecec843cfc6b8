"""Facts of referrals for reports, and the wins journal."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "referral_fact",
        sa.Column("referral_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("partner_id", sa.String(length=36), nullable=False),
        sa.Column("need_id", sa.String(length=36), nullable=False),
        sa.Column("service_id", sa.String(length=36), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("response_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("viewed", sa.Boolean(), nullable=False),
        sa.Column("response", sa.String(length=32), nullable=True),
        sa.Column("response_minutes", sa.Integer(), nullable=True),
        sa.Column("decision_minutes", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_in_time", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("quiet_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_service_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_referral_fact_referral_id_referral"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["network_organization.id"],
            name=op.f("fk_referral_fact_organization_id_network_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"],
            ["network_organization.id"],
            name=op.f("fk_referral_fact_partner_id_network_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["need_id"], ["need.id"], name=op.f("fk_referral_fact_need_id_need")
        ),
        sa.PrimaryKeyConstraint("referral_id", name=op.f("pk_referral_fact")),
    )
    with op.batch_alter_table("referral_fact", schema=None) as batch_op:
        batch_op.create_index("ix_referral_fact_period", ["organization_id", "year"])
        batch_op.create_index("ix_referral_fact_service", ["service_id", "sent_on"])
        batch_op.create_index(batch_op.f("ix_referral_fact_need_id"), ["need_id"])

    op.create_table(
        "win",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("need_id", sa.String(length=36), nullable=True),
        sa.Column("text_sealed", sa.String(), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_win_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["network_organization.id"],
            name=op.f("fk_win_organization_id_network_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["need_id"], ["need.id"], name=op.f("fk_win_need_id_need"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_win")),
    )
    with op.batch_alter_table("win", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_win_user_id"), ["user_id"])
        batch_op.create_index(batch_op.f("ix_win_need_id"), ["need_id"])


def downgrade() -> None:
    op.drop_table("win")
    op.drop_table("referral_fact")

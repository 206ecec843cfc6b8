"""Notices, addresses that refuse mail, webhooks, links to act without an account."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_bounce",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cleared_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["network_organization.id"],
            name=op.f("fk_mail_bounce_organization_id_network_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_bounce")),
    )
    with op.batch_alter_table("mail_bounce", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_bounce_email"), ["email"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_mail_bounce_organization_id"), ["organization_id"], unique=False
        )

    op.create_table(
        "notice",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("side", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("referral_id", sa.String(length=36), nullable=True),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_key", sa.String(length=200), nullable=True),
        sa.Column("dropped", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["network_organization.id"],
            name=op.f("fk_notice_organization_id_network_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_notice_organization_id"), ["organization_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_notice_referral_id"), ["referral_id"], unique=False)
        batch_op.create_index("ix_notice_sent", ["email", "sent_at"], unique=False)
        batch_op.create_index(
            "ix_notice_waiting",
            ["email", "due_at"],
            unique=False,
            sqlite_where=sa.text("sent_at IS NULL AND dropped IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND dropped IS NULL"),
        )

    op.create_table(
        "webhook",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("secret_sealed", sa.String(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=True),
        sa.Column("off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("off_reason", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["network_organization.id"],
            name=op.f("fk_webhook_organization_id_network_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    with op.batch_alter_table("webhook", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_webhook_organization_id"), ["organization_id"], unique=False
        )

    op.create_table(
        "referral_link",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("referral_id", sa.String(length=36), nullable=False),
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("codes_sent", sa.Integer(), nullable=False),
        sa.Column("code_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["network_organization.id"],
            name=op.f("fk_referral_link_organization_id_network_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_referral_link_referral_id_referral")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_referral_link_token_hash")),
    )
    with op.batch_alter_table("referral_link", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_referral_link_referral_id"), ["referral_id"], unique=False
        )

    op.create_table(
        "referral_visit",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("link_id", sa.String(length=36), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["link_id"], ["referral_link.id"], name=op.f("fk_referral_visit_link_id_referral_link")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_referral_visit")),
    )
    with op.batch_alter_table("referral_visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_referral_visit_link_id"), ["link_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("referral_visit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_referral_visit_link_id"))

    op.drop_table("referral_visit")
    with op.batch_alter_table("referral_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_referral_link_referral_id"))

    op.drop_table("referral_link")
    with op.batch_alter_table("webhook", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_webhook_organization_id"))

    op.drop_table("webhook")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_notice_waiting",
            sqlite_where=sa.text("sent_at IS NULL AND dropped IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND dropped IS NULL"),
        )
        batch_op.drop_index("ix_notice_sent")
        batch_op.drop_index(batch_op.f("ix_notice_referral_id"))
        batch_op.drop_index(batch_op.f("ix_notice_organization_id"))

    op.drop_table("notice")
    with op.batch_alter_table("mail_bounce", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_bounce_organization_id"))
        batch_op.drop_index(batch_op.f("ix_mail_bounce_email"))

    op.drop_table("mail_bounce")

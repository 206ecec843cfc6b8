"""What coordinators keep while they work: dates, needs watched, packets, forms begun."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("need", sa.Column("contact_on", sa.Date(), nullable=True))
    op.create_table(
        "watched",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("need_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["need_id"], ["need.id"], name=op.f("fk_watched_need_id_need"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watched")),
        sa.UniqueConstraint("need_id", "user_id", name=op.f("uq_watched_need_id_user_id")),
    )
    op.create_index(op.f("ix_watched_user_id"), "watched", ["user_id"])
    op.create_table(
        "packet",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("need_id", sa.String(length=36), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(length=36), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["need_id"], ["need.id"], name=op.f("fk_packet_need_id_need"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packet")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_packet_token_hash")),
    )
    op.create_index(op.f("ix_packet_need_id"), "packet", ["need_id"])
    op.create_table(
        "form_draft",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("form", sa.String(length=200), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=True),
        sa.Column("content_sealed", sa.String(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patient.id"],
            name=op.f("fk_form_draft_patient_id_patient"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_draft")),
        sa.UniqueConstraint("user_id", "form", name=op.f("uq_form_draft_user_id_form")),
    )
    op.create_index(op.f("ix_form_draft_patient_id"), "form_draft", ["patient_id"])
    op.create_index(op.f("ix_form_draft_expires_at"), "form_draft", ["expires_at"])


def downgrade() -> None:
    op.drop_table("form_draft")
    op.drop_table("packet")
    op.drop_table("watched")
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.drop_column("contact_on")

"""What was tried for each need, as reports read it."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

COLUMNS = ["organization_id", "need_id", "counted", "sent_at", "sent_on", "first_service_on"]


def upgrade() -> None:
    with op.batch_alter_table("referral_fact", schema=None) as batch_op:
        batch_op.create_index("ix_referral_fact_tries", COLUMNS)


def downgrade() -> None:
    with op.batch_alter_table("referral_fact", schema=None) as batch_op:
        batch_op.drop_index("ix_referral_fact_tries")

"""A known text under each encryption key, to notice a wrong one at the start."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "key_sentinel",
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("blind", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_key_sentinel")),
    )


def downgrade() -> None:
    op.drop_table("key_sentinel")

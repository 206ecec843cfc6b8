"""When the text that a translation says in another language changed."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "translation", sa.Column("outdated_since", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_index("ix_translation_outdated", "translation", ["outdated_since", "id"])


def downgrade() -> None:
    op.drop_index("ix_translation_outdated", "translation")
    op.drop_column("translation", "outdated_since")

"""Medicines, price programs, observed cash prices and acquisition cost benchmarks."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "benchmark",
        sa.Column("ndc11", sa.String(length=11), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("per_unit", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.Column("product", sa.String(length=400), nullable=False),
        sa.CheckConstraint("per_unit > 0", name=op.f("ck_benchmark_per_unit_positive")),
        sa.PrimaryKeyConstraint("ndc11", "effective_on", name=op.f("pk_benchmark")),
    )
    with op.batch_alter_table("benchmark", schema=None) as batch_op:
        batch_op.create_index("ix_benchmark_product", ["product", "effective_on"], unique=False)

    op.create_table(
        "drug",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("rxcui", sa.String(length=16), nullable=True),
        sa.Column("ingredient", sa.String(length=200), nullable=False),
        sa.Column("brand", sa.String(length=100), nullable=False),
        sa.Column("strength", sa.String(length=100), nullable=False),
        sa.Column("form", sa.String(length=32), nullable=False),
        sa.Column("route", sa.String(length=32), nullable=False),
        sa.Column("release", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("otc", sa.Boolean(), nullable=False),
        sa.Column("schedule", sa.String(length=3), nullable=True),
        sa.Column("product", sa.String(length=400), nullable=False),
        sa.CheckConstraint(
            "ingredient <> '' AND strength <> ''", name=op.f("ck_drug_says_what_it_is")
        ),
        sa.CheckConstraint(
            "schedule IN ('II', 'III', 'IV', 'V')", name=op.f("ck_drug_schedule_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drug")),
        sa.UniqueConstraint("product", name=op.f("uq_drug_product")),
        sa.UniqueConstraint("rxcui", name=op.f("uq_drug_rxcui")),
    )
    with op.batch_alter_table("drug", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drug_ingredient"), ["ingredient"], unique=False)

    op.create_table(
        "price_program",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=True),
        sa.Column("fee_period", sa.String(length=32), nullable=True),
        sa.Column("states_included", sa.JSON(), nullable=False),
        sa.Column("states_excluded", sa.JSON(), nullable=False),
        sa.Column("requirements", sa.JSON(), nullable=False),
        sa.Column("notes", sa.String(), nullable=True),
        sa.Column("notes_es", sa.String(), nullable=True),
        sa.Column("excludes_controlled", sa.Boolean(), nullable=False),
        sa.Column("bypasses_insurance", sa.Boolean(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("delivery_days", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind <> 'mail' OR delivery_days IS NOT NULL",
            name=op.f("ck_price_program_mail_takes_days"),
        ),
        sa.CheckConstraint(
            "(fee IS NULL) = (fee_period IS NULL)", name=op.f("ck_price_program_fee_has_a_period")
        ),
        sa.CheckConstraint(
            "delivery_days IS NULL OR delivery_days >= 0",
            name=op.f("ck_price_program_days_positive"),
        ),
        sa.CheckConstraint("fee IS NULL OR fee >= 0", name=op.f("ck_price_program_fee_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_program")),
        sa.UniqueConstraint("name", name=op.f("uq_price_program_name")),
    )
    op.create_table(
        "drug_alias",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("drug_id", sa.String(length=36), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("folded", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.ForeignKeyConstraint(
            ["drug_id"], ["drug.id"], name=op.f("fk_drug_alias_drug_id_drug"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drug_alias")),
        sa.UniqueConstraint(
            "drug_id", "folded", "language", name=op.f("uq_drug_alias_drug_id_folded_language")
        ),
    )
    with op.batch_alter_table("drug_alias", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drug_alias_drug_id"), ["drug_id"], unique=False)

    op.create_table(
        "price_observation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("drug_id", sa.String(length=36), nullable=False),
        sa.Column("ndc11", sa.String(length=11), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("days_supply", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("location_id", sa.String(length=36), nullable=True),
        sa.Column("organization_id", sa.String(length=36), nullable=True),
        sa.Column("place_key", sa.String(length=36), nullable=False),
        sa.Column("program_id", sa.String(length=36), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("dispensing_fee", sa.BigInteger(), nullable=False),
        sa.Column("shipping", sa.BigInteger(), nullable=False),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("source_ref", sa.String(length=200), nullable=False),
        sa.Column("observer", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_by", sa.String(length=36), nullable=True),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("invented", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(channel = 'chain') = (organization_id IS NOT NULL)",
            name=op.f("ck_price_observation_one_chain"),
        ),
        sa.CheckConstraint(
            "(channel = 'location') = (location_id IS NOT NULL)",
            name=op.f("ck_price_observation_one_pharmacy"),
        ),
        sa.CheckConstraint(
            "days_supply IS NULL OR days_supply > 0",
            name=op.f("ck_price_observation_days_positive"),
        ),
        sa.CheckConstraint(
            "dispensing_fee >= 0 AND shipping >= 0", name=op.f("ck_price_observation_fees_positive")
        ),
        sa.CheckConstraint(
            "place_key = COALESCE(location_id, organization_id, program_id)",
            name=op.f("ck_price_observation_place_is_said"),
        ),
        sa.CheckConstraint(
            "price >= 0 AND price <= 100000000", name=op.f("ck_price_observation_price_sensible")
        ),
        sa.CheckConstraint(
            "quantity > 0 AND quantity <= 100000000",
            name=op.f("ck_price_observation_quantity_sensible"),
        ),
        sa.CheckConstraint("superseded_by <> id", name=op.f("ck_price_observation_not_by_itself")),
        sa.CheckConstraint(
            "superseded_by IS NULL OR NOT is_current",
            name=op.f("ck_price_observation_corrected_is_history"),
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= observed_on",
            name=op.f("ck_price_observation_ends_after_start"),
        ),
        sa.ForeignKeyConstraint(
            ["drug_id"], ["drug.id"], name=op.f("fk_price_observation_drug_id_drug")
        ),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name=op.f("fk_price_observation_location_id_location"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_price_observation_organization_id_organization"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["program_id"],
            ["price_program.id"],
            name=op.f("fk_price_observation_program_id_price_program"),
        ),
        sa.ForeignKeyConstraint(
            ["superseded_by"],
            ["price_observation.id"],
            name=op.f("fk_price_observation_superseded_by_price_observation"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_observation")),
    )
    with op.batch_alter_table("price_observation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_price_observation_correction",
            ["superseded_by"],
            unique=False,
            sqlite_where=sa.text("superseded_by IS NOT NULL"),
            postgresql_where=sa.text("superseded_by IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_price_observation_history", ["drug_id", "quantity", "observed_on"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_price_observation_location_id"), ["location_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_price_observation_organization_id"), ["organization_id"], unique=False
        )
        batch_op.create_index(
            "uq_price_observation_current",
            ["drug_id", "place_key", "program_id", "quantity", "source"],
            unique=True,
            sqlite_where=sa.text("is_current"),
            postgresql_where=sa.text("is_current"),
        )


def downgrade() -> None:
    with op.batch_alter_table("price_observation", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_price_observation_current",
            sqlite_where=sa.text("is_current"),
            postgresql_where=sa.text("is_current"),
        )
        batch_op.drop_index(batch_op.f("ix_price_observation_organization_id"))
        batch_op.drop_index(batch_op.f("ix_price_observation_location_id"))
        batch_op.drop_index("ix_price_observation_history")
        batch_op.drop_index(
            "ix_price_observation_correction",
            sqlite_where=sa.text("superseded_by IS NOT NULL"),
            postgresql_where=sa.text("superseded_by IS NOT NULL"),
        )

    op.drop_table("price_observation")
    with op.batch_alter_table("drug_alias", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drug_alias_drug_id"))

    op.drop_table("drug_alias")
    op.drop_table("price_program")
    with op.batch_alter_table("drug", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drug_ingredient"))

    op.drop_table("drug")
    with op.batch_alter_table("benchmark", schema=None) as batch_op:
        batch_op.drop_index("ix_benchmark_product")

    op.drop_table("benchmark")

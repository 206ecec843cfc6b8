"""Patients, the people around them, needs and consents: sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "patient",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name_sealed", sa.String(), nullable=True),
        sa.Column("preferred_name_sealed", sa.String(), nullable=True),
        sa.Column("pronouns_sealed", sa.String(), nullable=True),
        sa.Column("birth_date_sealed", sa.String(), nullable=True),
        sa.Column("birth_date_blind", sa.String(length=32), nullable=True),
        sa.Column("address_sealed", sa.String(), nullable=True),
        sa.Column("pin_sealed", sa.String(), nullable=True),
        sa.Column("notes_sealed", sa.String(), nullable=True),
        sa.Column("postal_code", sa.String(length=5), nullable=True),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("interpreter", sa.Boolean(), nullable=False),
        sa.Column("insurance", sa.JSON(), nullable=False),
        sa.Column("mobility", sa.JSON(), nullable=False),
        sa.Column("communication", sa.JSON(), nullable=False),
        sa.Column("documents_held", sa.JSON(), nullable=False),
        sa.Column("income_band", sa.String(length=32), nullable=True),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_into_id", sa.String(length=36), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "erased_at IS NOT NULL OR name_sealed IS NOT NULL", name=op.f("ck_patient_has_a_name")
        ),
        sa.CheckConstraint(
            "erased_at IS NULL OR (name_sealed IS NULL AND birth_date_sealed IS NULL AND address_sealed IS NULL AND pin_sealed IS NULL AND notes_sealed IS NULL)",
            name=op.f("ck_patient_erased_holds_nothing"),
        ),
        sa.CheckConstraint(
            "merged_into_id IS NULL OR merged_into_id <> id",
            name=op.f("ck_patient_not_into_itself"),
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["patient.id"], name=op.f("fk_patient_merged_into_id_patient")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["network_organization.id"],
            name=op.f("fk_patient_organization_id_network_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient")),
    )
    with op.batch_alter_table("patient", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_patient_birth_date_blind"), ["birth_date_blind"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_patient_organization_id"), ["organization_id"], unique=False
        )

    op.create_table(
        "assignment",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patient.id"],
            name=op.f("fk_assignment_patient_id_patient"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assignment_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignment_user_id"), ["user_id"], unique=False)
        batch_op.create_index(
            "uq_assignment_primary",
            ["patient_id"],
            unique=True,
            sqlite_where=sa.text("kind = 'primary' AND ended_at IS NULL"),
            postgresql_where=sa.text("kind = 'primary' AND ended_at IS NULL"),
        )

    op.create_table(
        "patient_contact",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("system", sa.String(length=16), nullable=False),
        sa.Column("value_sealed", sa.String(), nullable=False),
        sa.Column("value_blind", sa.String(length=32), nullable=False),
        sa.Column("safe", sa.Boolean(), nullable=False),
        sa.Column("voicemail_ok", sa.Boolean(), nullable=False),
        sa.Column("text_ok", sa.Boolean(), nullable=False),
        sa.Column("safe_hours", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patient.id"],
            name=op.f("fk_patient_contact_patient_id_patient"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_contact")),
    )
    with op.batch_alter_table("patient_contact", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_patient_contact_patient_id"), ["patient_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_patient_contact_value_blind"), ["value_blind"], unique=False
        )

    op.create_table(
        "patient_name_token",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("token_blind", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patient.id"],
            name=op.f("fk_patient_name_token_patient_id_patient"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_name_token")),
        sa.UniqueConstraint(
            "patient_id",
            "kind",
            "token_blind",
            name=op.f("uq_patient_name_token_patient_id_kind_token_blind"),
        ),
    )
    with op.batch_alter_table("patient_name_token", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_patient_name_token_patient_id"), ["patient_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_patient_name_token_token_blind"), ["token_blind"], unique=False
        )

    op.create_table(
        "patient_time",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("window", sa.String(length=64), nullable=False),
        sa.Column("reason_sealed", sa.String(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patient.id"],
            name=op.f("fk_patient_time_patient_id_patient"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_time")),
    )
    with op.batch_alter_table("patient_time", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_patient_time_patient_id"), ["patient_id"], unique=False
        )

    op.create_table(
        "related_person",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("name_sealed", sa.String(), nullable=False),
        sa.Column("phone_sealed", sa.String(), nullable=True),
        sa.Column("relationship", sa.String(length=64), nullable=False),
        sa.Column("is_caregiver", sa.Boolean(), nullable=False),
        sa.Column("is_proxy", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patient.id"],
            name=op.f("fk_related_person_patient_id_patient"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_related_person")),
    )
    with op.batch_alter_table("related_person", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_related_person_patient_id"), ["patient_id"], unique=False
        )

    op.create_table(
        "consent",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("data_categories", sa.JSON(), nullable=False),
        sa.Column("restricted", sa.String(length=32), nullable=True),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("given_how", sa.String(length=32), nullable=False),
        sa.Column("given_by", sa.String(length=32), nullable=False),
        sa.Column("related_person_id", sa.String(length=36), nullable=True),
        sa.Column("evidence_sealed", sa.String(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.String(length=36), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=36), nullable=True),
        sa.CheckConstraint(
            "given_by = 'patient' OR related_person_id IS NOT NULL",
            name=op.f("ck_consent_says_who_gave_it"),
        ),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from",
            name=op.f("ck_consent_ends_after_start"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["network_organization.id"],
            name=op.f("fk_consent_organization_id_network_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patient.id"],
            name=op.f("fk_consent_patient_id_patient"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["related_person_id"],
            ["related_person.id"],
            name=op.f("fk_consent_related_person_id_related_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_consent_organization_id"), ["organization_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_consent_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "need",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("related_person_id", sa.String(length=36), nullable=True),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("restricted", sa.String(length=32), nullable=True),
        sa.Column("words_sealed", sa.String(), nullable=True),
        sa.Column("urgency", sa.String(length=32), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("screened_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("loop_confirmation", sa.String(length=32), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (status IN ('open', 'in_progress'))",
            name=op.f("ck_need_closed_has_a_time"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["network_organization.id"],
            name=op.f("fk_need_organization_id_network_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patient.id"],
            name=op.f("fk_need_patient_id_patient"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["related_person_id"],
            ["related_person.id"],
            name=op.f("fk_need_related_person_id_related_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
    )
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_need_category"), ["category"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_need_organization_id"), ["organization_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_need_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "consent_partner",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("consent_id", sa.String(length=36), nullable=False),
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["consent_id"],
            ["consent.id"],
            name=op.f("fk_consent_partner_consent_id_consent"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["network_organization.id"],
            name=op.f("fk_consent_partner_organization_id_network_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_partner")),
        sa.UniqueConstraint(
            "consent_id",
            "organization_id",
            name=op.f("uq_consent_partner_consent_id_organization_id"),
        ),
    )
    with op.batch_alter_table("consent_partner", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_consent_partner_consent_id"), ["consent_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("consent_partner", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_partner_consent_id"))

    op.drop_table("consent_partner")
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_need_patient_id"))
        batch_op.drop_index(batch_op.f("ix_need_organization_id"))
        batch_op.drop_index(batch_op.f("ix_need_category"))

    op.drop_table("need")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_patient_id"))
        batch_op.drop_index(batch_op.f("ix_consent_organization_id"))

    op.drop_table("consent")
    with op.batch_alter_table("related_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_related_person_patient_id"))

    op.drop_table("related_person")
    with op.batch_alter_table("patient_time", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_patient_time_patient_id"))

    op.drop_table("patient_time")
    with op.batch_alter_table("patient_name_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_patient_name_token_token_blind"))
        batch_op.drop_index(batch_op.f("ix_patient_name_token_patient_id"))

    op.drop_table("patient_name_token")
    with op.batch_alter_table("patient_contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_patient_contact_value_blind"))
        batch_op.drop_index(batch_op.f("ix_patient_contact_patient_id"))

    op.drop_table("patient_contact")
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_assignment_primary",
            sqlite_where=sa.text("kind = 'primary' AND ended_at IS NULL"),
            postgresql_where=sa.text("kind = 'primary' AND ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_assignment_user_id"))
        batch_op.drop_index(batch_op.f("ix_assignment_patient_id"))

    op.drop_table("assignment")
    with op.batch_alter_table("patient", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_patient_organization_id"))
        batch_op.drop_index(batch_op.f("ix_patient_birth_date_blind"))

    op.drop_table("patient")

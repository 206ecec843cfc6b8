"""Referrals: events, snapshots, capacity, outcomes, codes, limits, plans."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SQLITE_TRIGGERS = (
    """CREATE TRIGGER referral_event_no_update BEFORE UPDATE OF id, referral_id, sequence, event, source, target, actor_kind, actor_id, organization_id, at, reason, facts ON referral_event
    BEGIN SELECT RAISE(ABORT, 'referral_event is append-only'); END""",
    """CREATE TRIGGER referral_event_no_delete BEFORE DELETE ON referral_event
    BEGIN SELECT RAISE(ABORT, 'referral_event is append-only'); END""",
)
POSTGRESQL_TRIGGERS = (
    """CREATE FUNCTION referral_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'referral_event is append-only'; END $$""",
    """CREATE TRIGGER referral_event_no_update BEFORE UPDATE OF id, referral_id, sequence, event, source, target, actor_kind, actor_id, organization_id, at, reason, facts ON referral_event
    FOR EACH ROW EXECUTE FUNCTION referral_event_refuse()""",
    """CREATE TRIGGER referral_event_no_delete BEFORE DELETE ON referral_event
    FOR EACH ROW EXECUTE FUNCTION referral_event_refuse()""",
)


def upgrade() -> None:
    op.create_table(
        "idempotency_key",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("response", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", "key", name=op.f("pk_idempotency_key")),
    )
    with op.batch_alter_table("idempotency_key", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_idempotency_key_created_at"), ["created_at"], unique=False
        )

    op.create_table(
        "referral_code",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("need", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("kind", "code", name=op.f("pk_referral_code")),
    )
    op.create_table(
        "referral_limit",
        sa.Column("clock", sa.String(length=32), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("urgency", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_referral_limit_amount_positive")),
        sa.PrimaryKeyConstraint("clock", "category", "urgency", name=op.f("pk_referral_limit")),
    )
    op.create_table(
        "program_capacity",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("service_id", sa.String(length=36), nullable=False),
        sa.Column("slots_total", sa.Integer(), nullable=True),
        sa.Column("slots_taken", sa.Integer(), nullable=False),
        sa.Column("waitlist_open", sa.Boolean(), nullable=True),
        sa.Column("expected_wait_days", sa.Integer(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "expected_wait_days IS NULL OR expected_wait_days >= 0",
            name=op.f("ck_program_capacity_wait_days"),
        ),
        sa.CheckConstraint("slots_taken >= 0", name=op.f("ck_program_capacity_taken_not_negative")),
        sa.CheckConstraint(
            "slots_total IS NULL OR slots_taken <= slots_total",
            name=op.f("ck_program_capacity_not_overfull"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["network_organization.id"],
            name=op.f("fk_program_capacity_organization_id_network_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_program_capacity")),
        sa.UniqueConstraint(
            "organization_id",
            "service_id",
            name=op.f("uq_program_capacity_organization_id_service_id"),
        ),
    )
    with op.batch_alter_table("program_capacity", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_program_capacity_service_id"), ["service_id"], unique=False
        )

    op.create_table(
        "referral",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("need_id", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("partner_id", sa.String(length=36), nullable=False),
        sa.Column("service_id", sa.String(length=36), nullable=False),
        sa.Column("location_id", sa.String(length=36), nullable=True),
        sa.Column("consent_id", sa.String(length=36), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("restricted", sa.String(length=32), nullable=True),
        sa.Column("urgency", sa.String(length=32), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("assigned_to", sa.String(length=36), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_response_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_event", sa.String(length=32), nullable=True),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminders_sent", sa.Integer(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_minutes", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.String(length=36), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        sa.Column("appointment_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expected_by", sa.Date(), nullable=True),
        sa.Column("slot_held", sa.Boolean(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("training", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(closed_at IS NOT NULL) = (status IN ('cancelled', 'completed', 'declined', 'entered_in_error', 'expired', 'not_completed'))",
            name=op.f("ck_referral_closed_at_end"),
        ),
        sa.CheckConstraint(
            "sent_at IS NOT NULL OR status IN ('draft', 'cancelled', 'entered_in_error')",
            name=op.f("ck_referral_sent_has_a_time"),
        ),
        sa.CheckConstraint(
            "(due_at IS NULL) = (due_event IS NULL)", name=op.f("ck_referral_due_does_something")
        ),
        sa.CheckConstraint(
            "(paused_at IS NULL) = (paused_minutes IS NULL)",
            name=op.f("ck_referral_pause_is_whole"),
        ),
        sa.CheckConstraint(
            "NOT slot_held OR closed_at IS NULL", name=op.f("ck_referral_an_end_holds_no_slot")
        ),
        sa.CheckConstraint(
            "closed_at IS NOT NULL OR due_at IS NOT NULL",
            name=op.f("ck_referral_waits_for_something"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_referral_version_counts")),
        sa.ForeignKeyConstraint(
            ["consent_id"],
            ["consent.id"],
            name=op.f("fk_referral_consent_id_consent"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_referral_need_id_need")),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["network_organization.id"],
            name=op.f("fk_referral_organization_id_network_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"],
            ["network_organization.id"],
            name=op.f("fk_referral_partner_id_network_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_referral_patient_id_patient")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["referral.id"], name=op.f("fk_referral_replaces_id_referral")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
    )
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_referral_consent_id"), ["consent_id"], unique=False)
        batch_op.create_index(
            "ix_referral_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_referral_inbox_closed",
            ["partner_id", "closed_at", "id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_referral_inbox_end",
            ["partner_id", "status", "closed_at", "id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_referral_inbox_open",
            ["partner_id", "due_at", "id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL AND sent_at IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NULL AND sent_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_referral_inbox_state",
            ["partner_id", "status", "due_at", "id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_referral_need_id"), ["need_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_referral_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(
            "ix_referral_remind",
            ["remind_at"],
            unique=False,
            sqlite_where=sa.text("remind_at IS NOT NULL"),
            postgresql_where=sa.text("remind_at IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_referral_replaces_id"), ["replaces_id"], unique=False)
        batch_op.create_index(
            "ix_referral_sent_closed",
            ["organization_id", "closed_at", "id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_referral_sent_end",
            ["organization_id", "status", "closed_at", "id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_referral_sent_open",
            ["organization_id", "due_at", "id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_referral_sent_state",
            ["organization_id", "status", "due_at", "id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index("ix_referral_service", ["service_id", "sent_at"], unique=False)

    op.create_table(
        "outcome",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("referral_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("service_dates", sa.JSON(), nullable=False),
        sa.Column("first_service_on", sa.Date(), nullable=True),
        sa.Column("provided_sealed", sa.String(), nullable=True),
        sa.Column("recorded_by_kind", sa.String(length=32), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("evidence", sa.String(length=64), nullable=True),
        sa.Column("evidence_sealed", sa.String(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_outcome_referral_id_referral")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
        sa.UniqueConstraint("referral_id", name=op.f("uq_outcome_referral_id")),
    )
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_code"), ["code"], unique=False)

    op.create_table(
        "referral_event",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("referral_id", sa.String(length=36), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=True),
        sa.Column("target", sa.String(length=32), nullable=False),
        sa.Column("actor_kind", sa.String(length=32), nullable=False),
        sa.Column("actor_id", sa.String(length=64), nullable=False),
        sa.Column("organization_id", sa.String(length=36), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("note_sealed", sa.String(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_referral_event_referral_id_referral")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_event")),
        sa.UniqueConstraint(
            "referral_id", "sequence", name=op.f("uq_referral_event_referral_id_sequence")
        ),
    )
    with op.batch_alter_table("referral_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_referral_event_at"), ["at"], unique=False)

    op.create_table(
        "route_plan",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("need_id", sa.String(length=36), nullable=False),
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.String(length=36), nullable=False),
        sa.Column("service_id", sa.String(length=36), nullable=False),
        sa.Column("location_id", sa.String(length=36), nullable=True),
        sa.Column("approved_by", sa.String(length=36), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("referral_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_route_plan_need_id_need")),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["network_organization.id"],
            name=op.f("fk_route_plan_organization_id_network_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"],
            ["network_organization.id"],
            name=op.f("fk_route_plan_partner_id_network_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_route_plan_referral_id_referral")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_route_plan")),
        sa.UniqueConstraint("need_id", "position", name=op.f("uq_route_plan_need_id_position")),
    )
    with op.batch_alter_table("route_plan", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_route_plan_organization_id"), ["organization_id"], unique=False
        )

    op.create_table(
        "shared_snapshot",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("referral_id", sa.String(length=36), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("content_sealed", sa.String(), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_shared_snapshot_referral_id_referral")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_snapshot")),
        sa.UniqueConstraint("referral_id", name=op.f("uq_shared_snapshot_referral_id")),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for trigger in SQLITE_TRIGGERS if sqlite else POSTGRESQL_TRIGGERS:
        op.execute(trigger)


def downgrade() -> None:
    op.drop_table("shared_snapshot")
    with op.batch_alter_table("route_plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_route_plan_organization_id"))

    op.drop_table("route_plan")
    with op.batch_alter_table("referral_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_referral_event_at"))

    op.drop_table("referral_event")
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outcome_code"))

    op.drop_table("outcome")
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.drop_index("ix_referral_service")
        batch_op.drop_index(
            "ix_referral_sent_state",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_referral_sent_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_referral_sent_end",
            sqlite_where=sa.text("closed_at IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_referral_sent_closed",
            sqlite_where=sa.text("closed_at IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_referral_replaces_id"))
        batch_op.drop_index(
            "ix_referral_remind",
            sqlite_where=sa.text("remind_at IS NOT NULL"),
            postgresql_where=sa.text("remind_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_referral_patient_id"))
        batch_op.drop_index(batch_op.f("ix_referral_need_id"))
        batch_op.drop_index(
            "ix_referral_inbox_state",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_referral_inbox_open",
            sqlite_where=sa.text("closed_at IS NULL AND sent_at IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NULL AND sent_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_referral_inbox_end",
            sqlite_where=sa.text("closed_at IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_referral_inbox_closed",
            sqlite_where=sa.text("closed_at IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_referral_due",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_referral_consent_id"))

    op.drop_table("referral")
    with op.batch_alter_table("program_capacity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_program_capacity_service_id"))

    op.drop_table("program_capacity")
    op.drop_table("referral_limit")
    op.drop_table("referral_code")
    with op.batch_alter_table("idempotency_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_key_created_at"))

    op.drop_table("idempotency_key")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION referral_event_refuse()")

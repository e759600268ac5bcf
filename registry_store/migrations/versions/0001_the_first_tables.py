"""The first tables

Revision: 0001, after: .
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "arrivals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mail", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "outcome_kind", sa.Text(), nullable=True, comment="index only; derived; null until the mail is settled"
        ),
        sa.Column("outcome", sa.Text(), nullable=True, comment="Outcome"),
        sa.Column("outcome_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("settled_in", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrivals")),
        sa.UniqueConstraint(
            "folder", "uidvalidity", "uid", "mail", name=op.f("uq_arrivals_folder_uidvalidity_uid_mail")
        ),
    )
    with op.batch_alter_table("arrivals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_arrivals_mail"), ["mail"], unique=False)
        batch_op.create_index(batch_op.f("ix_arrivals_outcome_kind"), ["outcome_kind"], unique=False)

    op.create_table(
        "cases",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="index only; derived"),
        sa.Column("state", sa.Text(), nullable=False, comment="index only; derived"),
        sa.Column(
            "wake_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="index only; derived by the Order: when to look again",
        ),
        sa.Column("due", sa.Date(), nullable=True, comment="index only; derived by the Order: what is due first"),
        sa.Column("payload", sa.Text(), nullable=False, comment="Case"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_cases")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cases_state_due"), ["state", "due"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_wake_at"), ["wake_at"], unique=False)

    op.create_table(
        "counters",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )
    op.create_table(
        "entries",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="index only; derived"),
        sa.Column("key", sa.Text(), nullable=False, comment="index only; derived"),
        sa.Column(
            "active_key",
            sa.Text(),
            nullable=True,
            comment="index only; derived: kind and key while the entry is active, so at most one is",
        ),
        sa.Column("payload", sa.Text(), nullable=False, comment="Entry"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_entries")),
        sa.UniqueConstraint("active_key", name=op.f("uq_entries_active_key")),
    )
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entries_key_kind"), ["key", "kind"], unique=False)

    op.create_table(
        "letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False, comment="JSON list of envelope addresses"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_after", sa.Date(), nullable=True),
        sa.Column("any_hour", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("message_id", name=op.f("uq_letters_message_id")),
    )
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letters_case"), ["case"], unique=False)
        batch_op.create_index(batch_op.f("ix_letters_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_letters_state_not_before"), ["state", "not_before"], unique=False)

    op.create_table(
        "looks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("began", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("folders", sa.Text(), nullable=False, comment="JSON: folder → mails seen"),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_looks")),
    )
    with op.batch_alter_table("looks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_looks_began"), ["began"], unique=False)

    op.create_table(
        "mails",
        sa.Column("mail", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True, comment="index only; derived"),
        sa.Column("payload", sa.Text(), nullable=False, comment="MailKeys"),
        sa.PrimaryKeyConstraint("mail", name=op.f("pk_mails")),
    )
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mails_message_id"), ["message_id"], unique=False)

    op.create_table(
        "notes",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_notes")),
    )
    op.create_table(
        "case_keys",
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="index only; derived"),
        sa.Column("value", sa.Text(), nullable=False, comment="index only; derived"),
        sa.ForeignKeyConstraint(["case"], ["cases.number"], name=op.f("fk_case_keys_case")),
        sa.PrimaryKeyConstraint("case", "kind", "value", name=op.f("pk_case_keys")),
    )
    with op.batch_alter_table("case_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_keys_kind_value"), ["kind", "value"], unique=False)

    op.create_table(
        "entry_addresses",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["entries.number"], name=op.f("fk_entry_addresses_number")),
        sa.PrimaryKeyConstraint("number", "address", name=op.f("pk_entry_addresses")),
    )
    with op.batch_alter_table("entry_addresses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_addresses_address"), ["address"], unique=False)

    op.create_table(
        "entry_versions",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False, comment="Entry"),
        sa.ForeignKeyConstraint(["number"], ["entries.number"], name=op.f("fk_entry_versions_number")),
        sa.PrimaryKeyConstraint("number", "version", name=op.f("pk_entry_versions")),
    )
    op.create_table(
        "journal",
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.Text(), nullable=False, comment="[[class, fields]]"),
        sa.Column("effects", sa.Text(), nullable=False, comment="[[class, fields], …]"),
        sa.ForeignKeyConstraint(["case"], ["cases.number"], name=op.f("fk_journal_case")),
        sa.PrimaryKeyConstraint("case", "version", name=op.f("pk_journal")),
    )
    op.create_table(
        "letter_addresses",
        sa.Column("letter", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False, comment="index only; derived"),
        sa.ForeignKeyConstraint(["letter"], ["letters.id"], name=op.f("fk_letter_addresses_letter")),
        sa.PrimaryKeyConstraint("letter", "address", name=op.f("pk_letter_addresses")),
    )
    with op.batch_alter_table("letter_addresses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_addresses_address"), ["address"], unique=False)

    op.create_table(
        "mail_keys",
        sa.Column("mail", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="index only; derived"),
        sa.Column("value", sa.Text(), nullable=False, comment="index only; derived"),
        sa.ForeignKeyConstraint(["mail"], ["mails.mail"], name=op.f("fk_mail_keys_mail")),
        sa.PrimaryKeyConstraint("mail", "kind", "value", name=op.f("pk_mail_keys")),
    )
    with op.batch_alter_table("mail_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_keys_kind_value"), ["kind", "value"], unique=False)

    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case"], ["cases.number"], name=op.f("fk_tasks_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tasks_case"), ["case"], unique=False)
        batch_op.create_index(batch_op.f("ix_tasks_done_at"), ["done_at"], unique=False)

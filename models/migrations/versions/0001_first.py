"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
Money = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "calendar_year",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_year")),
    )
    op.create_table(
        "inbox",
        sa.Column("bundle_id", sa.String(length=32), nullable=False),
        sa.Column("from_office", sa.String(length=32), nullable=False),
        sa.Column("from_name", sa.Text(), nullable=False),
        sa.Column("ledger_id", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("receipt", Json, nullable=True),
        sa.Column("facts", Json, nullable=False),
        sa.PrimaryKeyConstraint("bundle_id", "from_office", name=op.f("pk_inbox")),
    )
    op.create_table(
        "journal",
        sa.Column("stream", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.Column("clerk", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("prev", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("stream", "seq", name=op.f("pk_journal")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_journal_subject", "journal", ["subject"], unique=False)
    op.create_table(
        "ledger",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("template_id", sa.Text(), nullable=False),
        sa.Column("template_version", sa.Text(), nullable=False),
        sa.Column("template_digest", sa.String(length=64), nullable=False),
        sa.Column("template_source", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("owner_office", sa.String(length=32), nullable=False),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("opened_on", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("stream", sa.String(length=32), nullable=False),
        sa.Column("head_seq", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("next_no", sa.Integer(), nullable=False),
        sa.Column("next_print", sa.Integer(), nullable=False),
        sa.Column("sealed_on", sa.String(length=10), nullable=True),
        sa.Column("sealed_version", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
        sa.UniqueConstraint("stream", name=op.f("uq_ledger_stream")),
    )
    op.create_table(
        "office",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("division", sa.String(length=6), nullable=False),
        sa.Column("roles", Json, nullable=False),
        sa.Column("clerk", sa.Text(), nullable=False),
        sa.Column("made_on", sa.String(length=10), nullable=False),
        sa.Column("stream", sa.String(length=32), nullable=False),
        sa.Column("head_seq", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office")),
    )
    op.create_table(
        "outbox",
        sa.Column("bundle_id", sa.String(length=32), nullable=False),
        sa.Column("ledger_id", sa.String(length=32), nullable=False),
        sa.Column("to_office", sa.String(length=32), nullable=True),
        sa.Column("to_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("base_seq", sa.Integer(), nullable=False),
        sa.Column("to_seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.PrimaryKeyConstraint("bundle_id", name=op.f("pk_outbox")),
    )
    op.create_table(
        "peer",
        sa.Column("office_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("division", sa.String(length=6), nullable=False),
        sa.Column("card", Json, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("trusted_on", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_peer")),
    )
    op.create_table(
        "rest_day",
        sa.Column("division", sa.String(length=6), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("division", "day", name=op.f("pk_rest_day")),
    )
    op.create_table(
        "setting",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", Json, nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("ledger_id", sa.String(length=32), nullable=False),
        sa.Column("entry_id", sa.String(length=32), nullable=True),
        sa.Column("version_id", sa.String(length=32), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("deleted_seq", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_attachment_ledger_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index(op.f("ix_attachment_entry_id"), "attachment", ["entry_id"], unique=False)
    op.create_index(op.f("ix_attachment_sha256"), "attachment", ["sha256"], unique=False)
    op.create_index(op.f("ix_attachment_version_id"), "attachment", ["version_id"], unique=False)
    op.create_table(
        "entry",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("ledger_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("no", sa.Text(), nullable=False),
        sa.Column("standing", sa.String(length=9), nullable=False),
        sa.Column("added", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("name_key", sa.Text(), nullable=True),
        sa.Column("code_key", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("build_state", sa.Text(), nullable=True),
        sa.Column("invest", Money, nullable=True),
        sa.Column("resp_person", sa.Text(), nullable=True),
        sa.Column("pinyin", sa.Text(), nullable=True),
        sa.Column("due", sa.String(length=10), nullable=True),
        sa.Column("deadline", sa.String(length=10), nullable=True),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("since", sa.String(length=10), nullable=True),
        sa.Column("n_items", sa.Integer(), nullable=False),
        sa.Column("n_open", sa.Integer(), nullable=False),
        sa.Column("n_stopped", sa.Integer(), nullable=False),
        sa.Column("n_unknown", sa.Integer(), nullable=False),
        sa.Column("n_accepted", sa.Integer(), nullable=False),
        sa.Column("cells", Json, nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("deleted_seq", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_entry_ledger_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("ledger_id", "number", name=op.f("uq_entry_ledger_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_entry_code_key", "entry", ["ledger_id", "code_key"], unique=False)
    op.create_index("ix_entry_due", "entry", ["ledger_id", "due"], unique=False)
    op.create_index("ix_entry_name_key", "entry", ["ledger_id", "name_key"], unique=False)
    op.create_table(
        "import_run",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("ledger_id", sa.String(length=32), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.Column("clerk", sa.Text(), nullable=False),
        sa.Column("not_secret", sa.Text(), nullable=False),
        sa.Column("report", Json, nullable=False),
        sa.Column("first_seq", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_import_run_ledger_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_table(
        "seal",
        sa.Column("ledger_id", sa.String(length=32), nullable=False),
        sa.Column("version_id", sa.String(length=32), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("counts", Json, nullable=False),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_seal_ledger_id")),
        sa.PrimaryKeyConstraint("ledger_id", name=op.f("pk_seal")),
    )
    op.create_table(
        "tally",
        sa.Column("ledger_id", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=7), nullable=False),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.Column("complete", sa.Integer(), nullable=False),
        sa.Column("excluded", sa.Integer(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("restored", sa.Integer(), nullable=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("approved", sa.Integer(), nullable=False),
        sa.Column("started", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("corrected", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "base + added + restored = open + approved + started + removed + corrected",
            name=op.f("ck_tally_identity"),
        ),
        sa.CheckConstraint("listed = base + complete + excluded", name=op.f("ck_tally_list")),
        sa.CheckConstraint("open >= 0 AND base >= 0", name=op.f("ck_tally_sign")),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_tally_ledger_id")),
        sa.PrimaryKeyConstraint("ledger_id", "unit", name=op.f("pk_tally")),
    )
    op.create_table(
        "version",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("ledger_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.Column("paper", sa.String(length=2), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("pdf", sa.String(length=64), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("counts", Json, nullable=False),
        sa.Column("gaps", sa.Integer(), nullable=False),
        sa.Column("explain", sa.Text(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_version_ledger_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version")),
        sa.UniqueConstraint("code", name=op.f("uq_version_code")),
        sa.UniqueConstraint("ledger_id", "number", name=op.f("uq_version_ledger_id_number")),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("ledger_id", sa.String(length=32), nullable=False),
        sa.Column("entry_id", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=8), nullable=True),
        sa.Column("kind", sa.String(length=9), nullable=False),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_event_entry_id")),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_event_ledger_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index("ix_event_entry", "event", ["entry_id"], unique=False)
    op.create_index("ix_event_ledger", "event", ["ledger_id", "kind"], unique=False)
    op.create_table(
        "item",
        sa.Column("entry_id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("ledger_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("standing", sa.String(length=9), nullable=False),
        sa.Column("added", sa.Boolean(), nullable=False),
        sa.Column("dept", sa.Text(), nullable=True),
        sa.Column("clock", sa.Text(), nullable=True),
        sa.Column("clock_state", sa.String(length=8), nullable=False),
        sa.Column("due", sa.String(length=10), nullable=True),
        sa.Column("upper_due", sa.String(length=10), nullable=True),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("since", sa.String(length=10), nullable=True),
        sa.Column("cells", Json, nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_item_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "code", name=op.f("pk_item")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_item_due", "item", ["ledger_id", "due"], unique=False, sqlite_where=sa.text("due IS NOT NULL")
    )
    op.create_table(
        "original",
        sa.Column("entry_id", sa.String(length=32), nullable=False),
        sa.Column("import_id", sa.String(length=32), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("raw", Json, nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_original_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "import_id", name=op.f("pk_original")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "signature",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("version_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.Column("behalf", sa.Text(), nullable=True),
        sa.Column("scan", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_signature_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint("version_id", "role", name=op.f("uq_signature_version_id_role")),
    )

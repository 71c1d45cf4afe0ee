"""What a ledger is for and where its rows come from; the lines of check rounds found without reading the rest."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("ledger", sa.Column("purpose", sa.String(length=6), server_default="main", nullable=False))
    op.add_column("ledger", sa.Column("origin_ledger", sa.String(length=32), nullable=True))
    op.add_column("ledger", sa.Column("origin_office", sa.String(length=32), nullable=True))
    op.add_column("ledger", sa.Column("origin_name", sa.Text(), nullable=True))
    op.add_column("ledger", sa.Column("dept", sa.Text(), nullable=True))
    op.add_column("entry", sa.Column("source", sa.String(length=32), nullable=True))
    op.create_index(
        "ix_entry_source", "entry", ["ledger_id", "source"], unique=False, sqlite_where=sa.text("source IS NOT NULL")
    )
    op.create_index(
        "ix_journal_rare",
        "journal",
        ["stream", "seq"],
        unique=False,
        sqlite_where=sa.text("verb IN ('round', 'push', 'merge', 'annotate', 'purge')"),
    )

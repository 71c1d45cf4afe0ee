"""Which row a row follows, found by its number, and what its own limit is beside that of the row it follows."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """The table is filled when the stored columns are worked out anew, at the first opening (`app.keeping.upkeep`)."""
    op.create_table(
        "link",
        sa.Column("entry_id", sa.String(length=32), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("ledger_id", sa.String(length=32), nullable=False),
        sa.Column("no", sa.Text(), nullable=False),
        sa.Column("own", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_link_entry_id"),
        sa.PrimaryKeyConstraint("entry_id", "field", name="pk_link"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_link_no", "link", ["no"], unique=False)
    op.create_index("ix_link_ledger", "link", ["ledger_id"], unique=False)

"""Who works at the desk: name, role, since when; who set up the office is the first of them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """The first line of the office's own stream names its clerk, so that his row needs no line of its own."""
    op.create_table(
        "clerk",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("since", sa.String(length=10), nullable=False),
        sa.Column("until", sa.String(length=10), nullable=True),
        sa.Column("former", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_clerk"),
    )
    op.execute(
        "INSERT INTO clerk (id, name, role, phone, since, until, former) "
        "SELECT id, clerk, '管理', NULL, made_on, NULL, '[]' FROM office"
    )

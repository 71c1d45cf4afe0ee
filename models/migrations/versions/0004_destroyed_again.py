"""A purge line may lose its body like any other, once a later one says what is left of it."""

from alembic import op

revision = "0004"
down_revision = "0003"

ONLY_A_DESTROYED_BODY = """
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal WHEN NOT (
    NEW.body IS NULL AND NEW.salt = x''
    AND NEW.stream IS OLD.stream AND NEW.seq IS OLD.seq AND NEW.at IS OLD.at AND NEW."on" IS OLD."on"
    AND NEW.clerk IS OLD.clerk AND NEW.verb IS OLD.verb AND NEW.subject IS OLD.subject AND NEW.rev IS OLD.rev
    AND NEW.digest IS OLD.digest AND NEW.prev IS OLD.prev AND NEW.hash IS OLD.hash
    AND EXISTS (
        SELECT 1 FROM journal AS purged
        WHERE purged.subject = OLD.subject AND purged.stream = OLD.stream AND purged.verb = 'purge'
            AND purged.seq > OLD.seq AND json_type(purged.body, '$.purge.lines."' || OLD.seq || '"') IS NOT NULL
    )
) BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END
"""


def upgrade() -> None:
    op.execute("DROP TRIGGER IF EXISTS journal_no_update")
    op.execute(ONLY_A_DESTROYED_BODY)

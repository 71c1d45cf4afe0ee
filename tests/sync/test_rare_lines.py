"""The few lines that are looked for in a whole stream are found through an index, not by reading the stream."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import event

from app.engine import remains
from app.rounds import rounds
from tests.sync.rounds_world import play


def test_rounds_and_destroyed_lines_are_found_by_index(tmp_path: Path) -> None:
    world = play(tmp_path, 1)
    office = world.sponsor
    plans: list[str] = []

    def explain(_connection: object, cursor: object, statement: str, parameters: object, *_: object) -> None:
        rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()  # type: ignore[attr-defined]
        plans.append(str(rows))

    with office.read() as connection:
        event.listen(connection, "before_cursor_execute", explain)
        remains.of_stream(connection, office.stream)
        list(rounds.told(connection, office.stream))
    world.close()
    assert len(plans) >= 2 and all("ix_journal_rare" in plan for plan in plans), plans

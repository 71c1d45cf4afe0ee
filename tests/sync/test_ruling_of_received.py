"""A row of ours that follows a row of a ledger that came: the earlier limit rules as soon as it comes (decision 15)."""

from __future__ import annotations

from pathlib import Path

from app.ledger import entries, ledgers
from app.listing import lists
from app.proof import replay
from app.templating import template_reading
from sync import exchange
from tests.app.works import TASKS
from tests.sync.offices import Pair


def test_the_limit_of_a_received_row_rules_and_moves_with_every_bundle(two: Pair) -> None:
    """S59 四(三), S53 六(四): a number that nobody holds yet binds nothing; the row comes, its limit comes, it moves."""
    row = two.project("示范项目", M01="在办")
    entries.amend(two.bureau, row, {"due_date": "2022-08-20"})
    no = lists.line(two.bureau, row).no
    league = two.league
    tasks = str(ledgers.open_template(league, template_reading.read(TASKS, "任务.toml")).subject)
    late = str(
        entries.add(league, tasks, {"name": "示范任务", "end_by": "2025-12-31", "linked": no}, not_secret="审核人乙").subject
    )
    assert lists.line(league, late).deadline == "2025-12-31"
    two.sent_and_received()
    assert (lists.line(league, late).deadline, lists.line(league, late).light) == ("2022-08-20", "red")
    entries.amend(two.bureau, row, {"due_date": "2022-12-30"})
    exchange.receive(league, Path(two.send()))
    assert lists.line(league, late).deadline == "2022-12-30" and lists.line(league, late).light == "green"
    assert replay.verify(league) == []

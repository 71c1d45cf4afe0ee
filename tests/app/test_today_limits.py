"""今日要办: a due row leads to what is filled in to answer it, the first later day is told, and the numbers agree."""

from __future__ import annotations

from dataclasses import replace

from app.ledger import entries, ledgers
from app.office import Office
from app.today import at_hand, statistics
from tests.app.conftest import DAY, project


def test_a_due_row_leads_to_its_field_and_the_next_day_is_told(bureau: Office, ledger: str) -> None:
    """desk.md: Enter opens the exact field; with nothing due the next day stands there, whatever limit it is of."""
    assert statistics.today_list(bureau).next_due == ""
    row = project(bureau, ledger, "后来的", M03="在办")
    entries.amend(bureau, row, {"due_date": "2022-10-31"})
    now = statistics.today_list(bureau)
    assert now.todos == () and now.next_due == "2022-10-31", "a 完成时限 counts as well as a matter"
    calls = str(ledgers.open_template(bureau, "complaints").subject)
    said = {"name": "办证慢", "called_on": DAY.isoformat()}
    call = str(entries.add(bureau, calls, said, not_secret="审核人乙").subject)
    late = replace(bureau, fixed_today=DAY.replace(month=10))
    (todo,) = [t for t in statistics.today_list(late).todos if t.entry_id == call]
    assert todo.field == "answered_on" and todo.light == "red"
    missed = [one.late for one in at_hand.at_hand(statistics.counted(late))]
    assert missed[0] and not missed[-1] and missed == sorted(missed, reverse=True), "what is missed stands first"

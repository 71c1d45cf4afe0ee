"""A cell that was refused and is red in the grid is told wherever the ledger is about to leave the screen."""

from __future__ import annotations

from app.ledger import checks, kept_cells
from app.listing import lists
from app.office import Office
from tests.app.conftest import project


def test_a_refused_cell_is_found_by_every_check_until_it_is_mended(bureau: Office, ledger: str) -> None:
    """What is printed, signed and sent is what is stored, and the clerk sees something else on the screen."""
    entry = project(bureau, ledger)
    assert not checks.refused_words(checks.check(bureau, ledger))
    cells = [("invest", "约三千"), ("resp_tel", "一三九"), ("gone-column", "什么")]
    kept = [kept_cells.KeptCell(entry, key, text, "E_MONEY", "读不成") for key, text in cells]
    kept_cells.keep(bureau, ledger, [*kept, kept_cells.KeptCell("nobody", "invest", "x", "E", "y")])
    found = [f for f in checks.check(bureau, ledger) if f.code == checks.REFUSED]
    assert [(f.entry_id, f.field, f.level) for f in found] == [
        (entry, "invest", "error"), (entry, "resp_tel", "error"), (entry, "name", "error"),
    ]  # fmt: skip
    assert "“约三千”没有存进去" in found[0].text and "一三九" not in found[1].text
    assert checks.refused_words(found).startswith("有 3 格")
    line = lists.lines(bureau, [entry])[0]
    assert found[0].no == line.no
    kept_cells.keep(bureau, ledger, [])
    assert not [f for f in checks.check(bureau, ledger) if f.code == checks.REFUSED]

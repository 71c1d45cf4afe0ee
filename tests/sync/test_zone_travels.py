"""Ledgers of 内政办发〔2022〕59号 travel sealed and closed: the league holds the same rows and proves them."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.ledger import ledgers
from app.listing import lists, pages
from app.office import Office
from app.proof import replay
from sync import exchange
from tests.app.ledger_life import live
from tests.app.zone_rows import ITEMS, ROWS, closed_by
from tests.sync.offices import pair


@pytest.mark.parametrize("template", ["land-yield", "zone-pending", "idle-funds"])
def test_a_sealed_ledger_arrives_as_it_was(tmp_path: Path, template: str) -> None:
    """59号 四(二): the self-check ledger is reported upward; its computed columns and totals read the same there."""
    two = pair(tmp_path)
    life = live(
        two.bureau, tmp_path, template, ROWS[template], items=ITEMS.get(template), close=closed_by(template)
    )
    sent = exchange.send(two.bureau, life.ledger, two.league.name, tmp_path / "U盘")
    exchange.receive(two.league, Path(sent.facts["file"]))
    line = next(each for each in ledgers.all(two.league) if each.loaded.t.id == template)
    assert replay.verify(two.league) == []

    def printed(office: Office, ledger: str) -> list[tuple[str, ...]]:
        with office.read() as connection:
            made = pages.page(office, connection, ledgers.line_of(connection, ledger))
        return [*made.rows, made.totals]

    assert printed(two.league, line.id) == printed(two.bureau, life.ledger)
    standings = {each.name: each.standing for each in lists.lines(two.league, lists.ids(two.league, line.id))}
    assert standings[life.closed.name] == "已核减" and len(standings) == 2
    two.close()

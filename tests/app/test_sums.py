"""Sums of chosen cells: each unit by itself, percentages never added."""

from __future__ import annotations

from app.ledger import entries, ledgers
from app.listing import sums
from app.listing.sums import Summed
from app.office import Office
from tests.app.conftest import project


def test_units_are_never_mixed(bureau: Office, ledger: str) -> None:
    one, two = (project(bureau, ledger, name, M01="在办") for name in "甲乙")
    for entry, invest in ((one, "30"), (two, "1200.5万元")):
        entries.amend(bureau, entry, {"invest": invest})
    found = sums.of(bureau, ledger, {("invest", "n_open"): [one, two]})
    assert found == {"invest": Summed(2, 1_230_500_000), "n_open": Summed(2, 2)}
    loaded = ledgers.get(bureau, ledger).loaded
    assert sums.said(loaded, found) == (
        "合计 1,230.50 万元  平均 615.25  2 个数；待批事项数合计 2  平均 1.00  2 个数"
    )
    assert sums.of(bureau, ledger, {("invest",): [one], ("invest", "n_open"): [two]})["invest"] == found["invest"]
    assert sums.measure(loaded, "name") is None and sums.said(loaded, {"invest": Summed(0, 0)}) == ""
    shares = sums.Measure("%", 100, adds=False)
    assert sums._told(shares, Summed(2, 15_000)) == "平均 75.00%（2 个）"

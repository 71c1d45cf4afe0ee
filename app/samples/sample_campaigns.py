"""The smaller ledgers and registers of the sample office: made-up rows of other campaigns, linked with its 待批项目."""

from __future__ import annotations

import tomllib
from typing import Any

from app.change import Change
from app.engine import entering
from app.journals.writing import Write
from app.ledger import entries, ledgers
from app.ledger.entries import NewRow
from app.listing import lists
from app.listing.list_rules import Query
from app.office import Office
from app.papers import sampling
from app.reports import report_sending, reporting
from app.samples.sample import CAMPAIGNS, DECLARER

REPORTED = "idle-land"
"""The ledger whose running period is reported already; the others' reports are still due."""
SEED, DRAWN, SETTLED = "2022-08-22", 2, "n_open == 0"
"""回头看 of the sample: of the rows whose matters are all done."""
SUGGESTION = "建议尽快接通5号地块的供水管线"


def fill(office: Office) -> Change:
    """Open the ledgers of the other campaigns and the registers, write their rows, report what is due of one,
    draw a sample of 回头看. For an office that has 待批项目 alone."""
    told: dict[str, list[dict[str, Any]]] = tomllib.loads(CAMPAIGNS.read_text("utf-8"))
    made = ledgers.open_several(office, list(told), again=True)
    opened = dict(zip(told, made.facts["ledgers"], strict=True))
    with office.write("补齐样例") as work:
        for template, rows in told.items():
            _add(work, office, opened[template], rows)
    _report(office, opened[REPORTED])
    _look_again(office, next(line.id for line in ledgers.all(office) if line.own))
    said = f"样例另有 {len(opened):,} 本台账和登记簿"
    return Change(said, frozenset(opened.values()), facts={"ledgers": opened})


def _add(work: Write, office: Office, ledger: str, rows: list[dict[str, Any]]) -> None:
    line = ledgers.line_of(work.connection, ledger)
    new = []
    for row in rows:
        texts = {k: str(text).replace("{旗}", office.division) for k, text in row.items() if k != "items"}
        items = entering.item_changes(line.loaded, row.get("items", {}))
        new.append(NewRow(entering.changes_of(line.loaded, texts), items))
    entries.add_many(work, line, office, new, {"not_secret": DECLARER})


def _report(office: Office, ledger: str) -> None:
    """Send the report of the running period, where the plan has one on this day."""
    due = reporting.current(reporting.series(office, ledger), office.today())
    if due is not None and not due.early and due.period.starts <= office.today():
        report_sending.send(office, ledger, due.period.id, said={"suggestions": SUGGESTION}, early=True)


def _look_again(office: Office, ledger: str) -> None:
    """Draw a few rows and say of the first that it is as it should be."""
    drawn = sampling.draw(office, ledger, n=DRAWN, seed=SEED, rule=SETTLED)
    filed = sampling.file(office, drawn)
    (register,) = filed.ledgers
    first = lists.lines(office, lists.ids(office, register, Query()))[0]
    day = office.today().isoformat()
    sampling.find(office, first.no, on=day, way="现场", real=True, rebound=False, finding="与台账一致")

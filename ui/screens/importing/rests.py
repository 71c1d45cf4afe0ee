"""没有入账的行: what of an import waits to be mended, taken up again by one press."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from app.change import Change
from app.keeping import import_rests
from app.keeping.import_rests import Rest
from app.office import Office
from app.problem import Problem
from ui.screens.importing import trial as trials
from ui.screens.importing.trial import Reading, Trial
from ui.widgets.buttons import button
from ui.widgets.labels import label

SECRET = "E_SECRET_WORD"
_BY_PLACE, _LISTED, _BY_ROW = ("fixes", "value_fixes"), ("left_out", "different"), ("same", "mapping")
"""Of the clerk's choices: those that JSON has no keys for, the sets, and those whose keys are numbers."""


class RestLists(QWidget):
    """`chosen(rest)` to go on with one, `given_up(rest)`; nothing is shown while nothing waits."""

    chosen = Signal(object)
    given_up = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QComboBox()
        self.box.setAccessibleName("没有入账的行")
        self.deed = button("接着改", lambda: self.chosen.emit(self.box.currentData()), sign="import")
        self.drop = button("不要了", lambda: self.given_up.emit(self.box.currentData()), kind="danger")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label("没有入账的行"))
        row.addWidget(self.box, 1)
        row.addWidget(self.deed)
        row.addWidget(self.drop)
        self.hide()

    def show_rests(self, office: Office, ledger: str) -> None:
        """Those of the ledger, the newest first."""
        self.box.clear()
        for rest in reversed(import_rests.every(office.folder)):
            if rest.ledger == ledger:
                self.box.addItem(f"“{rest.file.name}”还有 {len(rest.rows):,} 行有错（{rest.on}）", rest)
        self.setVisible(self.box.count() > 0)


def commit(office: Office, trial: Trial, reading: Reading, person: str, basis: str, tell: Any = None) -> Change:
    """入账 of the good rows; those with faults wait in the inbox, unless one of the list may be 涉密 (decision 11).

    Facts beside those of the import: `waiting`, how many rows are kept to be mended.
    """
    change = trials.commit(office, trial, reading, person, basis, tell)
    rest = rest_of(reading, trial, trial.run or str(change.subject), office.today().isoformat())
    kept = bool(rest.rows) and not secret(reading)
    said = change.said
    try:
        if kept:
            import_rests.keep(office, rest)
        else:
            import_rests.drop(office, rest.run)
    except Problem as problem:  # the good rows are in: that is not taken back for a copy
        kept, said = False, f"{said}；有错的行没能留着：{problem.text}"
    return replace(change, said=said, facts={**change.facts, "waiting": len(rest.rows) if kept else 0})


def rest_of(reading: Reading, trial: Trial, run: str, on: str) -> Rest:
    """What waits once the good rows came in as the import `run`: the rows with faults, and all the clerk had chosen."""
    rows = tuple(row.row for row in reading.plan.rows if row.verdict == "problem")
    said = asdict(trial)
    choices: dict[str, Any] = {key: said[key] for key in ("sheet", "head_row", "answers", "overwrite")}
    choices |= {key: [[*place, text] for place, text in said[key].items()] for key in _BY_PLACE}
    choices |= {key: sorted(said[key]) for key in _LISTED}
    choices |= {key: list(map(list, said[key].items())) for key in _BY_ROW}
    return Rest(run, trial.ledger_id, on, rows, trial.file, choices)


def trial_of(rest: Rest) -> Trial:
    """The choices as the clerk left them, over the rows that wait."""
    choices = dict(rest.choices)
    taken: dict[str, Any] = {key: {(a, b): text for a, b, text in choices.pop(key)} for key in _BY_PLACE}
    taken |= {key: set(choices.pop(key)) for key in _LISTED}
    taken |= {key: dict(choices.pop(key)) for key in _BY_ROW}
    return Trial(rest.file, rest.ledger, only=frozenset(rest.rows), run=rest.run, **taken, **choices)


def secret(reading: Reading) -> bool:
    """Whether a row of the list may be 涉密: then no copy of it is kept (decision 11)."""
    return any(problem.code == SECRET for problem in reading.draft.problems)

"""Which report: the ledger, the kind of report, and the series of periods with their states."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from app.ledger import ledgers
from app.ledger.ledgers import CHECK, LedgerLine
from app.office import Office
from app.reports import report_forms, reporting
from app.reports.periods import Period
from app.reports.reporting import Report
from app.today import coming
from ui import look
from ui.screens.reporting import series_rows
from ui.tables.plain_model import PlainModel
from ui.tables.plain_table import PlainTable

SIDE, NARROW_SIDE = 352, 262
DUE_AT = 1


class SeriesPick(QObject):
    """`picked` when another report was chosen by hand. `late` is how many of all ledgers are past their day,
    as the badge of the page counts them.
    """

    picked = Signal()

    def __init__(self, office: Office, parent: QWidget) -> None:
        super().__init__(parent)
        self._office = office
        self._lines: dict[str, LedgerLine] = {}
        self.late = 0
        self.which, self.kinds = QComboBox(), QComboBox()
        self.which.setAccessibleName("台账")
        self.kinds.setAccessibleName("哪一种报告")
        self.which.activated.connect(lambda _at: self._chosen())
        self.kinds.activated.connect(lambda _at: self._chosen())
        self.model = PlainModel(series_rows.HEADS, parent=self)
        self.table = PlainTable("各期报告", self.model, series_rows.WIDTHS, stretch=series_rows.STRETCH)
        self.table.picked.connect(lambda _at: self.picked.emit())

    def line(self) -> LedgerLine | None:
        return self._lines.get(str(self.which.currentData() or ""))

    def report(self) -> Report | None:
        found = self.model.row(self.table.currentIndex().row())
        return found.fact if found is not None else None

    def periods(self) -> list[Period]:
        """Those of the series shown, in order."""
        rows = (self.model.row(at) for at in range(self.model.rowCount()))
        return [row.fact.period for row in rows if row is not None]

    def read(self, wanted: dict[str, str]) -> None:
        """Read everything again; `wanted` names a ledger, a form and a period, what is not named stays as it was."""
        kept = wanted.get("ledger") or str(self.which.currentData() or "")
        found = [line for line in ledgers.all(self._office) if _reports(line)]
        self._lines = {line.id: line for line in found}
        self.late = sum(each.unreported for line in found for each in coming.schedule(self._office, line.id))
        self.which.clear()
        for line in found:
            self.which.addItem(line.called, line.id)
        self.which.setCurrentIndex(max(0, self.which.findData(kept)))
        self.which.setVisible(len(found) > 1)
        self._show(wanted, self.report())

    def narrow(self, yes: bool) -> None:
        """On a small screen the due day stands in the tool tip and over the text."""
        self.table.setFixedWidth(look.sizes().grown(NARROW_SIDE if yes else SIDE))
        self.table.setColumnHidden(DUE_AT, yes)

    def _chosen(self) -> None:
        """Another ledger or kind by hand: its own report that is due."""
        self._show({}, None)
        self.picked.emit()

    def _show(self, wanted: dict[str, str], was: Report | None) -> None:
        line = self.line()
        every = reporting.series(self._office, line.id) if line is not None else ()
        period = wanted.get("period", "")
        asked = next((r.form.id for r in every if r.period.id == period), "")
        self._show_kinds(every, wanted.get("form") or asked or str(self.kinds.currentData() or ""))
        reports = [r for r in every if r.form.id == self.kinds.currentData()]
        due = wanted.get("due", "")
        same = next((r for r in reports if period == r.period.id or (due and due == f"{r.period.due}")), None) or was
        found = same or reporting.current(reports, self._office.today())
        self.table.blockSignals(True)
        self.model.set_rows(series_rows.rows(reports))
        self.table.choose(max(0, self.model.find(series_rows.key_of(found) if found else "")))
        self.table.blockSignals(False)

    def _show_kinds(self, every: Sequence[Report], wanted: str) -> None:
        """The kinds of report the ledger makes, by what its plan calls them."""
        self.kinds.clear()
        for form, what in {r.form.id: r.period.what for r in every}.items():
            self.kinds.addItem(what, form)
        self.kinds.setCurrentIndex(max(0, self.kinds.findData(wanted)))
        self.kinds.setVisible(self.kinds.count() > 1)


def _reports(line: LedgerLine) -> bool:
    """Whether this office reports of that ledger by period."""
    if not line.own or line.purpose == CHECK:
        return False
    return any(report_forms.series(line.loaded, form) for form in report_forms.forms(line.loaded))

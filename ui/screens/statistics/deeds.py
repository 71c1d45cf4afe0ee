"""What is done with the numbers of 统计: read, printed, written to a workbook, copied, asked why they changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.change import Change
from app.exports import chart_pdf
from app.exports.chart import BarChart
from app.exports.ledger_pdf import Tell, write_pdf
from app.exports.ledger_xlsx import write_pages_xlsx
from app.exports.paper import PAPERS
from app.figures import bridging, burning, headway, holding
from app.figures.bridging import Bridge
from app.figures.burning import Series
from app.figures.headway import Headway
from app.figures.holding import Holding
from app.office import Office
from app.page import Page
from ui import choosing
from ui.desk import Desk
from ui.dialogs.printing import Printing
from ui.screens.statistics.bridge_dialog import BridgeDialog
from ui.screens.statistics.options import Asked
from ui.screens.statistics.views import View
from ui.widgets.chart import Chart

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Found:
    """What was asked, and the numbers."""

    asked: Asked
    headway: Headway
    series: Series
    holding: Holding


class StatisticsDeeds(QObject):
    """`read_out(found)` when the numbers are there, `given_up` when the clerk cancelled, `refused(problem)`, `wished(place)`
    of 项目台账."""

    read_out = Signal(object)
    given_up = Signal()
    refused = Signal(object)
    wished = Signal(object)

    def __init__(self, desk: Desk, over: QWidget) -> None:
        super().__init__(over)
        self._desk, self._over = desk, over
        self.printing = Printing(desk, over)
        self.printing.refused.connect(self.refused)
        self.asked: BridgeDialog | None = None

    def read(self, asked: Asked) -> None:
        """The numbers off the screen thread: a large ledger, or a past day, takes its time."""
        self._desk.run(
            _read, asked, title="正在汇总数字", done=self.read_out.emit, refused=self.refused.emit,
            gave_up=self.given_up.emit,
        )  # fmt: skip

    def print_view(self, view: View, page: Page) -> None:
        """The chart and its table as a paper that is looked at first."""
        self.printing.make("统计图表", _paper, view, page)

    def write_book(self, pages: Sequence[Page], name: str) -> None:
        """The tables as a workbook, a sheet each."""
        out = choosing.save_file(
            self._over, "导出统计表", "export", f"{name}统计表.xlsx", "Excel 工作簿 (*.xlsx)"
        )
        if out is not None:
            self.write(pages, out)

    def write(self, pages: Sequence[Page], out: Path) -> None:
        self._desk.run(_book, pages, out, title="正在导出统计表", refused=self.refused.emit)

    def copy_picture(self, plot: Chart) -> None:
        """The chart on the clipboard, whole, also what is not to be seen."""
        QGuiApplication.clipboard().setImage(plot.picture())
        self._desk.said.emit("图已复制，可以贴到文档或消息里")

    def why(self, ledger: str, first: dt.date, last: dt.date) -> None:
        """From the evening of `first` to that of `last`: what came and what left; one day is told of itself."""
        since = min(first + _DAY, last)
        self._desk.run(
            bridging.bridge,
            ledger,
            since,
            last,
            title="正在查变动",
            done=self._show,
            refused=self.refused.emit,
        )

    def _show(self, found: Bridge) -> None:
        self.asked = BridgeDialog(self._desk, found, self._over.window())
        self.asked.wished.connect(self.wished)
        self.asked.open()


def _read(office: Office, asked: Asked, *, tell: Tell) -> Found:
    tell(0, 2)
    found = headway.of(
        office,
        asked.ledger,
        by=asked.by,
        item=asked.item,
        on=asked.on,
        since=asked.since,
        before=asked.before,
    )
    tell(1, 2)
    held = holding.of(office, asked.ledger, item=asked.item)
    return Found(asked, found, burning.series(office, asked.ledger, on=asked.on), held)


def _paper(office: Office, view: View, page: Page, *, out: Path) -> Change:
    chart = view.chart
    assert chart is not None, "what has no chart is not printed"
    bars = isinstance(chart, BarChart)
    front: Any = chart_pdf.of_bars(chart, PAPERS["a4"]) if bars else chart_pdf.of_line(chart)  # type: ignore[arg-type]
    printed = write_pdf(page, out, paper="a4", front=front)
    return Change(f"统计图表已排好：{printed.pages} 页", facts={"file": str(out), "quiet": True})


def _book(office: Office, pages: Sequence[Page], out: Path) -> Change:
    write_pages_xlsx(pages, out)
    return Change(f"统计表已导出：{out.name}", facts={"file": str(out)})

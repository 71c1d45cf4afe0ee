"""进展报告: the series of a ledger's reports, and the one that is due drafted from its numbers (旗方案 六(二))."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.change import Change
from app.reports import reporting
from app.reports.reporting import Draft
from ui import look
from ui.desk import Desk
from ui.screens.reporting import series_rows
from ui.screens.reporting.deeds import ReportDeeds
from ui.screens.reporting.draft_page import DraftPage
from ui.screens.reporting.series_pick import SeriesPick
from ui.widgets.bars import Strip
from ui.widgets.buttons import allow, button
from ui.widgets.empty import EmptyState
from ui.widgets.labels import ElidedLabel
from ui.widgets.screen import Screen

WIDE = 1000
NOTHING = "还没有要按期报的"
ADVICE = "模板里写明了按旬、半月或月报送的台账，打开以后每一期都列在这里，到期前自动按数字起草。"
LATER = "这一期还没有开始"
EARLIER = "这一期结束以后才建的账（{}），不用报"
ZERO = "无变化（零报告）"


class ReportsScreen(Screen):
    """A place is {"ledger": id, "form": id, "period": code}."""

    title = "进展报告"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._wanted: dict[str, str] = {}
        self._typed: dict[tuple[str, str], dict[str, str]] = {}  # by ledger and report: typed and not kept
        self._again = False  # a report that was sent is being written anew
        self.pick = SeriesPick(desk.office, self)
        self.pick.picked.connect(self._picked)
        self.pick.table.opened.connect(lambda _at: self._enter())
        self.deeds = ReportDeeds(desk, self)
        self.deeds.drafted.connect(self._drafted)
        self.deeds.kept.connect(self._forget)
        self.deeds.sent.connect(self._sent)
        self.deeds.told.connect(self._copyable)
        self.deeds.wished.connect(lambda place: self.wished.emit("ledger", place))
        head = self.head()
        why = "今天的情况写成一段话，可以贴进消息"
        self.brief = button("情况一段话", lambda: self._line_do(self.deeds.brief), sign="form", why=why)
        for made in (self.pick.which, self.pick.kinds):
            head.addWidget(made)
        self.duplex = QCheckBox("双面印刷")
        self.duplex.setAccessibleName("双面印刷")
        self.duplex.setToolTip("PDF 和 Word 按双面印刷排版：双数页的订口在右边（GB/T 9704）")
        head.addStretch(1)
        for each in (self.duplex, self.brief):
            head.addWidget(each)
        self.strip = Strip()
        self.deeds.refused.connect(self.strip.refuse)
        self.body.addWidget(self.strip)
        self.body.addWidget(self._whole(), 1)
        self.body.addLayout(self._foot())

    def _whole(self) -> QWidget:
        self.said = ElidedLabel("", "strong")
        self.state = ElidedLabel("", "muted")
        self.page = DraftPage()
        self.page.touched.connect(self._touched)
        self.page.see_wished.connect(lambda no: self._line_do(self.deeds.see, no))
        self.later = EmptyState(LATER)
        self.inside = QStackedWidget()
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for made in (self.page, self.later):
            self.inside.addWidget(made)
        for part in (self.said, self.state):
            column.addWidget(part)
        column.addWidget(self.inside, 1)
        self.both = QWidget()
        row = QHBoxLayout(self.both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.pick.table)
        row.addWidget(right, 1)
        self.none = EmptyState(NOTHING, ADVICE)
        self.stack = QStackedWidget()
        for whole in (self.both, self.none):
            self.stack.addWidget(whole)
        return self.stack

    def _foot(self) -> QHBoxLayout:
        shows = "照现在的样子排成公文，先看一眼（Ctrl+P）"
        lies = "写好的 PDF、Word 和 Excel 在这里"
        self.look = button("看 PDF", self.print_shown, sign="print", why=shows)
        self.folder = button("打开文件夹", self.deeds.open_folder, sign="folder", why=lies)
        self.keep = button("保存草稿", lambda: self._do(self.deeds.keep))
        self.zero = button(ZERO, self._zero, why="本期没有变化：按零报告直接归档，一次点完")
        self.send = button("生成并归档", self._send, kind="primary", sign="send")
        self.renew = button("重新报送", self._renew, why="报过的一版留着，照现在的数字另写一版")
        row = QHBoxLayout()
        for made in (self.look, self.folder):
            row.addWidget(made)
        row.addStretch(1)
        for made in (self.keep, self.zero, self.renew, self.send):
            row.addWidget(made)
        return row

    # reading

    def go(self, place: Any) -> None:
        self._wanted = {key: str(value) for key, value in (place or {}).items() if value}
        self.refresh()
        self.take_focus()

    def refresh(self) -> None:
        self.pick.read(self._wanted)
        self._wanted = {}
        line = self.pick.line()
        self.stack.setCurrentWidget(self.both if line else self.none)
        self.brief.setVisible(line is not None)
        self._read()
        self.told_status()

    def told_status(self) -> None:
        self.counted.emit(f"过期未报 {self.pick.late:,} 期" if self.pick.late else "")

    def _picked(self) -> None:
        self._again = False
        self._read()
        self.told_status()

    def _read(self) -> None:
        report, line = self.pick.report(), self.pick.line()
        if report is None or line is None:
            self._allow()
        elif report.period.starts > self.desk.office.today():
            self.said.setText(report.period.title)
            self.state.setText(f"从 {report.period.starts} 起写，应报 {report.period.due}")
            self._tell_instead(LATER)
        elif report.state == reporting.NOT_ASKED:
            self.said.setText(report.period.title)
            self.state.setText(f"建账以前，{report.state}")
            self._tell_instead(EARLIER.format(line.opened_on), reporting.before_opened(line, self.pick.periods()))
        else:
            self.deeds.read(line.id, report, locked=self._locked())

    def _tell_instead(self, why: str, advice: str = "") -> None:
        """In place of a draft, why there is none and what else can be done."""
        self.later.set(why, advice)
        self.strip.hide()
        self.inside.setCurrentWidget(self.later)
        self.page.draft = None
        self._allow()

    def _drafted(self, draft: Draft) -> None:
        report, line = self.pick.report(), self.pick.line()
        if report is None or line is None or _key(draft) != (line.id, series_rows.key_of(report)):
            return  # another one was chosen meanwhile
        locked = self._locked()
        self.inside.setCurrentWidget(self.page)
        self.page.show_draft(draft, {} if locked else self._typed.get(_key(draft)), locked=locked)
        self.said.setText(draft.title)
        self.state.setText(series_rows.state_words(draft, report, locked=locked))
        self._allow()

    def _locked(self) -> bool:
        """Whether what is shown was sent: it stays as it is."""
        report = self.pick.report()
        return report is not None and report.newest is not None and report.draft is None and not self._again

    def _allow(self) -> None:
        """Only what can be done with this report is to be seen."""
        draft = self.page.draft if self.stack.currentWidget() is self.both else None
        shown, locked = draft is not None, self._locked()
        self.look.setVisible(shown)
        self.duplex.setVisible(shown and not locked)
        self.folder.setVisible(self.stack.currentWidget() is self.both)
        self.renew.setVisible(shown and locked)
        for made in (self.keep, self.send, self.zero):
            made.setVisible(shown and not locked)
        allow(self.zero, ZERO, "" if draft is None or draft.nothing else "本期有变化")

    def _touched(self) -> None:
        if self.page.draft is not None:
            self._typed[_key(self.page.draft)] = self.page.said()

    # deeds

    def _do(self, deed: Any) -> None:
        if self.page.draft is not None and not self._locked():
            self.strip.hide()
            deed(self.page.draft, self.page.said())

    def _line_do(self, deed: Any, *args: Any) -> None:
        line = self.pick.line()
        if line is not None:
            deed(line.id, *args)

    def _zero(self) -> None:
        if self.page.draft is not None:
            self.strip.hide()
            self.deeds.send(self.page.draft, {}, zero=True, duplex=self.duplex.isChecked())

    def _send(self) -> None:
        self._do(partial(self.deeds.send, duplex=self.duplex.isChecked()))

    def _renew(self) -> None:
        """The edition that was sent stays; the next one is written from the numbers of now."""
        self._again = True
        self.take_focus()  # before the button goes
        self._read()

    def _forget(self) -> None:
        if self.page.draft is not None:
            self._typed.pop(_key(self.page.draft), None)

    def _sent(self, change: Change) -> None:
        self._forget()
        self._again = False
        self.take_focus()
        self.strip.tell(
            f"{change.said}，PDF、Word 和 Excel 都写好了", "blue", "打开文件夹", self.deeds.open_folder
        )
        self.refresh()

    def _copyable(self, said: str) -> None:
        self.strip.tell(said, "blue", "复制", lambda: QGuiApplication.clipboard().setText(said))

    # the window asks

    def print_shown(self) -> bool:
        """Ctrl+P: the report as a paper."""
        if self.page.draft is not None:
            said = {} if self._locked() else self.page.said()
            self.deeds.show_paper(self.page.draft, said, duplex=self.duplex.isChecked())
        return True

    def under_way(self) -> bool:
        return bool(self._typed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.pick.narrow(self.width() < look.sizes().grown(WIDE))

    def regions(self) -> list[QWidget]:
        if self.stack.currentWidget() is self.none:
            return []
        inside = self.page.regions() if self.inside.currentWidget() is self.page else []
        return [self.pick.table, *inside]

    def take_focus(self) -> None:
        self.pick.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _enter(self) -> None:
        if self.inside.currentWidget() is self.page:
            self.page.show_text()


def _key(draft: Draft) -> tuple[str, str]:
    return draft.ledger.id, f"{draft.form.id} {draft.period.id}"

"""登记投诉: project and matter by the picker, the limit as it is typed, and what may be the same complaint."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from app.ledger import entries
from app.ledger.ledgers import LedgerLine
from app.listing import lists
from app.papers import complaint_twins
from app.papers.complaint_twins import Twin
from app.problem import Problem
from ui import look
from ui.desk import Desk
from ui.dialogs.new_entry_dialog import NewEntryDialog
from ui.forms.inputs import ChoiceInput
from ui.widgets.labels import label

FIELDS = (
    "name", "called_on", "kind", "about", "content", "order_no", "source", "dept", "lead", "answer_by", "caller", "caller_tel",
)  # fmt: skip
PAUSE_MS = 300
WHOLE = "整个项目"


class ComplaintDialog(NewEntryDialog):
    """Likely duplicates are shown while it is filled in and asked about once at the end, never refused (SB 四(四))."""

    def __init__(self, desk: Desk, ledger: LedgerLine, parent: QWidget | None = None) -> None:
        super().__init__(desk, ledger, parent, fields=FIELDS)
        self.setMinimumWidth(look.fitting(look.sizes().grown(660), 400).width())
        self.told = label("", "", wrap=True)
        self.told.setProperty("tone", "blue")
        self.twin = label("", "", wrap=True)
        self.twin.setProperty("tone", "amber")
        at = self.column.indexOf(self._fault)
        self.column.insertWidget(at, self.told)
        self.column.insertWidget(at + 1, self.twin)
        self._no = ""
        self.form.inputs["called_on"].set_text(f"{desk.office.today():%Y-%m-%d}")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.look_up)
        self.form.touched.connect(self._pause.start)
        self.look_up()

    def ask_more(self) -> None:
        self.matter = ChoiceInput(())
        self.row("涉及哪个事项", self.matter)

    def look_up(self) -> None:
        """Read what was typed so far: the matters of the project, the limit, what may be the same."""
        self._offer_matters()
        texts = self.texts()
        said = complaint_twins.limit_words(self._desk.office, self._ledger.id, texts)
        self.told.setText(said)
        self.told.setVisible(bool(said))
        found = self.likely(texts)
        rest = f"，等 {len(found):,} 件" if len(found) > 1 else ""
        self.twin.setText(f"可能是同一件：{found[0][1]}{rest}" if found else "")
        self.twin.setVisible(bool(found))
        self.fit()

    def texts(self) -> dict[str, str]:
        """What was typed, the matter with its project."""
        texts = self.form.texts()
        if self.matter.text_now() and texts.get("about"):
            texts["about"] = f"{texts['about'].partition('/')[0]}/{self.matter.text_now()}"
        return texts

    def _offer_matters(self) -> None:
        no, _, item = self.form.inputs["about"].text_now().partition("/")
        if no == self._no:
            return
        self._no = no
        items: Mapping[str, lists.ItemLine] = {}
        if no:
            try:
                items = lists.line(self._desk.office, entries.find(self._desk.office, no)).items
            except Problem:
                items = {}
        self.matter.clear()
        self.matter.addItem(WHOLE if items else "先选项目" if not no else "没有下分事项", "")
        for code, each in items.items():
            self.matter.addItem(each.title, code)
        self.matter.set_text(item)
        self.matter.setEnabled(bool(items))

    def likely(self, texts: Mapping[str, str]) -> list[tuple[str, str]]:
        return [(one.entry_id, _words(one)) for one in complaint_twins.likely(self._desk.office, texts)]


def _words(one: Twin) -> str:
    when = f"{one.called_on}来电" if one.called_on else ""
    told = "，".join(filter(None, (when, one.dept, one.stage)))
    return f"“{one.name}”（{told}）——{one.why}"

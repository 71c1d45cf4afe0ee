"""一次性告知书 of one matter: all problems at once with advice; a second one for the same submission is flagged."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QWidget

from app.change import Change
from app.ledger.ledgers import LedgerLine
from app.listing.lists import Line
from app.papers import informing
from app.papers.informing import Told
from ui.desk import Desk
from ui.dialogs.following.paper_dialog import PaperDialog
from ui.forms.inputs import DateInput, LineInput

WAYS = ("当面", "电话", "邮寄", "平台", "短信")


class InformDialog(PaperDialog):
    """The problems and the advice that the matter tells of already stand there to be gone over."""

    def __init__(self, desk: Desk, ledger: LedgerLine, line: Line, parent: QWidget | None = None) -> None:
        super().__init__(desk, "一次性告知书", line.name, parent)
        self._line, self._kept = line, ("", "")
        shown = [
            (code, item.title) for code, item in line.items.items() if item.cells.get("state") != "不需办"
        ]
        item = self.ask_choice("item", "哪个事项", shown)
        self.ask_text("problems", "存在的问题", "一条一行，所有问题一次写全", need=True)
        self.ask_text("advice", "合理化建议", "一条一行", need=True)
        self.ask_text(
            "reason", "再次告知的原因", "同一次提交应当一次告知全部问题，为什么还要再告知", need=True
        )
        self.ask("to", "被告知人", LineInput())
        self.ask_choice("way", "告知方式", [(way, way) for way in WAYS], need=False)
        day: DateInput = self.ask("on", "告知日期", DateInput())
        day.set_text(f"{desk.office.today():%Y-%m-%d}")
        day.setPlaceholderText("还没有送达的不填，送达以后再登记")
        self.ask("proof", "告知凭证", LineInput()).setPlaceholderText("送达回证、快递单号等")
        self.file = QCheckBox("把告知日期、问题、建议记到这个事项里")
        self.file.setAccessibleName(self.file.text())
        self.file.setChecked(True)
        self.end("编号并出告知书")
        self.column.insertWidget(self.column.count() - 1, self.file)
        if len(shown) == 1:
            item.set_text(shown[0][0])
        self._item = ""
        self.file.setToolTip("没有填告知日期的，等送达以后再记")
        self.follow()
        item.setFocus()

    def follow(self) -> None:
        code = self.text("item")
        if code != self._item:
            self._item = code
            self._fill(code)
        told = self._told() if code else None
        self.file.setEnabled(bool(self.text("on")))
        again = told is not None and told.nth > 1
        self.put("reason", again)
        if told is None:
            self.tell("")
        elif again:
            self.tell(
                f"注意：第{told.submission}次提交已是第{told.nth}次告知。应当一次告知全部问题，请写明原因。",
                "amber",
            )
        else:
            self.tell(f"第{told.submission}次提交，第1次告知。登记在告知登记里，PDF 附在项目上。")

    def _fill(self, code: str) -> None:
        """What the matter says already."""
        cells = self._line.items[code].cells if code else {}
        self._kept = (str(cells.get("notice") or ""), str(cells.get("advice") or ""))
        for key, text in zip(("problems", "advice"), self._kept, strict=True):
            self.inputs[key].set_text(text)  # type: ignore[union-attr]

    def _fresh(self) -> bool:
        """Whether other problems are told than the matter tells of already."""
        return self.text("problems") != self._kept[0].strip()

    def _told(self) -> informing.Count:
        return informing.counted(self.desk.office, self._line.id, self._item, fresh=self._fresh())

    def perform(self) -> Change | None:
        told = Told(
            self.text("to"),
            self.text("way"),
            "",
            self.day("on") if self.text("on") else "",
            self.text("proof"),
        )
        problems = [self.text("problems")] if self._fresh() else []
        reason = "" if self.inputs["reason"].isHidden() else self.text("reason")
        self.make(
            informing.inform, self._line.id, self._item, problems=problems, advice=[self.text("advice")], told=told,
            reason=reason, file=self.file.isChecked() and self.file.isEnabled(),
        )  # fmt: skip
        return None

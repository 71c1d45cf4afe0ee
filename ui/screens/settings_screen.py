"""设置: type size, yellow days, people, holiday notices, rest days, the way to the backups, office cards, checking the books."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from app.ledger import calendars, recomputing, settings
from app.listing.lights import YELLOW_DAYS
from app.proof import replay
from app.proof.replay import Difference
from app.values import divisions
from ui import choosing
from ui.desk import Desk
from ui.dialogs.diagnosis_dialog import DiagnosisDialog
from ui.dressing import dress as dress_program
from ui.forms.inputs import LineInput, mark
from ui.forms.scrolling import scrolling
from ui.screens.exchanging.cards_card import CardsCard
from ui.screens.exchanging.own_card import OwnCard
from ui.screens.people_card import PeopleCard
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.bars import Strip
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.labels import dress, label
from ui.widgets.screen import Screen

SIZES = (("standard", "标准"), ("large", "大"))
PLACE = "本单位：{}，{}。区划选错了不能直接改：趁还没有报送、推送和签字，先导出台账，另选空文件夹重新开始，再导入。"
NOTICE = "放假安排 (*.csv *.toml *.txt);;所有文件 (*)"


class SettingsScreen(Screen):
    """Cards in two columns. A place is the name of a card: people, calendar, backup, cards, keys."""

    title = "设置"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.head().addStretch(1)
        self.strip = Strip()
        self.body.addWidget(self.strip)
        self.own, self.cards, self.people = OwnCard(desk), CardsCard(desk), PeopleCard(desk)
        left, right = QVBoxLayout(), QVBoxLayout()
        first = (self._showing(), self.people, self._backing(), self.own)
        for column, cards in ((left, first), (right, (self.cards, self._calendar(), self._checking()))):
            column.setSpacing(10)
            for card in cards:
                column.addWidget(card)
            column.addStretch(1)
        inner = QWidget()
        both = QHBoxLayout(inner)
        both.setContentsMargins(0, 0, 6, 0)
        both.setSpacing(10)
        both.addLayout(left, 1)
        both.addLayout(right, 1)
        self.sheet = scrolling(inner)
        self.body.addWidget(self.sheet, 1)

    # building

    def _showing(self) -> Card:
        card = Card("显示和提醒")
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        sizes = QHBoxLayout()
        self.size_group = QButtonGroup(self)
        self.type_size: dict[str, QRadioButton] = {}
        for key, words in SIZES:
            made = QRadioButton(words)
            made.setAccessibleName(f"字号：{words}")
            made.clicked.connect(lambda _on=False, key=key: self.set_size(key))
            self.size_group.addButton(made)
            self.type_size[key] = made
            sizes.addWidget(made)
        sizes.addStretch(1)
        self.days = QSpinBox()
        self.days.setRange(0, 20)
        self.days.setSuffix(" 个工作日")
        self.days.setAccessibleName("黄灯提前几个工作日")
        self.days.setMaximumWidth(150)
        self.days.editingFinished.connect(self._set_days)
        grid.addWidget(label("字号"), 0, 0)
        grid.addLayout(sizes, 0, 1)
        grid.addWidget(label("到期前几天亮黄灯"), 1, 0)
        grid.addWidget(self.days, 1, 1)
        card.body.addLayout(grid)
        told = PLACE.format(divisions.full_name(self.desk.office.division), self.desk.office.name)
        card.body.addWidget(label(told, "muted", wrap=True))
        return card

    def _backing(self) -> Card:
        card = Card("备份和恢复")
        self.backed = label("", "muted", wrap=True)
        self.backup_button = button("去备份恢复", lambda: self.wished.emit("backup", None), sign="backup")
        row = QHBoxLayout()
        row.addWidget(self.backup_button)
        row.addStretch(1)
        card.body.addWidget(self.backed)
        card.body.addLayout(row)
        return card

    def _calendar(self) -> Card:
        card = Card("工作日历")
        note = "工作日按国务院办公厅放假通知计算。新一年的通知出来后导入，期限会自动重算。"
        card.body.addWidget(label(note, "muted", wrap=True))
        self.years = PlainModel(("年度或日期", "工作日", "依据"), frozenset({1}), parent=self)
        self.year_table = PlainTable("放假安排和本地休息日", self.years, (106, 76, 200), stretch=2)
        self.year_table.setMinimumHeight(190)
        card.body.addWidget(self.year_table)
        row = QHBoxLayout()
        row.addWidget(button("导入放假安排…", self._choose_notice, sign="import"))
        row.addStretch(1)
        card.body.addLayout(row)
        card.body.addWidget(label("本地休息日", "strong"))
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        self.rest_days, self.rest_source = LineInput(), LineInput()
        self.rest_days.setPlaceholderText("如 2022-08-09，几天用逗号隔开")
        self.rest_source.setPlaceholderText("如 锡署办发〔2022〕8号")
        for at, (words, made) in enumerate((("日期", self.rest_days), ("依据", self.rest_source))):
            made.setAccessibleName(f"本地休息日{words}")
            made.touched.connect(lambda made=made: mark(made, False))
            grid.addWidget(label(words), at, 0)
            grid.addWidget(made, at, 1)
        self.rest_fault = label("", "error", wrap=True)
        self.rest_fault.hide()
        foot = QHBoxLayout()
        foot.addWidget(self.rest_fault, 1)
        foot.addStretch(1)
        foot.addWidget(button("登记休息日", self.add_rest))
        card.body.addLayout(grid)
        card.body.addLayout(foot)
        return card

    def _checking(self) -> Card:
        card = Card("核对")
        note = "照操作记录一条一条重新算一遍，与台账、附件、数字逐项核对，看有没有被改动过或损坏。"
        card.body.addWidget(label(note, "muted", wrap=True))
        self.verdict = label("", "strong", wrap=True)
        self.verdict.hide()
        row = QHBoxLayout()
        row.addWidget(button("开始核对", self.verify, sign="check"))
        row.addStretch(1)
        self.diagnosis_button = button("导出诊断包…", self.diagnose, why="出了问题，交给维护人员看；里面没有台账内容")
        row.addWidget(self.diagnosis_button)
        card.body.addWidget(self.verdict)
        card.body.addLayout(row)
        return card

    # reading

    def refresh(self) -> None:
        office = self.desk.office
        self.type_size[str(settings.get(office, "type_size", "standard"))].setChecked(True)
        self.days.setValue(int(settings.get(office, "light_days", YELLOW_DAYS)))
        self.backed.setText(f"{self.desk.backup_words()}，放在 {office.folder / 'backups'}")
        known = calendars.known(office)
        rows = [PlainRow((f"{k['year']}年", f"{k['workdays']}", k["source"]), tips={2: k["source"]})
                for k in reversed(known) if "year" in k]  # fmt: skip
        rests = [PlainRow((k["day"], "休", k["source"]), tips={2: k["source"]}) for k in known if "day" in k]
        self.years.set_rows(rests + rows)
        for card in (self.own, self.cards, self.people):
            card.refresh()

    # showing and reminding

    def set_size(self, key: str) -> None:
        """标准 or 大, at once and from now on."""
        self.desk.do(settings.put, "type_size", key)
        running = QApplication.instance()
        if isinstance(running, QApplication):
            dress_program(running, large=key == "large")

    def _set_days(self) -> None:
        if self.days.value() != int(settings.get(self.desk.office, "light_days", YELLOW_DAYS)):
            self.desk.do(settings.put, "light_days", self.days.value())
            self.days.setValue(int(settings.get(self.desk.office, "light_days", YELLOW_DAYS)))  # refused: as it was

    # calendar

    def _choose_notice(self) -> None:
        file = choosing.open_file(self, "选放假安排文件", "notice", NOTICE)
        if file is not None:
            self.import_notice(file)

    def import_notice(self, file: Path) -> None:
        self.desk.run(recomputing.import_notice, file, title="正在导入放假安排", refused=self.strip.refuse)

    def add_rest(self) -> None:
        days = self.rest_days.text_now().replace("，", ",").replace("、", ",").replace(" ", ",")
        wanted = [d for d in days.split(",") if d]
        for made, missing in (
            (self.rest_days, not wanted),
            (self.rest_source, not self.rest_source.text_now()),
        ):
            mark(made, missing)
            if missing:
                self._rest_refused("请写上日期和依据。")
                made.setFocus()
                return
        self.desk.run(
            recomputing.add_rest, wanted, self.rest_source.text_now(), title="正在重算期限",
            done=lambda _: self._rest_done(), refused=lambda p: self._rest_refused(p.text),
        )  # fmt: skip

    def _rest_refused(self, text: str) -> None:
        self.rest_fault.setText(text)
        self.rest_fault.show()

    def _rest_done(self) -> None:
        self.rest_fault.hide()
        self.rest_days.clear()

    # checking

    def verify(self) -> None:
        """Replay everything and say what does not agree."""
        self.desk.run(replay.verify, title="正在核对", done=self._verified, refused=self.strip.refuse)

    def _verified(self, found: list[Difference]) -> None:
        shown = "\n".join(f"{d.where}：{d.text}" for d in found[:8])
        more = f"\n……共 {len(found):,} 处" if len(found) > 8 else ""
        wrong = f"核对出 {len(found):,} 处不一致，请从备份恢复并报告：\n{shown}{more}"
        self.verdict.setText(wrong if found else "核对无误，记录、台账、附件和点数全部一致。")
        dress(self.verdict, tone="red" if found else "green")
        self.verdict.show()

    def diagnose(self) -> None:
        """Show the diagnosis package, then write it where the clerk says."""
        self.dialog = DiagnosisDialog(self.desk.office.folder, self)
        self.dialog.accepted.connect(lambda: self.desk.said.emit(f"诊断包已存到 {self.dialog.file}"))
        self.dialog.open()

    def go(self, place: Any) -> None:
        parts = {"calendar": self.year_table, "backup": self.backup_button, "cards": self.cards.take_in,
                 "keys": self.own.out, "people": self.people.table}  # fmt: skip
        wanted = parts.get(str(place), self.days)
        wanted.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, wanted, lambda: self.sheet.ensureWidgetVisible(wanted))

    def regions(self) -> list[QWidget]:
        parts = [
            self.days,
            self.people.table,
            self.backup_button,
            self.own.out,
            self.cards.take_in,
            self.cards.table,
            self.year_table,
        ]
        return [p for p in parts if p.isVisibleTo(self)]

    def take_focus(self) -> None:
        self.days.setFocus()

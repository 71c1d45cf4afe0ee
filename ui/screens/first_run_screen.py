"""第一次使用: which banner, in which role, who; then blank, sample, or from a backup."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from app import office as offices
from app.keeping import backup
from app.office import Office
from app.problem import Problem
from app.samples import sample, sample_campaigns
from app.storage import paths
from app.values import divisions
from app.values.divisions import Division
from sync import exchange
from ui import choosing, look
from ui.forms.inputs import LineInput, mark
from ui.forms.scrolling import scrolling
from ui.widgets import tour_strip
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.division_tree import DivisionTree
from ui.widgets.labels import ElidedLabel, dress, label

BLANK, SAMPLE, BACKUP = "blank", "sample", "backup"
HOW = ((BLANK, "空白台账", "自己导入清单"), (SAMPLE, "样例", "先试用，数据是编的"), (BACKUP, "从备份恢复", "换电脑或重装"))
USUAL = "发展和改革委员会"


class FirstRunScreen(QDialog):
    """`office` is the opened office after it was accepted. Esc leaves nothing behind."""

    def __init__(
        self, data: Path | None, today: dt.date | None, *, sample: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._data, self._today = data, today
        self._named, self._place = False, data is not None
        self._backup: Path | None = None
        self.office: Office | None = None
        self.setWindowTitle("第一次使用")
        self.resize(look.fitting(look.sizes().grown(860), look.sizes().grown(590)))
        self.tree = DivisionTree()
        self.tree.picked.connect(self._picked)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(22, 18, 22, 16)
        whole.setSpacing(12)
        whole.addWidget(label("第一次使用", "h1"))
        whole.addWidget(label("选好旗县，写上单位和姓名，就可以开始。", "muted"))
        both = QWidget()
        middle = QHBoxLayout(both)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(12)
        middle.addWidget(self._places(), 5)
        middle.addWidget(self._form(), 6)
        whole.addWidget(scrolling(both), 1)
        self.told = label("", wrap=True)
        self.told.hide()
        whole.addWidget(self.told)
        self.fault = label("", "error", wrap=True)
        self.fault.hide()
        whole.addWidget(self.fault)
        whole.addLayout(self._foot())
        self._choose_how(SAMPLE if sample else BLANK)
        self.tree.box.setFocus()

    # building

    def _places(self) -> QWidget:
        self.places = Card("1  在哪个旗县")
        self.places.body.addWidget(self.tree, 1)
        self.places.body.addWidget(label("名录里没有的开发区、管理区，选所在旗县，单位名称写全。", "small", wrap=True))
        return self.places

    def _form(self) -> QWidget:
        card = Card("2  什么单位、谁经办")
        self.roles = {key: QCheckBox(words) for key, words in offices.ROLES.items()}
        row = QHBoxLayout()
        row.setSpacing(14)
        for box in self.roles.values():
            box.setAccessibleName(f"单位身份：{box.text()}")
            box.toggled.connect(lambda _on: self._guess())
            row.addWidget(box)
        row.addStretch(1)
        self.roles["sponsor"].setChecked(True)
        self.name, self.clerk = LineInput(), LineInput()
        self.name.touched.connect(self._name_touched)
        self.clerk.setPlaceholderText("您的姓名，会写进每一条记录")
        card.body.addWidget(label("单位身份（可以多选）", "muted"))
        card.body.addLayout(row)
        self._fields: list[QWidget] = []
        for words, made in (("单位名称", self.name), ("经办人", self.clerk)):
            made.setAccessibleName(words)
            card.body.addWidget(label(words, "muted"))
            card.body.addWidget(made)
        card.body.addSpacing(6)
        card.body.addWidget(label("3  从什么开始", "h2"))
        self.how = QButtonGroup(self)
        self._ways: dict[str, QRadioButton] = {}
        for key, words, note in HOW:
            way = QRadioButton(f"{words}：{note}")
            way.setAccessibleName(words)
            way.clicked.connect(lambda _on=False, key=key: self._choose_how(key))
            self.how.addButton(way)
            self._ways[key] = way
            card.body.addWidget(way)
        self.file_row = QWidget()
        files = QHBoxLayout(self.file_row)
        files.setContentsMargins(20, 0, 0, 0)
        self.file_name = ElidedLabel("还没有选备份文件", "muted")
        files.addWidget(button("选备份文件…", self._choose_backup, sign="backup"))
        files.addWidget(self.file_name, 1)
        card.body.addWidget(self.file_row)
        card.body.addStretch(1)
        return card

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        self.folder = ElidedLabel("", "muted")
        self.elsewhere = button("换地方…", self._choose_folder, kind="link")
        self.primary = button("开始", self.begin, kind="primary")
        foot.addWidget(label("数据放在：", "muted"))
        foot.addWidget(self.folder, 1)
        foot.addWidget(self.elsewhere)
        foot.addWidget(button("退出", self.reject))
        foot.addWidget(self.primary)
        return foot

    # choosing

    def _picked(self, _division: Division) -> None:
        """Guess the office's name while the clerk has not written one."""
        mark(self.tree.box, False)
        self.fault.hide()
        self._guess()

    def _guess(self) -> None:
        """A department that only handles matters is no commission; what it is called the clerk knows."""
        chosen = self.tree.current()
        if chosen is not None and not self._named and hasattr(self, "name"):
            only = [key for key, box in self.roles.items() if box.isChecked()] == ["handler"]
            self.name.set_text(chosen.name if only else f"{chosen.name}{USUAL}")
            self.name.setPlaceholderText(f"如 {chosen.name}水利局")
        self._show_folder()

    def _name_touched(self) -> None:
        self._named = bool(self.name.text_now())
        self._show_folder()

    def _choose_how(self, key: str) -> None:
        self._ways[key].setChecked(True)
        self.file_row.setVisible(key == BACKUP)
        for made in (self.places, self.name, *self.roles.values()):
            made.setEnabled(key == BLANK)
        self.clerk.setEnabled(key != BACKUP)
        if key == SAMPLE:
            self.tree.choose(sample.DIVISION)
            self.name.set_text(sample.NAME)
            if not self.clerk.text_now():
                self.clerk.set_text(sample.CLERK)
        self._show_folder()

    def _way(self) -> str:
        return next(key for key, way in self._ways.items() if way.isChecked())

    def _choose_backup(self) -> None:
        file = choosing.open_file(self, "选备份文件", "backup", "备份 (*.zip);;所有文件 (*)")
        if file is not None:
            self.take_backup(file)

    def take_backup(self, file: Path) -> None:
        self._backup = file
        self.file_name.setText(file.name)
        self._show_folder()

    def _choose_folder(self) -> None:
        folder = choosing.folder(self, "数据放在哪个文件夹（请选空文件夹）", "office")
        if folder is not None:
            self._data, self._place = folder, True
            self._show_folder()

    def _target(self) -> Path:
        if self._place and self._data is not None:
            return self._data
        named = {SAMPLE: paths.SAMPLE, BACKUP: self._backup.stem if self._backup else "恢复"}
        return paths.free_folder(named.get(self._way()) or self.name.text_now())

    def _show_folder(self) -> None:
        if hasattr(self, "folder"):
            self.folder.setText(str(self._target()))
            self._tell()

    def _tell(self) -> None:
        """What would be made, so that a wrong banner is seen before it is."""
        chosen, name = self.tree.current(), self.name.text_now()
        self.told.setVisible(chosen is not None and self._way() == BLANK)
        if chosen is None:
            return
        other = next((d for d in divisions.every() if d.statutory and name.startswith(d.name)), None)
        wrong = other is not None and not name.startswith(chosen.name)
        said = f"选的是：{divisions.full_name(chosen.code)}　单位：{name or '还没有写'}"
        self.told.setText(f"{said}　（单位名称写的是{other.name}，请核对）" if wrong and other else said)
        dress(self.told, tone="amber" if wrong else "")

    # the deed

    def begin(self) -> None:
        """Make or restore the office and open it; a refusal marks the field and leaves nothing."""
        self.fault.hide()
        for made in (self.name, self.clerk):
            mark(made, False)
        QApplication.setOverrideCursor(Qt.CursorShape.BusyCursor)
        try:
            self.office = self._restored() if self._way() == BACKUP else self._made()
        except Problem as problem:
            self._refuse(problem)
            return
        finally:
            QApplication.restoreOverrideCursor()
        self.accept()

    def _made(self) -> Office:
        showing = self._way() == SAMPLE
        chosen = self.tree.current()
        if chosen is None:
            raise Problem("E_DIVISION", "请先选旗县：在框里打拼音首字母，如 zxbq", field="division")
        today = self._today or (sample.TODAY if showing else None)
        made = offices.create(
            self._target(), division=chosen.code, name=self.name.text_now(), clerk=self.clerk.text_now(),
            roles=[key for key, box in self.roles.items() if box.isChecked()], today=today,
        )  # fmt: skip
        exchange.make_keys(made)
        if showing:
            sample.fill(made)
            sample_campaigns.fill(made)
            tour_strip.ready(made)
        return made

    def _restored(self) -> Office:
        if self._backup is None:
            raise Problem("E_NO_FILE", "请先选备份文件", field="backup")
        folder = self._target()
        folder.parent.mkdir(parents=True, exist_ok=True)
        backup.restore(self._backup, folder)
        return offices.open_folder(folder, today=self._today)

    def _refuse(self, problem: Problem) -> None:
        self.fault.setText(problem.text)
        self.fault.show()
        where: dict[str | None, QWidget] = {
            "division": self.tree.box, "name": self.name, "clerk": self.clerk, "role": self.roles["sponsor"]
        }
        at = where.get(problem.field)
        if at is not None:
            if isinstance(at, QLineEdit):
                mark(at, True)  # type: ignore[arg-type]
            at.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the next field, Ctrl+Enter begins."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier or self.focusWidget() is self.clerk:
                self.begin()
            else:
                self.focusNextChild()
            return
        super().keyPressEvent(event)

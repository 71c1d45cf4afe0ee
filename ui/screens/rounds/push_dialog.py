"""推送: which departments, as a bundle to which office or as a workbook, and where the files are written."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from app.rounds import UNSENT, Part, Round
from sync import peers, pushes
from sync.pushes import Way
from ui import look
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog
from ui.screens.exchanging.target_card import TargetCard
from ui.widgets.buttons import allow

WORKBOOK = "核查表 Excel"
WIDE = 780


class PushDialog(PlainDialog):
    """Accepted when it may be written: `depts()` into `folder()`. Who gets what is settled before."""

    def __init__(self, desk: Desk, now: Round, only: str = "", parent: QWidget | None = None) -> None:
        """`only`: this department alone is ticked; else all that were not sent yet."""
        said = "勾选的部门各写一份，里面只有归它办理的事项。对方装了本程序的发数据包，没装的发 Excel 核查表。"
        super().__init__(f"推送第 {now.number} 轮核查", said, parent, scrolled=True)
        self.setMinimumWidth(look.sizes().grown(WIDE))
        self._desk = desk
        self._ways = {way.dept: way for way in pushes.ways(desk.office, now)}
        self._known = [p.card for p in peers.all(desk.office) if p.state == peers.TRUSTED]
        self.ticks: dict[str, QCheckBox] = {}
        self.how: dict[str, QComboBox] = {}
        for at, part in enumerate(now.parts):
            self._add(at, part, part.dept == only if only else part.state == UNSENT)
        self.target = TargetCard(title="写到哪里")
        self.target.changed.connect(self._follow)
        self.column.addWidget(self.target)
        self.deeds("推送", self._push)
        self.target.refresh()
        self._follow()
        (self.primary if self.primary.isEnabled() else self.target.choose).setFocus()

    def _add(self, at: int, part: Part, on: bool) -> None:
        sent = f"，{part.sent_on} 已发" if part.sent_on else ""
        tick = QCheckBox(f"{part.dept}（{part.rows:,} 个项目 {part.items:,} 个事项{sent}）")
        tick.setAccessibleName(tick.text())
        tick.setChecked(on)
        tick.toggled.connect(lambda _on: self._follow())
        box = QComboBox()
        box.setAccessibleName(f"{part.dept}怎么发")
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(14)
        box.addItem(WORKBOOK, "")
        for card in self._known:
            box.addItem(f"数据包：{card.name}", card.id)
        way = self._ways.get(part.dept)
        box.setCurrentIndex(max(0, box.findData(way.office if way else "")))
        self.grid.addWidget(tick, at, 0)
        self.grid.addWidget(box, at, 1)
        self.ticks[part.dept], self.how[part.dept] = tick, box

    def _follow(self) -> None:
        wanted = self.depts()
        why = "还没选部门" if not wanted else "还没选写到哪里" if self.target.folder() is None else ""
        allow(self.primary, f"推送 {len(wanted)} 个部门", why)

    def depts(self) -> tuple[str, ...]:
        return tuple(dept for dept, tick in self.ticks.items() if tick.isChecked())

    def folder(self) -> Path | None:
        return self.target.folder()

    def _push(self) -> None:
        if not self.primary.isEnabled():
            return
        for dept in self.depts():
            if not self._settled(dept, self._ways.get(dept)):
                return
        self.accept()

    def _settled(self, dept: str, way: Way | None) -> bool:
        """Keep what was chosen for a department, where that is not what was known already."""
        chosen = str(self.how[dept].currentData() or "")
        if way is not None and way.office == chosen and (way.sure or not chosen):
            return True
        done = self._desk.do(pushes.assign, dept, chosen, refused=lambda p: self.fault(p.text))
        return done is not None

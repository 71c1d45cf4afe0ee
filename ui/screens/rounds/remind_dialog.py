"""催办: which departments get a 催办单; all that have not answered, unless the clerk leaves some out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from PySide6.QtWidgets import QCheckBox, QWidget

from app.rounds.rounds import SENT, Round
from ui.dialogs.plain_dialog import PlainDialog
from ui.widgets.buttons import allow
from ui.widgets.labels import label


class RemindDialog(PlainDialog):
    """Accepted with `depts()` and `whole()`. `came`: departments whose return is in and only waits to be merged."""

    def __init__(
        self, now: Round, today: dt.date, came: Collection[str] = (), parent: QWidget | None = None
    ) -> None:
        late = bool(now.due) and today.isoformat() > now.due
        wanted = f"，{'应' if late else '请'}在 {now.due} 前回传" if now.due else ""
        said = f"第 {now.number} 轮核查{wanted}。每个部门一张：没核查的有多少，最急的是哪些。"
        super().__init__("打印催办单", said, parent, scrolled=True)
        self.ticks: dict[str, QCheckBox] = {}
        for at, part in enumerate(p for p in now.parts if p.state == SENT):
            tick = QCheckBox(f"{part.dept}（{part.rows:,} 个项目 {part.items:,} 个事项）")
            tick.setChecked(part.dept not in came)
            tick.toggled.connect(lambda _on: self._follow())
            days = part.waiting(today)
            words = f"已等 {days} 天" if days else "今天发出"
            told = label("收到了，还没合并" if part.dept in came else words, tone="red" if late else "")
            tick.setAccessibleName(f"{tick.text()}，{told.text()}")
            self.grid.addWidget(tick, at, 0)
            self.grid.addWidget(told, at, 1)
            self.ticks[part.dept] = tick
        self.annex = QCheckBox("后面附上没核查的全部项目（张数多）")
        self.annex.setAccessibleName(self.annex.text())
        self.column.addWidget(self.annex)
        self.deeds("看催办单", self._go)
        self._follow()
        self.primary.setFocus()

    def depts(self) -> tuple[str, ...]:
        return tuple(dept for dept, tick in self.ticks.items() if tick.isChecked())

    def whole(self) -> bool:
        """Whether everything outstanding is wanted behind the pages."""
        return self.annex.isChecked()

    def _follow(self) -> None:
        number = len(self.depts())
        allow(
            self.primary,
            f"看催办单（{number} 个部门）" if number else "看催办单",
            "" if number else "还没选部门",
        )

    def _go(self) -> None:
        if self.primary.isEnabled():
            self.accept()

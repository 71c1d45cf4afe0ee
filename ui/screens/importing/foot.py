"""The buttons below the steps, in the same places at every step: cancel, back, list of errors; early, forward."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.screens.importing.steps_bar import WORDS
from ui.screens.importing.trial import Reading
from ui.widgets.buttons import allow, button
from ui.widgets.menu_button import Choice, menu_button

PICK, HEAD, COLUMNS, MEND, CONFIRM = range(len(WORDS))


class ImportFoot(QWidget):
    """A primary button that cannot be pressed says why. `choices` are what the list of errors offers."""

    def __init__(self, choices: Callable[[], Sequence[Choice]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.primary = button("下一步", kind="primary", parent=self)  # made in the order of Tab: giving up comes last
        self.early = button("", parent=self)
        self.back = button("上一步", parent=self)
        self.errors = menu_button("错误清单", choices, sign="excel", why="存成 Excel 去改，改好再读回来")
        self.errors.setParent(self)
        self.cancel = button("取消导入", parent=self)
        for made in (self.back, self.errors):  # a button that is not there leaves its place to nobody
            kept = made.sizePolicy()
            kept.setRetainSizeWhenHidden(True)
            made.setSizePolicy(kept)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for made in (self.cancel, self.back, self.errors):
            row.addWidget(made)
        row.addStretch(1)
        for made in (self.early, self.primary):
            row.addWidget(made)

    def show_state(self, reading: Reading, step: int, why_not: str) -> None:
        """`why_not` keeps the last step from being taken."""
        counts = reading.plan.counts
        wrong, good = counts["problem"], counts["added"] + counts["updated"]
        self.errors.setVisible(step == MEND and bool(reading.plan.problems))
        self.back.setVisible(step > HEAD)
        self.early.setVisible(step == MEND and wrong > 0 and good > 0)
        allow(self.early, f"先入账 {good:,} 行，错的留着改", "" if good else "没有可入账的行")
        if step == CONFIRM:
            allow(self.primary, f"入账 {good:,} 行", why_not)
        else:
            faults = sum(not p.kept for p in reading.plan.problems)
            allow(self.primary, "下一步", f"还有 {faults:,} 处错" if step == MEND and faults else "")

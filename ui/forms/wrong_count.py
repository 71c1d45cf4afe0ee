"""还有 2 处要改: how many fields of some forms are marked, and the way to the first of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QApplication, QWidget

from ui.forms.field_form import FieldForm
from ui.widgets.buttons import Button
from ui.widgets.labels import dress


class WrongCount(Button):
    """Hidden while nothing is marked; pressed, it goes to the first marked field."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setProperty("kind", "link")
        self.setAutoDefault(False)
        self.setToolTip("到第一处（F8）")
        dress(self, tone="red")
        self._forms: list[tuple[FieldForm, Callable[[], object]]] = []
        self.clicked.connect(lambda _on=False: self.go())
        self.hide()

    def watch(self, form: FieldForm, turn: Callable[[], object]) -> None:
        """Count the fields of a form too; `turn` brings its page to the front."""
        self._forms.append((form, turn))
        form.faulted.connect(self._count)
        self._count()

    def _count(self) -> None:
        found = sum(len(form.fault_keys()) for form, _ in self._forms)
        self.setText(f"还有 {found:,} 处要改")
        self.setAccessibleName(self.text())
        self.setVisible(found > 0)

    def go(self, step: int = 0) -> bool:
        """To the first marked field, or from the one that has the focus to the next (or previous). False when there is none."""
        marked = [(form, turn, key) for form, turn in self._forms for key in form.fault_keys()]
        if not marked:
            return False
        focused = QApplication.focusWidget()
        here = [
            at
            for at, (form, _, key) in enumerate(marked)
            if focused is not None and (form.inputs[key] is focused or form.inputs[key].isAncestorOf(focused))
        ]
        form, turn, key = marked[(here[0] + step) % len(marked) if here else 0]
        turn()
        form.go(key)
        return True

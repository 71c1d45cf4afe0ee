"""What the pages of 回头看, 投诉 and 督办 have in common: one register, its own deeds in the head, 更多 for the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from app.ledger import ledgers, serving
from app.ledger.ledgers import LedgerLine
from app.links import relations
from app.listing import lists
from app.listing.lists import Line
from app.templating import template_reading
from ui.desk import Desk
from ui.dialogs.following import void_dialog
from ui.dialogs.printing import Printing
from ui.screens import ledger_ways
from ui.screens.register_screen import RegisterScreen
from ui.widgets.buttons import button
from ui.widgets.empty import EmptyState
from ui.widgets.menu_button import Choice, menu_button


class FollowingScreen(RegisterScreen):
    """A page for the own register that serves `page`; a place is that of the ledger page."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.printing = Printing(desk, self)
        self.printing.refused.connect(lambda problem: self.strip.tell(problem.text))

    # what a subclass says

    def own_tools(self) -> tuple[QPushButton, ...]:
        """The deeds of this register, in the head."""
        return ()

    def first_deeds(self) -> tuple[QPushButton, ...]:
        """Those of them that an empty register begins with."""
        return ()

    def more(self) -> list[Choice]:
        """Further deeds, above those of every register in 更多."""
        return []

    # what every one of them has

    def shows(self, line: LedgerLine) -> bool:
        return serving.serves(line, self.page)

    def tools(self, big: bool = False) -> tuple[QPushButton, ...]:
        if big:
            return (*self.first_deeds(), *ledger_ways.fillers(self, big)[-1:])
        general = {made.text(): made for made in ledger_ways.fillers(self)}
        kept = [made for words, made in general.items() if words in ("表单", "登记")]
        self._general = [made for words, made in general.items() if words not in ("表单", "登记")]
        for made in self._general:
            made.setParent(self)  # pressed from the menu, never seen
            made.hide()
        rest = menu_button("更多", self._choices, why="打印、导出、导入，去看涉及的项目")
        return (*self.own_tools(), rest, *kept)

    def _choices(self) -> list[Choice]:
        there = self._about()
        why = "" if there else "这一行没有写涉及哪个项目"
        jump = Choice("去看涉及的项目", lambda: self.go(there), why, "打开那本台账里的那一行")
        general = [Choice(made.text(), made.click) for made in self._general if made.isEnabled()]
        return [*self.more(), jump, Choice(), *general]

    def _about(self) -> dict[str, object]:
        line = self.current()
        found = relations.of(self.desk.office, line.id) if line is not None else ()
        named = next((one for one in found if one.way == "names" and one.known), None)
        return {"ledger": named.ledger_id, "entry": named.entry_id, "item": named.item} if named else {}

    def _nothing(self) -> EmptyState:
        if self.none is None:
            title = template_reading.builtin(self.page).t.title
            first = button(f"打开《{title}》", self._begin, kind="primary", sign="add")
            self.none = EmptyState(
                f"还没有《{title}》", "打开以后，就可以一件一件登记。", (*self.first_deeds(), first)
            )
            self.stack.addWidget(self.none)
        return self.none

    def _begin(self) -> None:
        if self.desk.do(ledgers.open_template, self.page) is not None:
            self.refresh()

    def current(self) -> Line | None:
        """The row the clerk is at, as it stands now."""
        entry = self.bench.table.current_id() if self.bench is not None else ""
        return lists.line(self.desk.office, entry) if entry else None

    def ask(self, made: Callable[[LedgerLine, Line], QDialog | str], *, void: bool = False) -> None:
        """Open a dialog for the current row, or say why not; what is being typed is saved first.

        Only one that changes nothing (`void`) is for a row that counts no more.
        """
        line = self.current()
        if self.bench is None or line is None:
            self.strip.tell("先在表里选一行", "amber")
            return
        if not void and (why := void_dialog.over(line)):
            self.strip.tell(why, "amber")
            return
        if not self.bench.may_leave():
            return
        dialog = made(self.bench.line, lists.line(self.desk.office, line.id))
        if isinstance(dialog, str):
            self.strip.tell(dialog, "amber")
            return
        self.strip.hide()
        self.open(dialog)

    def open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def own_campaigns(self) -> Sequence[LedgerLine]:
        """The ledgers of this office's own that are no registers."""
        return [k for k in ledgers.all(self.desk.office) if k.own and k.loaded.t.nature != self.nature]

"""What the page of a ledger says of its rows, in that ledger's own words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut

from app.ledger import ledger_groups, ledgers
from app.ledger.ledger_groups import REGISTER
from app.ledger.ledgers import LedgerLine
from app.templating import template_reading
from ui.screens import ledger_ways
from ui.widgets.buttons import button
from ui.widgets.empty import EmptyState
from ui.widgets.ledger_choice import ANOTHER

if TYPE_CHECKING:
    from ui.screens.ledger_screen import LedgerScreen
    from ui.screens.workbench import Workbench

USUAL = "pending-approval"
FILL = "把上级下达的清单导进来；在 Excel 里复制好了，按 Ctrl+V 粘贴也行；或者一项一项新增。"


def call(page: LedgerScreen, line: LedgerLine) -> None:
    """Name the deed that adds a row, and say what an empty ledger and an empty search mean."""
    words = line.loaded.t.words
    register = line.loaded.t.nature == REGISTER
    for made in page.adders:
        text = "登记" if register else f"新增{words.row}"
        made.setText(text)
        made.setProperty("writes", text)
    if register:
        page.blank.set(f"《{line.title}》里还没有{words.row}", f"{ledger_groups.explained(line.loaded)}。")
    else:
        page.blank.set(f"台账里还没有{words.row}", FILL)
    page.missed.set(f"没有找到符合的{words.row}", "换个词再查，或者看全部。")


def empty_states(page: LedgerScreen, clear: Callable[[], object]) -> tuple[EmptyState, EmptyState]:
    """What stands there without rows, and without rows that fit."""
    blank = EmptyState("台账里还没有项目", FILL, page.tools(big=True))
    keys = QShortcut(QKeySequence.StandardKey.Paste, blank)
    keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    keys.activated.connect(lambda: ledger_ways.paste(page))
    everything = button("看全部", clear, kind="primary")
    return blank, EmptyState("没有找到符合的项目", "换个词再查，或者看全部。", (everything,))


def hear(page: LedgerScreen, bench: Workbench) -> None:
    """What a workbench tells goes to its page."""
    ledger = bench.line.id
    bench.formed.connect(lambda: page.room.make(bench))
    bench.outdated.connect(page.refresh)
    bench.left_over.connect(lambda rows: tell_left_over(page, rows))
    bench.fault_shown.connect(lambda text: tell_fault(page, text))
    bench.summed.connect(page.summed)
    bench.away_wished.connect(page.go)
    bench.back_wished.connect(lambda place: page.wished.emit("ledger", {"ledger": ledger} | place))


def without_ledger(page: LedgerScreen) -> EmptyState:
    """The page of an office without a ledger: the usual one in one click, any other by its dialog."""
    others = button(
        ANOTHER,
        lambda: ledger_ways.open_another(page),
        sign="folder",
        kind="primary" if page.nature == REGISTER else "",
    )
    if page.nature == REGISTER:
        return EmptyState("还没有登记簿", "打开一本，就可以一件一件登记。", (others,))
    usual = template_reading.builtin(USUAL).t
    first = button(
        f"打开《{usual.title}》",
        lambda: page.desk.do(ledgers.open_template, usual.id),
        kind="primary",
        sign="ledger",
    )
    return EmptyState("还没有台账", "打开一本台账，就可以把上级下达的项目清单导进来。", (first, others))


def tell_left_over(page: LedgerScreen, rows: int) -> None:
    """Rows that no longer fit the filter stay where they are until the clerk says so."""
    if rows:
        page.strip.tell(f"{rows:,} 行已不符合筛选，先留在原处", "amber", "重新应用", page.refresh)
    elif page.strip.property("tone") == "amber":
        page.strip.hide()


def tell_fault(page: LedgerScreen, text: str) -> None:
    """Why the current cell is red."""
    if text:
        page.strip.tell(text, "red")
    elif page.strip.property("tone") == "red":
        page.strip.hide()

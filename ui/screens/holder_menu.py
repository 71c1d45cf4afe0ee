"""卡在谁手里 beside the chips: whom the rows in 在账 wait for, how many, and the longest wait; one press shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton

from app.figures import holding
from app.figures.holding import Holding, Waits
from app.listing import list_rules
from app.listing.list_rules import Query
from app.listing.waiting_days import UNDATED
from app.words.templates import Loaded
from ui.widgets.menu_button import Choice, menu_button

if TYPE_CHECKING:
    from ui.screens.ledger_screen import LedgerScreen

KEY, WORDS = "holder", "卡在谁手里"
TIP = "在账的在等谁办、等了几个工作日；选一个只看它的行"
NOBODY = "在账的都不在等谁办"


def holder_button(page: LedgerScreen, apply: Callable[[Query], object]) -> QPushButton:
    """The drop-down; `apply` shows what a query asks for."""
    made = menu_button(WORDS, lambda: choices(page, apply), kind="chip", why=TIP)
    made.hide()
    return made


def concerns(loaded: Loaded) -> bool:
    """Whether the stages of a ledger say whose turn it is."""
    stages = loaded.t.items.stages if loaded.t.items else loaded.t.stages
    return any(stage.holder for stage in (*stages, *loaded.t.stages))


def choices(page: LedgerScreen, apply: Callable[[Query], object]) -> list[Choice]:
    """Whom most waits for first; what is chosen goes on top of the other filters in force."""
    if page.bench is None:
        return []
    query, found = page.bench.query, holding.of(page.desk.office, page.bench.line.id)
    plain = list_rules.without(replace(query, holder=""), KEY)

    def only(name: str) -> Query:
        return replace(plain, where=(*plain.where, (KEY, (name,))))

    folded = page.chips.folded()
    more = [Choice(words, lambda key=key: page.chips.picked.emit(key)) for key, words in folded]  # type: ignore[misc]
    if folded and not concerns(page.bench.line.loaded):
        return more
    made = [Choice(told(found, one), lambda name=one.holder: apply(only(name))) for one in found.rows]  # type: ignore[misc]
    if plain != query:
        made += [Choice(), Choice("不按这个筛选", lambda: apply(plain))]
    made = made or [Choice(NOBODY, why=NOBODY)]
    return [*more, Choice(), Choice(f"{WORDS}：", why=TIP), *made] if more else made


def told(found: Holding, one: Waits) -> str:
    """手续部门　23 个，最长等了 36 个工作日."""
    longest = f"，最长等了 {one.longest:,} 个工作日" if sum(one.bands[:UNDATED]) else ""
    return f"{one.holder}　{one.count:,} {found.words.count}{longest}"

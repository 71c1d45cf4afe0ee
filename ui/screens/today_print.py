"""今日要办 as a PDF in a folder of its own, until the program ends."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.exports.ledger_pdf import write_pdf
from app.exports.today_pdf import Due, TodayList, page_of
from app.office import Office
from app.rounds.awaited import Awaited
from app.today.statistics import MOST, Todo
from app.values import masking
from ui import look, temporary
from ui.screens.awaited_card import WORDS, waited_words
from ui.widgets.labels import day_words


def write(
    office: Office, todos: Sequence[Todo], scope: str, waiting: Sequence[Awaited] = (), tell: Any = None
) -> Path:
    """The PDF of these todos and of what waits beside them; its name says the day. Raises the Problems of printing."""
    day = office.today()
    dues = [Due(_light(t.light), t.light_text, t.due, t.what, masking.mask_in(t.name), t.unit) for t in todos]
    dues += [_waiting(one) for one in waiting]
    whole = (f"只列最急的 {MOST:,} 项，其余请在项目台账里按灯号筛选后打印。",) if len(todos) == MOST else ()
    found = TodayList(office.name, day_words(day), scope, dues, whole)
    out = temporary.place(f"今日要办清单{day:%Y%m%d}.pdf")
    write_pdf(page_of(found), out, paper="a4", tell=tell)
    return out


def _waiting(one: Awaited) -> Due:
    waited = waited_words(one)
    left = f"等了 {waited}" if one.days else waited and "今天起"
    name, unit = masking.mask_in(one.what), one.who
    return Due("已过期限" if one.late else "等着", left, one.due, WORDS[one.kind], name, unit)


def _light(light: str) -> str:
    return f"{look.LIGHTS[light].shape} {look.LIGHTS[light].word}"

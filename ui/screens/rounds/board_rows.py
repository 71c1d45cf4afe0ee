"""The board of a round in words: one row for every department, and the line above them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping

from app.rounds import BUNDLE, CONTESTED, RETURNED, SENT, UNSENT, Part, Round
from sync.pushes import Way
from ui.tables.plain_model import PlainRow

HEADS = ("部门", "进度", "发给谁", "怎么发", "项目", "事项", "发出", "等了", "收回", "异议", "补报")
WIDTHS = (120, 76, 190, 116, 56, 56, 100, 68, 100, 56, 56)
RIGHT = frozenset((4, 5, 9, 10))
STRETCH = 2
TONES = {UNSENT: "muted", SENT: "amber", RETURNED: "green", CONTESTED: "red"}
MEDIA = {BUNDLE: "数据包", "": ""}
SHEET = "核查表 Excel"


def rows(now: Round, ways: Mapping[str, Way], today: dt.date) -> list[PlainRow]:
    """One row for every department; `fact` is its Part."""
    return [_row(part, ways.get(part.dept), now, today) for part in now.parts]


def _row(part: Part, way: Way | None, now: Round, today: dt.date) -> PlainRow:
    to, medium = part.office_name, part.medium
    if part.state == UNSENT and way is not None:
        to, medium = way.name, way.medium
    waited = part.waiting(today)
    late = bool(now.due) and part.state == SENT and today.isoformat() > now.due
    back = part.returned_on if part.state in (RETURNED, CONTESTED) else ""
    texts = (
        part.dept, part.state, to, MEDIA.get(medium, SHEET), f"{part.rows:,}", f"{part.items:,}", part.sent_on,
        _waited(waited) if part.state == SENT else "", back, _count(part.contested), _count(part.added),
    )  # fmt: skip
    tones = {1: TONES[part.state], 7: "red" if late else "", 9: "red" if part.contested else ""}
    tips = {0: part.dept, 2: to, 7: "已过回传期限" if late else ""}
    return PlainRow(texts, part.dept, tones=tones, tips=tips, fact=part)


def _waited(days: int) -> str:
    return f"{days} 天" if days else "今天发"


def _count(number: int) -> str:
    return f"{number:,}" if number else ""


def summary(now: Round, today: dt.date) -> str:
    """第 1 轮，8月22日开始，请各部门8月25日前回传（还有 3 天）。8 个部门：未发 2，已发 3，已回 3。"""
    said = f"第 {now.number} 轮，{now.on} 开始"
    if not now.open:
        said += "，已结束"
    elif now.due:
        said += f"，请各部门 {now.due} 前回传（{left_words(now.due, today)}）"
    counted = Counter(part.state for part in now.parts)
    states = "，".join(f"{state} {counted[state]}" for state in TONES if counted[state])
    return f"{said}。{len(now.parts)} 个部门：{states}。"


def left_words(due: str, today: dt.date) -> str:
    """还有 3 天 / 今天到期 / 已过 2 天."""
    days = (dt.date.fromisoformat(due) - today).days
    if days == 0:
        return "今天到期"
    return f"还有 {days} 天" if days > 0 else f"已过 {-days} 天"

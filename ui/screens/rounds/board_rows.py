"""The board of a round in words: one row for every department, and the line above them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping

from app.rounds.rounds import BUNDLE, CONTESTED, OWN, RETURNED, SENT, UNSENT, Part, Round
from app.rounds.unsent import Moved
from sync.merges.pushes import Way
from ui.tables.plain_model import PlainRow

HEADS = ("部门", "进度", "发给谁", "怎么发", "项目", "事项", "发出", "等了", "收回", "异议", "补报")
WIDTHS = (106, 148, 138, 116, 56, 56, 100, 90, 100, 60, 56)
RIGHT = frozenset((4, 5, 9, 10))
STRETCH = 2
TONES = {UNSENT: "muted", SENT: "amber", RETURNED: "green", CONTESTED: "red", OWN: "muted"}
MOST_MOVED = 2  # departments named in the line above the board
ANSWERED, AGAIN, UNWRITTEN = "已答复", "要补发", "没写到盘上"
UNWRITTEN_TIP = "做好了，但没有写到盘上：再推送一次，或在“上报导出”里选这一份，点“再写一次”"
ASK = "要先指定"  # it is not sure who gets it
MEDIA = {BUNDLE: "数据包", "": ""}
SHEET, SHEET_AGAIN = "核查表 Excel", "核查表"


def rows(
    now: Round,
    ways: Mapping[str, Way],
    today: dt.date,
    standing: Mapping[str, int],
    moved: Mapping[str, Moved],
) -> list[PlainRow]:
    """One row for every department; `fact` is its Part. `standing`: its objections that nobody answered yet; `moved`:
    what came to its part, or left it, since it was sent."""
    return [
        _row(part, ways.get(part.dept), now, today, standing.get(part.dept, 0), moved.get(part.dept, Moved()))
        for part in now.parts
    ]


def _row(part: Part, way: Way | None, now: Round, today: dt.date, standing: int, moved: Moved) -> PlainRow:
    to, medium = part.office_name, part.medium
    if part.state in (UNSENT, OWN) and way is not None:
        to, medium = ASK if way.doubt else way.name, "" if way.doubt else way.medium
    waited = part.waiting(today)
    late = bool(now.due) and part.state == SENT and today.isoformat() > now.due
    back = part.returned_on if part.state in (RETURNED, CONTESTED) else ""
    state = state_words(part, standing)
    shown = f"{state}，{AGAIN}" if moved.came else state  # what came back is not hidden by what came after
    texts = (
        part.dept, UNWRITTEN if part.unwritten else shown, to, _how(part, medium), f"{part.rows:,}", f"{part.items:,}",
        part.sent_on,
        _waited(waited) if part.state == SENT else "", back, _objected(part, standing), _count(part.added),
    )  # fmt: skip
    answered = part.state == CONTESTED and not standing
    tones = {
        1: _tone(part, standing, moved),
        7: "red" if late else "",
        9: "red" if standing else "",
    }
    tips = {
        0: part.dept,
        1: "；".join(filter(None, (UNWRITTEN_TIP if part.unwritten else "", moved.words))),
        2: way.doubt if to == ASK and way else to,
        7: "已过回传期限" if late else "",
        9: "异议都答复了" if answered else "",
    }
    return PlainRow(texts, part.dept, tones=tones, tips=tips, fact=part)


def _tone(part: Part, standing: int, moved: Moved) -> str:
    if part.unwritten:
        return "red"
    if part.state == CONTESTED and not standing and not moved.came:
        return "green"
    return "amber" if moved.came and not standing else TONES[part.state]


def _how(part: Part, medium: str) -> str:
    """数据包, and 数据包 第 2 次 once it was sent again."""
    if part.state == OWN:
        return "在台账里填"
    again = len(part.sent)
    if again < 2:
        return MEDIA.get(medium, SHEET)
    return f"{MEDIA.get(medium, SHEET_AGAIN)} 第 {again:,} 次"


def state_words(part: Part, standing: int) -> str:
    """未发 / 已发 / 已回 / 有异议, and 已答复 once nothing of what it objected to stands open."""
    return ANSWERED if part.state == CONTESTED and not standing else part.state


def _waited(days: int) -> str:
    return f"{days} 天" if days else "今天发出"


def _objected(part: Part, standing: int) -> str:
    """3 where none was answered, 1/3 where two were, 已答复 where all were."""
    if not part.contested:
        return ""
    done = max(0, part.contested - standing)
    return "已答复" if not standing else f"{standing:,}" if not done else f"{standing:,}/{part.contested:,}"


def _count(number: int) -> str:
    return f"{number:,}" if number else ""


def summary(now: Round, today: dt.date, standing: Mapping[str, int], moved: Mapping[str, Moved]) -> str:
    """第 1 轮，8月22日开始，请各部门8月25日前回传（还有 3 天）。8 个部门：未发 2，已发 3，已回 3。"""
    said = f"第 {now.number} 轮，{now.on} 开始"
    if not now.open:
        said += "，已结束"
    elif now.due:
        said += f"，请各部门 {now.due} 前回传（{left_words(now.due, today)}）"
    counted = Counter(state_words(part, standing.get(part.dept, 0)) for part in now.parts)
    states = "，".join(f"{state} {counted[state]}" for state in (*TONES, ANSWERED) if counted[state])
    changed = "。".join(f"{dept}{one.words}" for dept, one in moved.items())
    if len(moved) > MOST_MOVED:
        changed = f"{len(moved):,} 个部门的事项在发出以后有变化，还没发"
    return f"{said}。{len(now.parts):,} 个部门：{states}。" + (f"{changed}。" if changed else "")


def left_words(due: str, today: dt.date) -> str:
    """还有 3 天 / 今天到期 / 已过 2 天."""
    days = (dt.date.fromisoformat(due) - today).days
    if days == 0:
        return "今天到期"
    return f"还有 {days} 天" if days > 0 else f"已过 {-days} 天"

"""How what was found of rows in several ledgers is told in a list: likely pairs, rows that may leave, numbers of no row."""

from __future__ import annotations

from app.links.findings import Findings, Unheld
from app.links.following import Following
from app.links.pairing import Pair
from ui.tables.plain_model import PlainRow

PAIRS, READY, UNHELD = "pairs", "ready", "unheld"
CHIPS = {PAIRS: "疑似同一项目", READY: "可随同办理", UNHELD: "查无此号"}
HINTS = {
    PAIRS: "不同行动的两本台账里，代码相同、名称相近的两行，由人确认",
    READY: "跟随的那一行已经核减或者开工，这一行可以凭同一份文件办理",
    UNHELD: "填了编号，而这里没有那本台账或者那一行",
}
HEADS = {
    PAIRS: ("把握", "这一行", "台账", "疑似是", "那本台账", "理由"),
    READY: ("名称", "台账", "跟随的那一行", "已经", "日期、文号"),
    UNHELD: ("名称", "台账", "栏目", "写的编号"),
}
WIDTHS = {
    PAIRS: (56, 120, 126, 120, 126, 150), READY: (160, 110, 170, 90, 170), UNHELD: (190, 120, 176, 180),
}  # fmt: skip
STRETCH = {PAIRS: (1, 3), READY: (0,), UNHELD: (0,)}
NOTHING = {
    PAIRS: (
        "没有疑似同一项目的",
        "不同行动的台账里代码相同，或者地点相同、名称相近的，会列在这里，由人确认，汇总时只算一次。",
    ),
    READY: (
        "没有可以随同办理的",
        "一行在表单里填了“同一项目”，它跟随的那一行办结以后，会列在这里，一起办理。",
    ),
    UNHELD: (
        "填写的编号都找得到",
        "填了别的台账的编号而这里没有那一行的，会列在这里，核对编号，或者收下那本台账。",
    ),
}


def rows(found: Findings, view: str, later: frozenset[tuple[str, str]]) -> list[PlainRow]:
    """The rows of a view; pairs put off (`later`) come last."""
    if view == PAIRS:
        ordered = sorted(found.pairs, key=lambda one: key_of(one) in later)
        return [_pair(found, one, put_off=key_of(one) in later) for one in ordered]
    if view == READY:
        return [_ready(found, one) for one in found.ready]
    return [_unheld(found, one) for one in found.unheld]


def key_of(pair: Pair) -> tuple[str, str]:
    return pair.entry_id, pair.other_id


def _pair(found: Findings, one: Pair, *, put_off: bool) -> PlainRow:
    sure = "以后再说" if put_off else "一定" if one.sure else "可能"
    homes = found.called.get(one.ledger_id, ""), found.called.get(one.other_ledger, "")
    why = one.why if one.sure or one.likeness == 100 else f"{one.why}（{one.likeness}%）"
    tips = {
        1: f"{one.no} {one.name}",
        3: f"{one.other_no} {one.other_name}",
        2: homes[0],
        4: homes[1],
        5: why,
    }
    tones = {0: "muted"} if put_off else {0: "green" if one.sure else "amber"}
    texts = (sure, one.name or one.no, homes[0], one.other_name or one.other_no, homes[1], why)
    return PlainRow(texts, "|".join(key_of(one)), tones=tones, tips=tips, fact=one)


def _ready(found: Findings, one: Following) -> PlainRow:
    left = next(each for each in one.linked if each.left)
    paper = f"{left.on} {left.doc}".strip()
    home = found.called.get(found.home.get(one.entry_id, ""), "")
    tips = {0: f"{one.no} {one.name}", 1: home, 2: f"{left.ledger} {left.no} {left.name}", 4: paper}
    texts = (one.name or one.no, home, left.no, left.standing, paper)
    return PlainRow(texts, one.entry_id, tips=tips, fact=one)


def _unheld(found: Findings, one: Unheld) -> PlainRow:
    home = found.called.get(one.ledger_id, "")
    tips = {0: f"{one.no} {one.name}", 1: home, 2: one.title, 3: one.text}
    return PlainRow(
        (one.name or one.no, home, one.title, one.text), f"{one.entry_id}|{one.field}", tips=tips, fact=one
    )

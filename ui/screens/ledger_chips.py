"""The chips of 项目台账: which are offered, what each counts, and which query each stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from msgspec import Struct

from app.engine.rows import STANDING_WORDS
from app.ledger.ledger_groups import REGISTER
from app.listing import list_rules
from app.listing.lists import Query
from app.words.templates import Loaded
from ui import look

OUT, IDLE, OPEN, OVER, VOID = "out", "idle", "open", "over", "void"
OUT_STANDINGS = ("approved", "started", "removed", "corrected")
OVER_STANDINGS = ("complete", *OUT_STANDINGS)
VOID_STANDINGS = ("excluded",)
LIGHT_WORDS = (
    ("red", "逾期"),
    ("yellow", "临期"),
    ("green", "正常"),
    ("stopped", "已停"),
    ("unknown", "待定"),
)
ALWAYS = ("all", "red", "yellow")
HINTS = {
    "all": "这本台账里的全部项目，已出账的也在内",
    "red": "在账项目里，有事项超过办理时限，或项目过了完成时限的",
    "yellow": "在账项目里，离最近一个时限不到设置里写的提醒天数的",
    "green": "在账项目里，离最近一个时限还早，或还没有开始计时的",
    "stopped": "在账项目里，因听证、检测等依法停止计时的",
    "unknown": "在账项目里，时限落在还没有放假通知的年份，算不出哪天到期的",
    OUT: f"已经不在账的：{'、'.join(STANDING_WORDS[each] for each in OUT_STANDINGS)}",
    IDLE: "手续齐全、项目还在账的：审批事项都办完了，登记开工后出账",
}
LIST_HINTS = {
    "待批": "在账项目里，至少有一个事项已经受理、审批部门还没有批下来的；还没报件的不在内",
    "已立项未开工": "在账项目里，建设状态是“未开工”的",
}


class Chip(Struct, frozen=True):
    """One chip: `count` rows that it would show of what else is filtered now."""

    key: str
    words: str
    count: int
    hint: str


def asked(loaded: Loaded, query: Query) -> tuple[Query, dict[str, Query]]:
    """What the counts of the chips are asked with: the filters besides them, and each chip's own query."""
    keys = (OPEN, OVER, VOID) if loaded.t.nature == REGISTER else (OUT,)
    more = {key: picked(loaded, Query(), key) for key in (*keys, *((IDLE,) if resting(loaded) else ()))}
    return replace(plain(loaded, query), sort=()), more


def chips(found: Mapping[str, int], loaded: Loaded, query: Query) -> list[Chip]:
    """All chips in their fixed order, counted as `found`; those that would show nothing are left out but for the usual ones."""
    register = loaded.t.nature == REGISTER
    own = [(each.title, each.chip) for each in loaded.t.sublists if each.chip]
    own += [(OPEN, loaded.t.words.open), (OVER, loaded.t.words.complete)] if register else []
    always = {*ALWAYS, *(key for key, _ in own[:1]), on_now(loaded, query), *((OPEN,) if register else ())}
    named = (
        ("all", "全部"),
        *((key, loaded.t.words.stopped if key == "stopped" else words) for key, words in LIGHT_WORDS),
        *own,
        (IDLE, "、".join(f"只差{stage.removeprefix('待')}" for stage in resting(loaded))),
        (OUT, "已出账"),
        (VOID, loaded.t.words.excluded),
    )
    return [
        Chip(
            key,
            words,
            found.get(key, 0),
            _hint(loaded, key, words),
        )
        for key, words in named
        if key in always or found.get(key, 0)
    ]


def _hint(loaded: Loaded, key: str, words: str) -> str:
    """What a chip shows, in the ledger's own words."""
    own = loaded.t.words
    if key == VOID:
        return f"登记为“{words}”的{own.row}：还看得到，不再计数，也不再提醒；右键可以恢复"
    if key in (OPEN, OVER):
        return f"“{words}”的{own.row}"
    if key == "stopped" and words != dict(LIGHT_WORDS)[key]:
        return f"{words}、不再计时，还没有了结的{own.row}"
    said = HINTS.get(key) or LIST_HINTS.get(key) or f"在账项目里，“{key}”清单上的"
    return said.replace(
        "在账项目", f"{own.open}的{own.row}" if own.open != "在账" else f"在账{own.row}"
    ).replace("项目", own.row)


def resting(loaded: Loaded) -> tuple[str, ...]:
    """The stages of a row in 在账 whose matters are all done (decision 1); () where rows have no matters."""
    return tuple(stage.title for stage in loaded.t.stages) if loaded.t.items else ()


def plain(loaded: Loaded, query: Query) -> Query:
    """`query` without what a chip adds to it."""
    where = tuple(w for w in query.where if w != ("stage", resting(loaded)))
    return replace(query, lights=(), sublist="", standing=(), where=where)


def picked(loaded: Loaded, query: Query, key: str) -> Query:
    """`query` with another chip on."""
    rest = plain(loaded, query)
    if key in look.LIGHTS:
        return replace(rest, lights=(key,))
    standings = {OUT: OUT_STANDINGS, OPEN: ("open",), OVER: OVER_STANDINGS, VOID: VOID_STANDINGS}
    if key in standings:
        return replace(rest, standing=standings[key])
    if key == IDLE:
        return replace(rest, where=(*rest.where, ("stage", resting(loaded))))
    return rest if key == "all" else replace(rest, sublist=key)


def on_now(loaded: Loaded, query: Query) -> str:
    """The key of the chip that is on."""
    if ("stage", resting(loaded)) in query.where:
        return IDLE
    if query.standing:
        return {("open",): OPEN, OVER_STANDINGS: OVER, VOID_STANDINGS: VOID}.get(query.standing, OUT)
    return query.lights[0] if len(query.lights) == 1 else query.sublist or "all"


def without(query: Query, key: str) -> Query:
    """`query` without one filter: of a column, of the search box (`text`), of whom a matter waits for (`holder`)."""
    text, holder = "" if key == "text" else query.text, "" if key == "holder" else query.holder
    return replace(query if key == "holder" and query.holder else list_rules.without(query, key), text=text, holder=holder)

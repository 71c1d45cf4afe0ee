"""How a ledger calls its rows, what becomes of them and its codes: the words of its template (`[words]`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.engine.rows import STANDING_WORDS, Cells, item_order
from app.values import kinds
from app.words.report_words import Words
from app.words.templates import Field, Loaded

PLAIN = Words()
STATE = "state"


def standings(loaded: Loaded) -> Mapping[str, str]:
    """{standing: how it is called}: STANDING_WORDS in the ledger's own words."""
    if "standings" not in loaded.derived:
        own = loaded.t.words
        gone = {key: f"已{getattr(own, key)}" for key in ("approved", "started", "removed", "corrected")}
        here = {key: getattr(own, key) for key in ("open", "complete", "excluded")}
        loaded.derived["standings"] = {**STANDING_WORDS, **here, **gone}
    found: Mapping[str, str] = loaded.derived["standings"]
    return found


def standing(loaded: Loaded, code: str) -> str:
    """How a row stands, in words: 在账, 已核减, 已销号."""
    return standings(loaded)[code]


def flow(words: Words, kind: str) -> str:
    """What happened to a row, in words: 核减, 销号, 新增."""
    return {"added": "新增", "restored": "恢复"}.get(kind) or str(getattr(words, kind))


def label(loaded: Loaded, field: Field, code: Any) -> str:
    """A code of an enum field as people read it: its title in the code list, the code itself where it has none."""
    key = f"labels {field.choices}"
    if key not in loaded.derived:
        listed = loaded.codes.get(field.choices)
        loaded.derived[key] = {code.code: code.label for code in listed.codes} if listed else {}
    return str(loaded.derived[key].get(code, code))


def states(loaded: Loaded) -> Mapping[str, str]:
    """{state of a matter: how it is called}, made once: a list asks it of every matter of every row."""
    if "states" not in loaded.derived:
        field = loaded.item_fields.get(STATE)
        listed = loaded.codes.get(field.choices) if field is not None else None
        loaded.derived["states"] = {code.code: code.label for code in listed.codes} if listed else {}
    found: Mapping[str, str] = loaded.derived["states"]
    return found


def state(loaded: Loaded, code: str) -> str:
    """The state of a matter as people read it; 办结 may be 已完成 in this ledger."""
    return states(loaded).get(code, code)


def shown(loaded: Loaded, field: Field, value: Any) -> str:
    """`kinds.show` with codes by their titles; '' where there is nothing."""
    return _coded(loaded, field, value) or kinds.show(field, value)


def text(loaded: Loaded, field: Field, value: Any) -> str:
    """`kinds.to_text` with codes by their titles, which read back to the same value."""
    return _coded(loaded, field, value) or kinds.to_text(field, value)


def matter(loaded: Loaded, code: str, cells: Cells) -> str:
    """How a matter is called: by its own name where it has one, the second of its kind with （2）."""
    nth = code.partition(".")[2]
    return str(cells.get("matter_name") or loaded.preset_of(code).title + (f"（{nth}）" if nth else ""))


def matters(loaded: Loaded, items: Mapping[str, Cells]) -> str:
    """All matters of a row in one cell: 里程碑甲 2021-04-30 已完成；… each with its own limit where it has one."""
    limits = [clock.until for clock in loaded.t.clocks if clock.until in loaded.item_fields]
    told = []
    for code in item_order(loaded, items):
        cells = items[code]
        day = min((str(cells[key]) for key in limits if cells.get(key)), default="")
        parts = (matter(loaded, code, cells), day, state(loaded, str(cells.get(STATE, ""))))
        told.append(" ".join(part for part in parts if part))
    return "；".join(told)


def _coded(loaded: Loaded, field: Field, value: Any) -> str:
    if value is None or field.kind not in ("enum", "enums"):
        return ""
    codes = value if isinstance(value, list | tuple) else (value,)
    return "、".join(label(loaded, field, code) for code in codes)

"""A return as the three-way table shows it: 上次, 我这里, 来件 and what is decided, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from app.engine import calling, wire
from app.ledger.ledgers import LedgerLine
from app.words.templates import Field, Loaded
from sync.comparing.additions import HERE
from sync.comparing.merging import (
    BOTH,
    CLASH,
    HEAD,
    MINE,
    MISSING,
    NEW,
    REFUSED,
    THEIRS,
    Difference,
    Key,
    Plan,
    RowPlan,
)
from ui.tables.plain_model import PlainRow

HEADS = ("项目名称", "审批事项", "栏目", "上次", "我这里", "来件", "决定")
WIDTHS = (200, 130, 110, 130, 150, 150, 150)
NARROW = (120, 92, 86, 100, 106, 106, 116)
ASKED, TAKEN, OURS, TURNED, ABSENT = "asked", "taken", "ours", "turned", "absent"
CHIPS = ((ASKED, "要您定"), (TAKEN, "用来件"), (OURS, "用我这里"), (TURNED, "不采用"), (ABSENT, "没有带回"))
GROUPS = {CLASH: ASKED, THEIRS: TAKEN, MINE: OURS, REFUSED: TURNED}
EMPTY = "空"
ALONE = {TAKEN: ("用来件", "只有对方改过，用来件"), OURS: ("用我这里", "只有我们改过，用我这里")}


class Case(Protocol):
    """What is decided on: a return of a check list, or a lower office's ledger to be gathered."""

    @property
    def line(self) -> LedgerLine: ...
    @property
    def plan(self) -> Plan: ...
    @property
    def past(self) -> frozenset[Key]: ...
    @property
    def heading(self) -> str: ...
    @property
    def together(self) -> frozenset[str]: ...
    def reason(self, row: str, /) -> str: ...
    def matter(self, row: str, code: str, /) -> str: ...


@dataclass(frozen=True)
class Line:
    """One line of the table. `key` names what is decided, `field` is '' for a whole row."""

    key: Key
    group: str
    row: RowPlan
    field: str = ""
    difference: Difference | None = None


def lines(case: Case) -> list[Line]:
    """Everything in which the sides differ, in the order of the return."""
    out: list[Line] = []
    for row in case.plan.rows:
        if row.kind == NEW:
            out.append(Line((row.id, HEAD, ""), ASKED, row))
        elif row.kind == MISSING:
            out.append(Line((row.id, HEAD, ""), ABSENT, row))
        else:
            out += [
                Line((row.id, d.code, d.field), GROUPS[d.verdict], row, d.field, d)
                for d in row.differences
                if d.verdict != BOTH
            ]
    return out


def joined(case: Case, found: Sequence[Line], line: Line) -> list[Key]:
    """The other cells that go to the same side as this one, because they only make sense as one value."""
    group = case.together
    if line.field not in group:
        return []
    return [x.key for x in found if x.group == ASKED and x.key[:2] == line.key[:2] and x.field in group]


def shown(case: Case, line: Line, choices: Mapping[Key, Any]) -> PlainRow:
    """The line as a row of texts and tones."""
    loaded = case.line.loaded
    said, tone = _decided(loaded, line, choices)
    texts: tuple[str, ...]
    if line.difference is None:
        texts = (line.row.name, "", "整个项目", "", *_whole(case, line), said)
    else:
        d = line.difference
        sides = tuple(words(loaded, d.code, d.field, value) for value in (d.base, d.mine, d.theirs))
        sides = (*sides[:2], f"{d.doubt}，读作 {sides[2]}") if d.doubt else sides
        matter = case.matter(line.row.id, d.code) if d.code else ""
        texts = (line.row.name, matter, title(loaded, d.code, d.field), *sides, said)
    tones = {6: tone}
    if line.group == ASKED and line.difference is not None:
        tones |= {4: "mine", 5: "mine"}
    why = line.difference.reason if line.difference is not None else ""
    tips = dict(enumerate(texts)) | ({6: why or ALONE[line.group][1]} if line.group in ALONE else {})
    return PlainRow(texts, "/".join(line.key), tones=tones, tips=tips, fact=line)


def _whole(case: Case, line: Line) -> tuple[str, str]:
    if line.group == ABSENT:
        return "有", "没有带回来"
    reason = case.reason(line.row.id)
    here = "已有" if reason.startswith(HERE) else "没有"
    return here, f"补报：{reason}" if reason else "补报，没有写理由"


def _decided(loaded: Loaded, line: Line, choices: Mapping[Key, Any]) -> tuple[str, str]:
    if line.group in ALONE:
        again = line.group == TAKEN and line.difference is not None and bool(line.difference.reason)
        return ("改答，用来件", "amber") if again else (ALONE[line.group][0], "muted")
    if line.group == TURNED:
        return f"不采用：{line.difference.reason if line.difference else line.row.reason}", "muted"
    if line.group == ABSENT:
        return "不变", "muted"
    choice = choices.get(line.key)
    if choice is None:
        return "未定", "error"
    if isinstance(choice, Mapping):
        return f"手填：{words(loaded, line.key[1], line.field, choice['value'])}", "good"
    if line.difference is None:
        return ("收进台账" if choice == THEIRS else "不收"), "good"
    return ("来件" if choice == THEIRS else "我这里"), "good"


def field_of(loaded: Loaded, code: str, key: str) -> Field | None:
    """The field of the project's head, or of a matter."""
    return (loaded.item_fields if code else loaded.fields).get(key)


def words(loaded: Loaded, code: str, key: str, value: Any) -> str:
    """A value as it travels, in words; 空 for none."""
    field = field_of(loaded, code, key)
    if value is None or field is None:
        return EMPTY if value is None else str(value)
    stored = wire.from_wire(loaded, {key: value}, item=bool(code))[key]
    return calling.text(loaded, field, stored) or EMPTY


def title(loaded: Loaded, code: str, key: str) -> str:
    field = field_of(loaded, code, key)
    return field.title if field is not None else key

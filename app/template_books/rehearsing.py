"""The rows of an opened ledger run through another template without writing: what would be lost, lacking or said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from dataclasses import field as made
from typing import Any

from app.engine import expressions, storing
from app.engine.rows import Held
from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.templating import template_changes
from app.templating.template_changes import KIND_WORDS
from app.values import kinds
from app.words.templates import CodeList, Field, Loaded

KEPT = 20
"""How many row numbers are told of each finding; `count` counts all."""
UNREAD, LOST, EMPTY, SAID, MATTER = "unread", "lost", "empty", "check", "matter"
WORDS = {
    UNREAD: "读不进去", LOST: "新模板没有这一栏，内容隐去（记录里留着）", EMPTY: "要填而没有填",
    SAID: "检查有话说", MATTER: "新模板没有这个事项",
}  # fmt: skip
Tell = Callable[[int, int], object]


@dataclass
class Finding:
    """One thing that would happen to rows: `what` is one of WORDS, `field` an id (`M03.doc_no` of a matter).

    `count` cells, `rows` the first numbers (台账编号) that have it, `example` the first content.
    """

    what: str
    field: str
    title: str
    said: str = ""
    count: int = 0
    rows: list[str] = made(default_factory=list)
    example: str = ""

    @property
    def line(self) -> str:
        where = "、".join(self.rows[:5]) + ("等" if self.count > len(self.rows[:5]) else "")
        said = f"：{self.said}" if self.said else ""
        example = f"，如“{self.example}”" if self.example else ""
        return f"“{self.title}”{WORDS[self.what]}{said}，{self.count:,} 处（{where}{example}）"


@dataclass(frozen=True)
class Rehearsal:
    """What a ledger would look like under a template. `touched`: rows of which a cell is unread or lost."""

    template: str
    version: str
    ledger: str
    rows: int
    touched: int
    findings: tuple[Finding, ...]

    @property
    def lines(self) -> list[str]:
        head = f"用《{self.ledger}》的 {self.rows:,} 行试 {self.template} {self.version}：{self.touched:,} 行有内容读不进去或隐去"
        return [head, *(one.line for one in self.findings)] if self.findings else [head, "没有发现问题"]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def rehearse(office: Office, loaded: Loaded, ledger_id: str, *, tell: Tell | None = None) -> Rehearsal:
    """Read every row of a ledger as `loaded` would; nothing is written, a few hundred rows are in memory at a time.

    Cells go by the ids of their fields. `tell(done, total)` counts rows and may raise to give it up.
    Raises Problem E_NO_LEDGER.
    """
    rows = touched = 0
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        trial = _Trial(line, loaded, office.today())
        for held in storing.every_held(connection, ledger_id):
            if held.standing == "deleted":
                continue
            rows += 1
            touched += trial.row(held)
            if tell:
                tell(rows, max(rows, line.rows))
    order = list(WORDS)
    found = sorted(trial.found.values(), key=lambda one: (order.index(one.what), -one.count))
    return Rehearsal(loaded.t.title, loaded.t.version, line.title, rows, touched, tuple(found))


class _Trial:
    """One run; `found` {(what, field, said): finding}."""

    def __init__(self, line: LedgerLine, new: Loaded, today: dt.date) -> None:
        self.old, self.new, self.today = line.loaded, new, today
        self.found: dict[tuple[str, str, str], Finding] = {}
        self._names = template_changes.renamed(line.loaded, new)
        self._readers: dict[tuple[bool, str], kinds.Read | None] = {}

    def row(self, held: Held) -> bool:
        """Run one row through; whether a cell of it is unread or lost."""
        cells, hurt = self._cells(held, held.cells, "")
        items: dict[str, dict[str, Any]] = {}
        for code, own in held.items.items():
            if code.partition(".")[0] not in self.new.presets:
                self._note(MATTER, code, self._matter(code), held)
                hurt = True
                continue
            items[code], more = self._cells(held, own, code)
            hurt = hurt or more
        live = [code for code, standing in held.standings.items() if standing == "open" and code in items]
        self._judge(held, cells, items, live)
        return hurt

    def _cells(self, held: Held, cells: Mapping[str, Any], code: str) -> tuple[dict[str, Any], bool]:
        olds, news = (
            (self.old.item_fields, self.new.item_fields) if code else (self.old.fields, self.new.fields)
        )
        out: dict[str, Any] = {}
        hurt = False
        names = self._names[bool(code)]
        for key, value in cells.items():
            was, now = olds.get(key), news.get(names.get(key, key))
            if was is None or value in (None, "", []):
                continue
            called = f"{code}.{key}" if code else key
            if now is None:
                self._note(LOST, called, self._title(was, code), held, example=kinds.show(was, value))
                hurt = True
                continue
            try:
                out[now.id] = self._again(was, now, value, bool(code))
            except Problem as problem:
                text = kinds.show(was, value)
                self._note(UNREAD, called, self._title(now, code), held, _brief(was, now, problem), text)
                hurt = True
        return out, hurt

    def _again(self, was: Field, now: Field, value: Any, item: bool) -> Any:
        """The value as the new field reads the text of the old one. Raises Problem."""
        place = (item, now.id)
        if place not in self._readers:
            old, new = _codes(self.old, was), _codes(self.new, now)
            same = (was.kind, was.unit, was.max, was.min, was.pattern) == (
                now.kind,
                now.unit,
                now.max,
                now.min,
                now.pattern,
            )
            self._readers[place] = None if same and old == new else kinds.reader(now, new)
        read = self._readers[place]
        if read is None:
            return value
        found = read(kinds.to_text(was, value))
        return found.value if found else None

    def _judge(
        self, held: Held, cells: dict[str, Any], items: dict[str, dict[str, Any]], live: list[str]
    ) -> None:
        for gap in expressions.gaps(self.new, cells, items, today=self.today, live=live):
            called = f"{gap.item}.{gap.field.id}" if gap.item else gap.field.id
            self._note(EMPTY, called, self._title(gap.field, gap.item), held)
        try:
            for said in expressions.said(self.new, cells, items, self.today, live=live):
                called = f"{said.item}.{said.check.field}" if said.item else said.check.field
                title = self._matter(said.item) if said.item else self.new.t.title
                self._note(SAID, called or said.check.id, title, held, said.check.text)
        except Problem as problem:
            self._note(SAID, "", self.new.t.title, held, problem.text)

    def _note(self, what: str, key: str, title: str, held: Held, said: str = "", example: str = "") -> None:
        one = self.found.setdefault((what, key, said), Finding(what, key, title, said, example=example[:40]))
        one.count += 1
        if len(one.rows) < KEPT and held.no not in one.rows:
            one.rows.append(held.no)

    def _matter(self, code: str) -> str:
        preset = self.new.presets.get(code.partition(".")[0]) or self.old.presets.get(code.partition(".")[0])
        return preset.title if preset else code

    def _title(self, one: Field, code: str) -> str:
        return f"{self._matter(code)}·{one.title}" if code else one.title


def _codes(loaded: Loaded, one: Field) -> CodeList | None:
    return loaded.codes.get(one.choices)


def _brief(was: Field, now: Field, problem: Problem) -> str:
    """Why a cell is not read: equal for all cells of the column that fail alike."""
    if was.kind != now.kind:
        return f"由{KIND_WORDS[was.kind]}改为{KIND_WORDS[now.kind]}"
    if problem.code == "E_CODE":
        return "不在新的代码表里"
    return "不合新的填写范围"

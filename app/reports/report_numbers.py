"""The numbers of a report: of its period, of the one before, and both side by side (与上期比)."""

from __future__ import annotations

import base64
import datetime as dt
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.figures import figures
from app.figures.figure_heads import Heading, Value
from app.figures.figures import Basis
from app.journals.writing import FLOWS_IN, FLOWS_OUT
from app.office import Office
from app.problem import Problem
from app.reports.report_forms import MOVES

SAME = "持平"
UNKNOWN = "（上期没有可比的数）"
LONGEST = 30_000
"""Characters that 报送登记 holds of frozen numbers, less than a cell of a workbook."""
PACKED = "z:"
"""What is too long as it is, is packed: these marks before it, then zlib in base64."""
MARKS = ("", ".item")
JOINT = "、"


@dataclass(frozen=True)
class Told:
    """One figure beside that of the period before; `was` None where there is none to compare with."""

    head: Heading
    now: Value
    was: Value

    @property
    def texts(self) -> tuple[str, str, str, str]:
        """Title, this period, the one before, what changed (+3, -2, 持平); '' where nothing can be compared."""
        return self.head.head, self.head.shown(self.now), self.head.shown(self.was), self.more

    @property
    def more(self) -> str:
        if self.now is None or self.was is None:
            return ""
        change = Decimal(str(self.now)) - Decimal(str(self.was))
        if not change:
            return SAME
        value: Value = int(abs(change)) if isinstance(self.now, int) else f"{abs(change):f}"
        told = self.head.shown(value)
        if told.endswith("%"):  # the difference of two rates is no rate
            return f"{'升' if change > 0 else '降'} {told[:-1]} 个百分点"
        return f"{'+' if change > 0 else '-'}{told}"


@dataclass(frozen=True)
class Numbers:
    """What a report froze: every total by figure id, and its tables {by: ((row, values), …)} for the figures of its form.

    Days are ISO text, both inclusive; `head` is the journal line of the ledger they rest on, `border` the one that the
    report before ended with. `after` is what of them was recorded after that on a day it had covered, `late` what was
    recorded in the period of days before it, by figure id; both are in `total`. `basis` is not frozen.
    """

    since: str
    on: str
    head: int
    heads: Mapping[str, Heading]
    total: Mapping[str, Value]
    tables: Mapping[str, Sequence[tuple[str, Mapping[str, Value]]]] = field(default_factory=dict)
    border: int | None = None
    after: Mapping[str, int] = field(default_factory=dict)
    late: Mapping[str, int] = field(default_factory=dict)
    basis: Basis | None = field(default=None, compare=False, repr=False)

    def empty(self, key: str) -> bool:
        """Whether a figure is 0 or unknown."""
        value = self.total.get(key)
        return value is None or not Decimal(str(value))

    @property
    def moved(self) -> bool:
        """Whether any project or matter came, went or came back in the period."""
        return any(not self.empty(f"{key}{mark}") for key in MOVES for mark in MARKS)

    def as_json(self) -> dict[str, Any]:
        return {
            "since": self.since,
            "on": self.on,
            "head": self.head,
            "border": self.border,
            "after": dict(self.after),
            **({"late": dict(self.late)} if self.late else {}),
            "heads": {key: head.head for key, head in self.heads.items()},
            "total": dict(self.total),
            "tables": {by: _packed(rows) for by, rows in self.tables.items()},
        }


def dump(now: Numbers, was: Numbers | None, said: Mapping[str, str] | None = None) -> str:
    """What is frozen: the numbers, those they were compared with, and `said`, words that no locked field holds.

    Raises Problem E_TOO_LONG where that is more than the register holds.
    """
    told = now.as_json() | ({"was": {**was.as_json(), "tables": {}, "heads": {}}} if was else {})
    told |= {"said": dict(said)} if said else {}
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    if len(text) > LONGEST:
        text = PACKED + base64.b64encode(zlib.compress(text.encode(), 9)).decode()
    if len(text) > LONGEST:
        raise Problem(
            "E_TOO_LONG", f"这份报告的数字太多，报送登记放不下（{len(text):,} 个字符，最多 {LONGEST:,}）；"
            "请先把写法不同的单位名称统一，再报送", field="figures",
        )  # fmt: skip
    return text


def said(text: str) -> Mapping[str, str]:
    """The words that were frozen beside the numbers."""
    found: Mapping[str, str] = _read(text).get("said", {}) if text else {}
    return found


def _read(text: str) -> dict[str, Any]:
    if text.startswith(PACKED):
        text = zlib.decompress(base64.b64decode(text.removeprefix(PACKED))).decode()
    told: dict[str, Any] = json.loads(text)
    return told


def load(text: str, heads: Mapping[str, Heading]) -> tuple[Numbers, Numbers | None]:
    """The numbers of a report as they were frozen, and those they were compared with."""
    told = _read(text)
    return _loaded(told, heads), _loaded(told["was"], heads) if "was" in told else None


def _loaded(told: Mapping[str, Any], heads: Mapping[str, Heading]) -> Numbers:
    tables = {
        by: [
            (name, dict(zip(table["figures"], values or [0] * len(table["figures"]), strict=True)))
            for name, values in table["rows"]
        ]
        for by, table in told["tables"].items()
    }
    return Numbers(
        told["since"], told["on"], told["head"], heads, told["total"], tables, told.get("border"), told.get("after", {}),
        told.get("late", {}),
    )  # fmt: skip


def _packed(rows: Sequence[tuple[str, Mapping[str, Value]]]) -> dict[str, Any]:
    """A table with its figures named once, those that say nothing left out, a row of zeros as []: what is frozen has to
    fit a cell of a workbook."""
    keys = [key for key in rows[0][1] if any(values[key] for _, values in rows)] if rows else []
    told = [[values[key] for key in keys] for _, values in rows]
    packed = [
        [name, [] if all(v == 0 for v in row) else row] for (name, _), row in zip(rows, told, strict=True)
    ]
    return {"figures": keys, "rows": packed}


def gather(
    office: Office,
    ledger_id: str,
    wanted: Sequence[str],
    *,
    since: dt.date | None,
    on: dt.date,
    by: Sequence[str] = (),
) -> Numbers:
    """The figures of a ledger for the days from `since` to `on`: all in total, those `wanted` by each of `by`.

    Of today too as a past day, so that lines dated later, when the clock went wrong, are left to their own day.
    """
    parts = {each: figures.of(office, ledger_id, on=on, since=since, by=(each,)) for each in by}
    whole = next(iter(parts.values()), None) or figures.of(office, ledger_id, on=on, since=since)
    return Numbers(
        since=since.isoformat() if since else "",
        on=on.isoformat(),
        head=whole.head,
        heads={head.id: head for head in whole.columns},
        total=dict(whole.total),
        tables={
            each: [(JOINT.join(row.key), {key: row.values.get(key) for key in wanted}) for row in part.rows]
            for each, part in parts.items()
        },
        basis=whole.basis,
    )


def compared(now: Numbers, was: Numbers | None, wanted: Sequence[str]) -> tuple[Told, ...]:
    """The figures `wanted`, each beside that of the period before."""
    return tuple(
        Told(now.heads[key], now.total.get(key), was.total.get(key) if was else None)
        for key in wanted
        if key in now.heads
    )


def spoken(now: Numbers, was: Numbers | None) -> dict[str, str]:
    """The words for a text: {open} 465, {open_was} 468, {open_more} 减少3."""
    words: dict[str, str] = {}
    for told in compared(now, was, tuple(now.heads)):
        name, dot, mark = told.head.id.partition(".")
        words[told.head.id] = told.head.shown(told.now)
        words[f"{name}_was{dot}{mark}"] = told.head.shown(told.was)
        words[f"{name}_more{dot}{mark}"] = told.more.replace("+", "增加").replace("-", "减少") or UNKNOWN
    return words


def faults(numbers: Numbers) -> tuple[str, ...]:
    """Where the numbers do not add up: 期初 + 新增 + 恢复 ≠ 在账 + 核减 + …, or the rows of a table are not its total."""
    found = []
    for mark, who in zip(MARKS, ("项目", "事项"), strict=True):
        got = {key: int(numbers.total.get(f"{key}{mark}") or 0) for key in (*FLOWS_IN, *FLOWS_OUT)}
        if sum(got[key] for key in FLOWS_IN) != sum(got[key] for key in FLOWS_OUT):
            found.append(f"{who}的数字对不上（期初＋新增＋恢复≠在账＋核减＋开工＋移除＋更正）")
    for by, rows in numbers.tables.items():
        total = int(numbers.total.get("open") or 0)
        parts = sum(int(values.get("open") or 0) for _, values in rows)
        if by == "unit" and rows and "open" in rows[0][1] and parts != total:
            found.append(f"各单位在账相加是 {parts:,}，合计是 {total:,}")
    return tuple(found)


def gaps(now: Numbers, was: Numbers | None) -> tuple[str, ...]:
    """Where what stands at the beginning is not what the report before ended with: it went on after that was sent."""
    found = []
    for mark, who in zip(MARKS, ("项目", "事项"), strict=True):
        ended, begins = (
            int(was.total.get(f"open{mark}") or 0) if was else 0,
            int(now.total.get(f"base{mark}") or 0),
        )
        if was is not None and ended != begins:
            found.append(f"{who}：上期报的在账是 {ended:,}，本期期初是 {begins:,}，上期报出以后当天又有登记")
    return tuple(found)

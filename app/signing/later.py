"""The 签后变动表: what happened to a ledger after a signed print, one line for each cell or event (decision 8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from app.engine import calling, wire
from app.engine.calling import PLAIN
from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from app.listing import pages
from app.office import Office
from app.page import Column, Listed
from app.proof import replay
from app.values import masking
from app.words import wording
from app.words.report_words import Words
from app.words.templates import Loaded
from models.schema import entry as entry_table

TITLE = "签后变动表"
LONGEST = 60
"""Characters of a value on the table; the whole text stands in 操作记录."""
NOTHING = "（空）"
COLUMNS = (
    Column("no", "台账编号", width=30),
    Column("name", "项目名称", width=40),
    Column("what", "栏目/事项", width=24),
    Column("old", "原", width=30),
    Column("new", "现", width=30),
    Column("why", "依据/原因", width=40),
    Column("second", "第二人", width=12, align="center"),
    Column("on", "日期", width=18, align="center"),
)
_KINDS = {"approved": "办结{}", "started": "{}核出", "removed": "{}", "corrected": "{}出账"}
_OWN_WORDS = {"close": "", "start": "", "remove": "已提出{removed}，等各处确认", "reopen": "恢复{open}", "pause": "停表",
              "resume": "恢复计时", "exclude": "{excluded}"}  # fmt: skip
"""Deeds whose cells the program writes itself: they are told as the deed, with its reason, not cell by cell."""
_REASONS = ("doc_no", "basis", "evidence", "reason", "detail", "conclusion")


@dataclass(frozen=True)
class Moved:
    """One line of the table, in words: `on` as 2022年8月22日, an empty value as （空）."""

    no: str
    name: str
    what: str
    old: str
    new: str
    why: str
    second: str
    on: str

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.no, self.name, self.what, self.old, self.new, self.why, self.second, self.on)


@dataclass
class _Change:
    """One event or cell of a row; a cell that moves again keeps what was there first."""

    what: str
    old: str
    new: str
    why: str
    second: str
    on: str
    cell: bool = False
    first: Any = None
    last: Any = None


@dataclass
class _Row:
    """What happened to one row: cells by (item code, field), events by their order."""

    told: dict[Any, _Change] = field(default_factory=dict)


def changes_since(connection: Connection, line: LedgerLine, seq: int, upto: int | None = None) -> list[Moved]:
    """Every cell and event after journal line `seq` (to line `upto`), row by row; a cell changed back is no change."""
    found: dict[str, _Row] = {}
    for row in replay.lines(connection, line.stream, seq, upto):
        body = msgspec.json.decode(row["body"]) if row["body"] else {}
        if {"new", "cells", "items", "events", "standing"} & body.keys():
            _follow(line, found.setdefault(row["subject"], _Row()), row, body)
    e = entry_table.c
    rows = connection.execute(select(e.id, e.no, e.name).where(e.ledger_id == line.id)) if found else ()
    names = {i: (no, masking.mask_in(name or "")) for i, no, name in rows if i in found}
    return [
        Moved(
            *names.get(entry, ("", entry)),
            one.what,
            one.old,
            one.new,
            one.why,
            one.second,
            pages.day_words(one.on),
        )
        for entry, row in found.items()
        for one in row.told.values()
        if not one.cell or one.first != one.last
    ]


def after(office: Office, ledger_id: str, seq: int) -> list[Moved]:
    """`changes_since` for a screen."""
    with office.read() as connection:
        return changes_since(connection, ledgers.line_of(connection, ledger_id), seq)


def listed(found: list[Moved], beside: str = "", words: Words = PLAIN) -> Listed:
    """The table as it is printed; `beside` says since when, `words` are those of the ledger."""
    return Listed(TITLE, beside, columns(words), tuple(one.texts for one in found))


def columns(words: Words = PLAIN) -> tuple[Column, ...]:
    """The heads of the table in the ledger's own words."""
    own = {"name": f"{words.row}名称", "what": f"栏目/{words.item}"}
    return tuple(replace(column, title=own.get(column.key, column.title)) for column in COLUMNS)


def _follow(line: LedgerLine, row: _Row, deed: Any, body: dict[str, Any]) -> None:
    """Take one line of the journal in: its birth, its events, or the cells the clerk wrote."""
    facts: dict[str, Any] = {}
    for one in (*(event.get("facts", {}) for event in body.get("events", ())), body.get("facts", {})):
        facts |= {key: value for key, value in one.items() if value}
    on, words = deed["on"], line.loaded.t.words
    why, second, verb = _why(facts, deed["verb"]), str(facts.get("second", "")), deed["verb"]

    def tell(what: str, old: str, new: str) -> None:
        row.told[len(row.told), what] = _Change(what, old, new, why, second, on)

    if "new" in body:
        tell(words.row, "", "补录")
        return
    for kind, titles in _events(line.loaded, body).items():
        tell("、".join(titles), "" if kind in ("added", "restored") else words.open, _kind(words, kind))
    if verb in _OWN_WORDS:
        if not body.get("events") and (own := _OWN_WORDS[verb].format(**msgspec.structs.asdict(words))):
            tell("、".join(_titles(line.loaded, body)) or words.row, words.open, own)
        return
    for code, key, title, old, new, shown in _cells(line.loaded, body):
        was = row.told.get((code, key))
        first = was.first if was else old
        whys = "；".join(dict.fromkeys(t for t in (was.why if was else "", why) if t))
        row.told[code, key] = _Change(title, _short(shown(first)), _short(shown(new)), whys,
                                      second or (was.second if was else ""), on, True, first, new)  # fmt: skip


def _kind(words: Words, kind: str) -> str:
    """办结核减, 开工核出; in the words of another ledger 办结销号."""
    if kind in _KINDS:
        return _KINDS[kind].format(calling.flow(words, kind))
    return f"恢复{words.open}" if kind == "restored" else "新增"


def _why(facts: dict[str, Any], verb: str) -> str:
    """更正：录入错误; of a closing its document, of a removal its reason and finding."""
    words = list(dict.fromkeys(masking.mask_in(str(facts[key])) for key in _REASONS if facts.get(key)))
    said = "，".join(words)
    return f"更正：{said}" if verb == "correct" else said


def _events(loaded: Loaded, body: dict[str, Any]) -> dict[str, list[str]]:
    """{kind: what left or came, the project before its matters}; one deed tells each kind once."""
    found: dict[str, list[str]] = {}
    for event in sorted(body.get("events", ()), key=lambda e: bool(e.get("item"))):
        title = loaded.preset_of(event["item"]).title if event.get("item") else loaded.t.words.row
        found.setdefault(event["kind"], []).append(title)
    return found


def _titles(loaded: Loaded, body: dict[str, Any]) -> Iterator[str]:
    return (loaded.preset_of(code).title for code in body.get("items", {}))


def _cells(loaded: Loaded, body: dict[str, Any]) -> Iterator[tuple[str, str, str, Any, Any, Any]]:
    """(item code, field, title, old, new, how it is shown) of what a line wrote."""
    was = body.get("was", {})
    parts = [("", body.get("cells", {}), was.get("cells", {}))]
    parts += [(code, new, was.get("items", {}).get(code, {})) for code, new in body.get("items", {}).items()]
    for code, new, old in parts:
        fields = loaded.item_fields if code else loaded.fields
        before = wire.from_wire(loaded, old, item=bool(code))
        for key, value in wire.from_wire(loaded, new, item=bool(code)).items():
            known = fields.get(key)
            if known is not None and known.need != "auto":
                title = f"{loaded.preset_of(code).title}{known.title}" if code else known.title
                yield code, key, title, before.get(key), value, lambda v, f=known: pages.worded(loaded, f, v)


def _short(text: str) -> str:
    one = wording.one_line(text)
    return f"{one[:LONGEST]}…" if len(one) > LONGEST else one or NOTHING

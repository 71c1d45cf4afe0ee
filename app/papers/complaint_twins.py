"""Complaints that may be one: asked about while one is entered, never refused and never joined (SB 四(四))."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.engine import entering
from app.engine.rows import UNCOUNTED
from app.ledger import ledgers, row_numbers, serving
from app.ledger.ledgers import LedgerLine
from app.listing import lights
from app.office import Office
from app.problem import Problem
from app.values import likeness
from app.words import wording
from models.schema import entry as entry_table

NEAR = 60.0
"""Out of 100, as rapidfuzz counts: what one caller says of one thing twice is put in other words, so less than names need."""
MOST = 5
_SHORT = 2
_DIGIT = re.compile(r"\D")


@dataclass(frozen=True)
class Twin:
    """A complaint of the register that may be the same; `why` says what speaks for it."""

    entry_id: str
    no: str
    order_no: str
    name: str
    dept: str
    called_on: str
    stage: str
    why: str


def likely(office: Office, texts: Mapping[str, str], but: str = "") -> tuple[Twin, ...]:
    """What the register holds already that a complaint of these texts may be, at most MOST, the surest first.

    The same 工单号; the same caller or number with similar words; the same project while the first is within its clock:
    the new call came no later than the day by which the first has to be answered. `but` is the id of the row itself.
    Unreadable texts count for nothing, so that half a form may be asked about. () without a register.
    """
    register = serving.found(office, "complaints")
    if not register:
        return ()
    with office.read() as connection:
        line = ledgers.line_of(connection, register)
        t = entry_table.c
        query = select(t.id, t.no, t.name, t.stage, t.cells).where(
            t.ledger_id == register, t.standing.not_in(UNCOUNTED)
        )
        rows = connection.execute(query.order_by(t.number.desc())).all()
    new = _read(line, texts)
    new.setdefault("called_on", office.today().isoformat())
    found = []
    for row in rows:
        cells = {**(row.cells or {}), "name": row.name or ""}
        if row.id != but and (told := _why(office, line, new, cells)):
            found.append((told[0], _twin(row, cells, told[1])))
    return tuple(twin for _, twin in sorted(found, key=lambda each: each[0]))[:MOST]


def refuse_unasked(office: Office, ledger_id: str, texts: Mapping[str, str]) -> None:
    """Raise Problem E_CONFIRM (`rows`: the numbers) where a complaint may be there already and nobody said that it is another."""
    found = likely(office, texts) if ledger_id == serving.found(office, "complaints") else ()
    if found:
        told = "；".join(f"{one.no}“{one.name}”——{one.why}" for one in found)
        said = f"可能已经登记过：{told}。还没有写入；确实是另一件，请加 --yes 再做一次"
        raise Problem("E_CONFIRM", said, rows=[one.no for one in found])


def limit_words(office: Office, ledger_id: str, texts: Mapping[str, str]) -> str:
    """By which day a complaint of these texts is to be answered, and what is left; '' while that is not known."""
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
    new = _read(line, texts)
    day = _limit(office, line, new)
    if not day:
        return ""
    left = lights.remaining(office, day)
    if new.get("answer_by"):
        return f"答复时限 {day}（{left}）。"
    return f"没写答复时限：按5个工作日提醒，到 {day}（{left}）；考核列“未定时限”。"


def _why(
    office: Office, line: LedgerLine, new: Mapping[str, Any], old: Mapping[str, Any]
) -> tuple[int, str] | None:
    """(how sure, in words); None where nothing speaks for it."""
    if (order := wording.key(str(new.get("order_no") or ""))) and order == wording.key(
        str(old.get("order_no") or "")
    ):
        return 0, "工单号相同"
    same = _caller(new, old)
    if same and _alike(new, old):
        return 1, f"{same}相同，内容相近"
    about = row_numbers.split(str(new.get("about") or ""))
    before = row_numbers.split(str(old.get("about") or ""))
    if not about[0] or about[0] != before[0] or (about[1] and before[1] and about[1] != before[1]):
        return None
    limit = _limit(office, line, old)
    if limit and str(old.get("called_on") or "") <= str(new["called_on"]) <= limit:
        return 2, "同一个项目，上一件还在答复时限内"
    return None


def _caller(new: Mapping[str, Any], old: Mapping[str, Any]) -> str:
    """What of the caller is the same: the number rules, the name where one of them left no number."""
    numbers = [_DIGIT.sub("", str(each.get("caller_tel") or "")) for each in (new, old)]
    if all(numbers):
        return "来电号码" if numbers[0] == numbers[1] else ""
    names = [wording.key(str(each.get("caller") or "")) for each in (new, old)]
    return "投诉人" if names[0] and names[0] == names[1] else ""


def _alike(new: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    from rapidfuzz import fuzz  # noqa: PLC0415 - slow to load, and only a new complaint asks for it

    pairs = ((str(new.get(key) or ""), str(old.get(key) or "")) for key in ("name", "content"))
    return any(
        min(len(one), len(other)) >= _SHORT
        and not likeness.contrary(one, other)
        and fuzz.ratio(wording.key(one), wording.key(other)) >= NEAR
        for one, other in pairs
    )


def _limit(office: Office, line: LedgerLine, old: Mapping[str, Any]) -> str:
    """The day by which a complaint is to be answered (ISO): that of the order, else by the clock; '' where unknown."""
    days = next((clock.workdays for clock in line.loaded.t.clocks if clock.workdays), 0)
    if old.get("answer_by") or not old.get("called_on") or not days:
        return str(old.get("answer_by") or "")
    called = str(old["called_on"])
    try:
        return office.calendar().add(dt.date.fromisoformat(called), days).isoformat()
    except Problem:  # a year without its calendar yet
        return ""


def _read(line: LedgerLine, texts: Mapping[str, str]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, text in texts.items():
        try:
            out |= {k: v for k, v in entering.changes_of(line.loaded, {key: text}).items() if v is not None}
        except Problem:
            continue
    return out


def _twin(row: Any, cells: Mapping[str, Any], why: str) -> Twin:
    told = {key: str(cells.get(key) or "") for key in ("order_no", "dept", "called_on")}
    return Twin(
        row.id,
        row.no,
        told["order_no"],
        row.name or row.no,
        told["dept"],
        told["called_on"],
        row.stage or "",
        why,
    )

"""Check rounds of an own ledger: which departments have a part in it, what was pushed to whom, what came back.

Rounds live in the ledger's journal alone (旗方案 四(一)): the few lines about them are read through an index.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, func, select

from app.change import Change
from app.engine import remains
from app.ids import new_id
from app.journals.writing import Write
from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.values import dates
from app.words import own_part, wording
from app.words.template_words import CheckRound
from models import rare_lines
from models.schema import entry as entry_table
from models.schema import item as item_table
from models.schema import outbox as outbox_table

UNSENT, SENT, RETURNED, CONTESTED = "未发", "已发", "已回", "有异议"
OWN = "本单位办"
BUNDLE, WORKBOOK = "bundle", "xlsx"
NOT_NEEDED = "不需办"
SHORT = re.compile(r"(\d{1,2})[-./](\d{1,2})")


@dataclass(frozen=True)
class Push:
    """One time a part went out: the line up to which the ledger was read, the mark of its workbook or the bundle, and
    the office that answers for it (`name`: or who it went to). `out` is its row in the outbox; one that is not
    `written` stands there as 没写到盘上."""

    upto: int
    on: str
    medium: str
    mark: str = ""
    bundle: str = ""
    office: str = ""
    name: str = ""
    sheet: str = ""
    written: bool = True

    @property
    def out(self) -> str:
        return self.bundle or self.sheet


@dataclass(frozen=True)
class Part:
    """The part of one department in a round. `pushes`: every time a file was made for it, `sent` those that are on a
    stick.

    `rows` projects and `items` matters as they are now, or as they were sent; days are ISO, '' when not yet. `own`:
    the department is this office itself.
    """

    dept: str
    rows: int = 0
    items: int = 0
    office: str = ""
    office_name: str = ""
    medium: str = ""
    sent_on: str = ""
    returned_on: str = ""
    contested: int = 0
    added: int = 0
    pushes: tuple[Push, ...] = ()
    answered: bool = False
    """Whether it came back after it was last sent, by the order of the lines: clocks are set back (decision 18)."""
    own: bool = False

    @property
    def sent(self) -> tuple[Push, ...]:
        return tuple(push for push in self.pushes if push.written)

    @property
    def upto(self) -> int:
        """Up to which line of the ledger it was last sent, 0 when it was not."""
        return self.sent[-1].upto if self.sent else 0

    @property
    def unwritten(self) -> str:
        """The row in the outbox of what was made last, while it is not on a stick; else ''."""
        return self.pushes[-1].out if self.pushes and not self.pushes[-1].written else ""

    @property
    def state(self) -> str:
        """未发 / 已发 / 已回 / 有异议; 本单位办 where nobody is asked."""
        if self.returned_on and self.answered:
            return CONTESTED if self.contested else RETURNED
        return SENT if self.sent_on else OWN if self.own else UNSENT

    def waiting(self, today: dt.date) -> int:
        """Days since it was sent, while nothing came back; calendar days."""
        return max(0, (today - dt.date.fromisoformat(self.sent_on)).days) if self.state == SENT else 0


@dataclass(frozen=True)
class Round:
    """One round of a ledger; `due` is the day by which answers are wanted, '' when none was set."""

    id: str
    ledger: str
    number: int
    on: str
    due: str = ""
    note: str = ""
    open: bool = True
    parts: tuple[Part, ...] = ()

    def part(self, dept: str) -> Part | None:
        return next((p for p in self.parts if wording.key(p.dept) == wording.key(dept)), None)


def rule_of(line: LedgerLine) -> CheckRound:
    """How the ledger's template says rounds go. Raises Problem E_NO_ROUND when it knows none."""
    rule = line.loaded.t.round
    if rule is None or line.loaded.t.items is None:
        raise Problem("E_NO_ROUND", f"《{line.title}》这类台账没有部门核查", ledger=line.id)
    return rule


class _Merged(Struct, frozen=True):
    """One merging of a department's return, as far as the board counts it."""

    on: str = ""
    contested: int = 0
    added: int = 0
    seq: int = 0


def begin(office: Office, ledger_id: str, *, due: str = "", note: str = "") -> Change:
    """Open the next round of an own ledger (推送，旗方案 四(一)). Raises E_FOREIGN, E_NO_ROUND, E_ROUND_OPEN, E_NO_PARTS."""
    day = _day(due, office.today().year) if due else ""
    with office.write("开始部门核查") as work:
        line = ledgers.line_of(work.connection, ledger_id)
        ledgers.refuse_foreign(line)
        ledgers.refuse_part(line)
        rule_of(line)
        past = in_(work.connection, line)
        if past and past[-1].open:
            raise Problem(
                "E_ROUND_OPEN", f"第 {past[-1].number} 轮核查还没有结束，请先收齐或结束它", round=past[-1].id
            )
        found = parts_now(work.connection, line)
        if not found:
            raise Problem("E_NO_PARTS", f"《{line.title}》里没有需要各部门核查的事项，请先导入清单或录入项目")
        number, id_ = len(past) + 1, new_id()
        told = {"number": number, "due": day, "note": wording.clean(note)}
        work.line(line.id, "round", id_, 1, {"round": told})
    until = f"，请各部门 {dates.shown(dt.date.fromisoformat(day))} 前回传" if day else ""
    return Change(
        f"已开始第 {number} 轮核查，涉及 {len(found):,} 个部门{until}",
        frozenset({ledger_id}), id_, {"round": id_, "number": number, "parts": len(found)},
    )  # fmt: skip


def _day(text: str, year: int) -> str:
    """A day by which answers are wanted, as ISO text; 8.25 is one of this year. Raises Problem E_DATE."""
    short = SHORT.fullmatch(wording.half_width(text).strip())
    return dates.read(f"{year}-{short[1]}-{short[2]}" if short else text, year=year).on.isoformat()


def close(office: Office, ledger_id: str, *, reason: str = "") -> Change:
    """End the running round. With departments that have not answered a reason is wanted. Raises E_NO_ROUND, E_REASON."""
    with office.write("结束部门核查") as work:
        line = ledgers.line_of(work.connection, ledger_id)
        ledgers.refuse_foreign(line)
        now = running(work.connection, line)
        waiting = [p.dept for p in now.parts if p.state in (SENT, UNSENT)]
        said = wording.clean(reason)
        if waiting and not said:
            raise Problem(
                "E_REASON", f"还有 {len(waiting):,} 个部门没有回传（{'、'.join(waiting[:5])}），要结束请写明原因",
                field="reason", depts=waiting,
            )  # fmt: skip
        work.line(
            line.id, "round", now.id, 2, {"round": {"closed": True, "reason": said, "waiting": waiting}}
        )
    return Change(f"第 {now.number} 轮核查已结束", frozenset({ledger_id}), now.id)


def push(work: Write, line: LedgerLine, now: Round, part: Part, told: Mapping[str, Any]) -> int:
    """Journal that a part went out, `told` beside what the part says of itself; returns the line's seq."""
    body = {
        "dept": part.dept, "rows": part.rows, "items": part.items, "office": part.office,
        "office_name": part.office_name, "medium": part.medium, **told,
    }  # fmt: skip
    return work.line(line.id, "push", now.id, len(part.pushes) + 1, {"push": body})


def board(office: Office, ledger_id: str) -> Round | None:
    """The last round with the state of every part; None when there was none yet."""
    with office.read() as connection:
        rounds = in_(connection, ledgers.line_of(connection, ledger_id))
    return rounds[-1] if rounds else None


def running(connection: Connection, line: LedgerLine) -> Round:
    """The round that is open. Raises Problem E_NO_ROUND."""
    rounds = in_(connection, line)
    if not rounds or not rounds[-1].open:
        raise Problem("E_NO_ROUND", f"《{line.title}》没有正在进行的核查，请先开始一轮", ledger=line.id)
    return rounds[-1]


def in_(connection: Connection, line: LedgerLine) -> list[Round]:
    """Every round of the ledger in order, inside a transaction."""
    found: dict[str, Round] = {}
    sent: dict[str, dict[str, Part]] = {}
    merged: dict[tuple[str, str], dict[str, _Merged]] = {}
    built = _built(connection, line)
    for row, body in told(connection, line.stream):
        if "round" in body and "number" in body["round"]:
            r = body["round"]
            found[row.subject] = Round(row.subject, line.id, r["number"], row.on, r["due"], r["note"])
            sent[row.subject] = {}
        elif row.subject not in found and ("round" in body or "push" in body):
            continue  # a line of a received journal about a round nobody began
        elif "round" in body:
            found[row.subject] = replace(found[row.subject], open=False)
        elif "push" in body:
            _sent(sent[row.subject], row, body["push"], built)
        elif "merge" in body and body["merge"].get("round") in found:
            dept = body["merge"].get("dept", "")
            standing = merged.setdefault((body["merge"]["round"], dept), {})
            _returned(sent[body["merge"]["round"]], dept, standing, row, body["merge"])
    if not found:
        return []
    last = next(reversed(found))
    here = {p.dept: p for p in parts_now(connection, line)} if line.own else {}
    for id_, round_ in found.items():
        known = sent[id_] | {d: _as_now(p, here) for d, p in sent[id_].items() if not p.sent}
        fresh = [p for d, p in here.items() if d not in known] if id_ == last and round_.open else []
        mine = own_part.of(connection, here) if id_ == last else frozenset()
        parts = [replace(p, own=p.dept in mine) for p in (*known.values(), *fresh)]
        parts.sort(key=lambda p: p.dept)
        found[id_] = replace(round_, parts=tuple(parts))
    return list(found.values())


def parts_now(connection: Connection, line: LedgerLine) -> list[Part]:
    """The departments that have matters in the ledger as it stands, with how many; 不需办 matters ask nobody."""
    e, i = entry_table.c, item_table.c
    rows = connection.execute(
        select(i.dept, func.count(i.entry_id.distinct()).label("rows"), func.count().label("items"))
        .join(entry_table, e.id == i.entry_id)
        .where(
            e.ledger_id == line.id, e.standing.in_(("open", "complete")), i.state != NOT_NEEDED, i.dept != ""
        )
        .group_by(i.dept)
        .order_by(i.dept)
    )
    return [Part(r.dept, r.rows, r.items) for r in rows]


def told(connection: Connection, stream: str) -> Iterator[tuple[Any, dict[str, Any]]]:
    """(row, body) of the lines about rounds, mergings and remarks in a stream."""
    left = remains.of_stream(connection, stream)
    for row in connection.execute(rare_lines.query(stream)):
        body = left.body(row._mapping)
        if body is not None:
            yield row, body


def _as_now(part: Part, here: Mapping[str, Part]) -> Part:
    """Of a part that never reached a stick: the projects and matters it would have now."""
    now = here.get(part.dept, part)
    return replace(part, rows=now.rows, items=now.items)


def _built(connection: Connection, line: LedgerLine) -> frozenset[str]:
    """What was made for departments of this ledger and is not on a stick (没写到盘上)."""
    t = outbox_table.c
    query = select(t.bundle_id).where(t.ledger_id == line.id, t.kind == ledgers.CHECK, t.state == "built")
    return frozenset(connection.scalars(query))


def _sent(parts: dict[str, Part], row: Any, told: Mapping[str, Any], built: Collection[str]) -> None:
    before = parts.get(told["dept"], Part(told["dept"]))
    push = Push(
        told["upto"], row.on, told["medium"], told.get("mark", ""), told.get("bundle", ""), told["office"],
        told["office_name"], told.get("sheet", ""),
    )  # fmt: skip
    if push.out in built:
        parts[told["dept"]] = replace(before, pushes=(*before.pushes, replace(push, written=False)))
        return
    parts[told["dept"]] = replace(
        before, rows=told["rows"], items=told["items"], office=told["office"], office_name=told["office_name"],
        medium=told["medium"], sent_on=row.on, pushes=(*before.pushes, push), answered=False,
    )  # fmt: skip


def _returned(
    parts: dict[str, Part], dept: str, standing: dict[str, _Merged], row: Any, told: Mapping[str, Any]
) -> None:
    """What came back is counted over all mergings that stand (`standing`, by id): a copy merged again adds nothing."""
    before = parts.get(dept)
    if before is None:
        return
    if told.get("withdrawn"):
        standing.pop(row.subject, None)
    else:
        added = told.get("added", 0) + told.get("joined", 0)
        standing[row.subject] = _Merged(row.on, told.get("contested", 0), added, row.seq)
    last = next(reversed(standing.values()), _Merged())
    parts[dept] = replace(
        before,
        returned_on=last.on,
        contested=last.contested,
        added=sum(one.added for one in standing.values()),
        answered=last.seq > before.upto,
    )

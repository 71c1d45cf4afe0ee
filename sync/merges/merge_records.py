"""The mergings of a ledger as its journal tells them, and what one keeps beside the rows it wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from app.checking.check_answers import CheckReturn
from app.engine import remains
from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.rounds import rounds
from models.schema import journal as journal_table
from sync.checking.joining import Arrival
from sync.comparing.merging import RowPlan

VALID, WITHDRAWN = "有效", "已撤回"
LEDGER = "ledger"
_MEDIA = {rounds.BUNDLE: "核查包", rounds.WORKBOOK: "核查表", LEDGER: "上报的台账"}
_LONGEST, _MOST_TEXTS = 500, 2_000
_ROW_ID = re.compile(r"[0-9a-f]{32}:\w*")


@dataclass(frozen=True)
class Record:
    """One merging of a ledger as the journal tells it. `first`..`last` are its lines, `told` what the deed said."""

    id: str
    on: str
    clerk: str
    office_name: str
    dept: str
    medium: str
    state: str
    first: int
    last: int
    told: Mapping[str, Any]

    @property
    def sender(self) -> str:
        """The department and the office that answered for it."""
        other = self.office_name not in ("", self.dept)
        return f"{self.dept}（{self.office_name}）" if self.dept and other else self.dept or self.office_name

    @property
    def about(self) -> str:
        number = self.told.get("number")
        which = f"第 {number} 轮核查" if number else ""
        late = "（后来又开了一轮）" if self.told.get("late") else ""
        unsigned = "" if self.told.get("signed", True) else "（没有签名，由经办人确认）"
        return f"{self.sender}{which}{late}的{_MEDIA.get(self.medium, self.medium)}{unsigned}"

    @property
    def gathered(self) -> bool:
        """Whether it took a lower office's ledger, not the return of a department."""
        return self.medium == LEDGER

    @property
    def counts(self) -> dict[str, int]:
        """Rows changed and added, cells decided, refused, contested matters, rows left out and not brought."""
        told = self.told
        numbers = {key: told.get(key, 0) for key in ("changed", "added", "lost", "contested")}
        numbers["lost"] += sum(len(row["cells"]) for row in told.get("closed", ()))
        return numbers | {key: len(told.get(key, ())) for key in ("refused", "left_out", "missing")}

    @property
    def counted(self) -> str:
        words = (
            ("changed", "更新 {} 行"), ("added", "新增 {} 行"), ("lost", "{} 个值没有采用"), ("refused", "拒收 {} 处"),
            ("contested", "{} 个事项有异议"), ("left_out", "补报未采用 {} 行"), ("missing", "没有带来 {} 行"),
        )  # fmt: skip
        said = "，".join(word.format(self.counts[key]) for key, word in words if self.counts[key])
        return said or "没有改动"

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id, "on": self.on, "clerk": self.clerk, "from": self.office_name, "dept": self.dept,
            "medium": self.medium, "round": self.told.get("number"), "state": self.state, "counts": self.counts,
        }  # fmt: skip


@dataclass(frozen=True)
class Wrote:
    """What taking a merging back would undo: cells of so many rows, and rows that came with it."""

    about: str
    on: str
    rows: int
    cells: int
    added: int


def beside(arrival: Arrival, left_out: Sequence[str], closed: Iterable[RowPlan]) -> dict[str, Any]:
    """What the journal line of a merging keeps that no row's own line does: how far the return had come (`upto` of its
    `stream`: order is seq, decision 18), values for rows that are `closed` here, added rows turned down, and what a
    workbook held that could not be placed or read, or stood in locked cells."""
    out: dict[str, Any] = {"upto": arrival.upto, "stream": arrival.stream} if arrival.stream else {}
    values = [
        {"row": row.id, "cells": [[d.code, d.field, d.theirs] for d in row.differences]} for row in closed
    ]
    if values:
        out["closed"] = values
    if left_out:
        out["turned_down"] = [
            {"row": i, "name": arrival.added[i].name, "reason": arrival.reasons.get(i, "")} for i in left_out
        ]
    if arrival.read is not None:
        out |= {"sheet": sheet(arrival.read), "digest": arrival.digest}
    return out


def sheet(read: CheckReturn) -> dict[str, Any]:
    """What a workbook held that nobody took: rows not placed, cells not read or locked, dates that were guessed, words
    beside the list; rows that did not come."""
    return {
        "file": read.file,
        "missing": [list(key) for key in read.missing],
        "unplaced": [
            {"row": u.row, "reason": u.reason, "text": _joined(u.texts), **_of(u.sheet)}
            for u in read.unplaced[:_MOST_TEXTS]
        ],
        "unread": [
            {"row": f.row, "title": f.title, "reason": f.text, "text": f.raw[:_LONGEST], **_of(f.sheet)}
            for f in read.faults[:_MOST_TEXTS]
        ],
        "locked": [
            {
                "row": t.row,
                "title": t.title,
                "old": t.old[:_LONGEST],
                "text": t.new[:_LONGEST],
                **_of(t.sheet),
            }
            for t in read.touched[:_MOST_TEXTS]
        ],
        "guessed": [
            {
                "row": g.row,
                "title": g.title,
                "text": g.raw[:_LONGEST],
                "read": g.value,
                "cell": [*g.key, g.field],
                **_of(g.sheet),
            }
            for g in read.guesses[:_MOST_TEXTS]
        ],
        "noted": [
            {"row": n.row, "title": n.title, "text": n.text[:_LONGEST], **_of(n.sheet)}
            for n in read.asides[:_MOST_TEXTS]
        ],
    }


def _of(sheet: str) -> dict[str, str]:
    """Which sheet it stands on, where several were read."""
    return {"sheet": sheet} if sheet else {}


def _joined(texts: Sequence[str]) -> str:
    """The cells of a row in one line, without the hidden row id."""
    return "；".join(text for text in texts if text and not _ROW_ID.fullmatch(text.strip()))[:_LONGEST]


def records(office: Office, ledger_id: str) -> list[Record]:
    """Every merging into the ledger, oldest first, those taken back among them."""
    with office.read() as connection:
        return list(in_(connection, ledgers.line_of(connection, ledger_id)))


def in_(connection: Connection, line: LedgerLine) -> Iterator[Record]:
    """The same inside a transaction."""
    told = [(row, body["merge"]) for row, body in rounds.told(connection, line.stream) if "merge" in body]
    back = {row.subject for row, body in told if body.get("withdrawn")}
    for row, body in told:
        if not body.get("withdrawn"):
            yield Record(
                row.subject, row.on, row.clerk, str(body.get("office_name", "")), str(body.get("dept", "")),
                str(body.get("medium", "")), WITHDRAWN if row.subject in back else VALID, body["first"], row.seq, body,
            )  # fmt: skip


def bodies(connection: Connection, line: LedgerLine, one: Record) -> Iterator[tuple[str, dict[str, Any]]]:
    """(row id, body) of the lines that this merging wrote, in order."""
    t = journal_table.c
    left = remains.of_stream(connection, line.stream)
    query = select(journal_table).where(
        t.stream == line.stream, t.seq >= one.first, t.seq < one.last, t.verb.in_(("merged", "add"))
    )
    for row in connection.execute(query.order_by(t.seq)).mappings():
        body = left.body(row)
        if body is not None and body.get("facts", {}).get("merge", one.id) == one.id:
            yield row["subject"], body


def wrote(office: Office, ledger_id: str, merge_id: str) -> Wrote | None:
    """What one merging wrote, None when there is no such merging."""
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        one = next((r for r in in_(connection, line) if r.id == merge_id), None)
        if one is None:
            return None
        told = list(bodies(connection, line, one))
    added = sum("new" in body for _, body in told)
    cells = [
        len(body.get("cells", {})) + sum(len(item) for item in body.get("items", {}).values())
        for _, body in told
        if "new" not in body
    ]
    return Wrote(one.about, one.on, sum(1 for number in cells if number), sum(cells), added)

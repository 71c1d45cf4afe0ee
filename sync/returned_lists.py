"""A workbook that a department without the program filled in, as an arrival to be merged by the same rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from app import ledgers, pushing, rounds, wire
from app.check_answers import AddedRow, CheckReturn
from app.ids import derived
from app.imports import check_return
from app.imports.check_reading import Returned
from app.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.rounds import Part, Push, Round
from models.schema import entry as entry_table
from sync import joining
from sync.joining import Arrival
from sync.merging import HEAD, Parts, Row

Found = tuple[LedgerLine, Round, Part, Push]


def arrival(
    connection: Connection, office: Office, back: Returned, answers: Mapping[str, Any] | None = None
) -> Arrival:
    """The returned list compared-ready. `answers` say what marks mean (decision 13).

    Raises Problem E_NOT_A_CHECKLIST, E_FOREIGN_RETURN, E_OTHER_LIST and those of `check_return.judge`.
    """
    line, now, part, push = _sent_as(connection, back)
    ids = joining.listed(connection, line)
    sent = list(pushing.pushed_then(connection, line, ids, part.dept, push.upto).values())
    sheet = pushing.sheet_of(office, line, now, part, sent)
    read = check_return.judge(back, line.loaded, sheet, answers=answers)
    rows = _rows(line, read)
    added, reasons = _added(connection, line, now, part, read, rows)
    late = now.id != rounds.in_(connection, line)[-1].id
    return Arrival(
        line, now, part, part.office, part.office_name or part.dept, rounds.WORKBOOK, push.mark, False, rows,
        joining.exchanged(connection, line, now, part, rows, push.upto, copy=True), added, reasons, late, read,
    )  # fmt: skip


def _sent_as(connection: Connection, back: Returned) -> Found:
    """Which list of which round it is: by its hidden mark, else by the code a person can read on it."""
    code = back.mark.code if back.mark else back.code
    for line in ledgers.lines_in(connection):
        if not line.own or line.loaded.t.round is None:
            continue
        for now in rounds.in_(connection, line):
            for part in now.parts:
                for push in part.pushes:
                    if push.mark and push.mark == code:
                        return line, now, part, push
    if back.mark is not None:
        raise Problem(
            "E_FOREIGN_RETURN", f"“{back.file}”是{back.mark.office}发给{back.mark.dept}的核查表，不是本单位推送的，没有合并",
            mark=code,
        )  # fmt: skip
    raise Problem(
        "E_NOT_A_CHECKLIST",
        f"“{back.file}”不是本单位发出的核查表（{back.mark_lost}），没有合并",
        file=back.file,
    )


def _rows(line: LedgerLine, read: CheckReturn) -> dict[str, Row]:
    """Rows by entry; a cell that could not be read stays out, and is named among the faults."""
    rule = rounds.rule_of(line)
    parts: dict[str, dict[str, dict[str, Any]]] = {}
    for (entry, code), values in read.answers.items():
        good = {k: v for k, v in values.items() if not isinstance(v, Problem)}
        contest = read.contests.get((entry, code))
        if contest is not None and not isinstance(contest.kind, Problem):
            good |= {rule.contest: contest.kind, rule.reason: contest.reason or None}
        elif contest is None and read.contests_carried:
            good |= {rule.contest: None, rule.reason: None}
        parts.setdefault(entry, {})[code] = wire.to_wire(line.loaded, good, item=True)
    return {entry: Row(entry, "", found) for entry, found in parts.items()}


def _added(
    connection: Connection, line: LedgerLine, now: Round, part: Part, read: CheckReturn, rows: dict[str, Row]
) -> tuple[dict[str, Row], dict[str, str]]:
    """New projects by a stable id; a new matter of a project that is there goes into its row."""
    found: dict[str, Row] = {}
    reasons: dict[str, str] = {}
    for row in read.added:
        fills = {k: v for k, v in row.fills.items() if not isinstance(v, Problem)}
        if not row.code:
            continue
        cells = wire.to_wire(line.loaded, fills, item=True)
        if row.entry:
            known = rows.get(row.entry, Row(row.entry, "", {}))
            rows[row.entry] = Row(row.entry, "", {**known.parts, row.code: cells})
            continue
        id_ = _id_of(now, part, row)
        own = connection.scalar(
            select(entry_table.c.id).where(entry_table.c.ledger_id == line.id, entry_table.c.source == id_)
        )
        if own:
            rows[own] = Row(own, "", {row.code: cells})
        else:
            head = {k: v for k, v in row.cells.items() if not isinstance(v, Problem)}
            parts: Parts = {HEAD: wire.to_wire(line.loaded, head), row.code: cells}
            found[id_] = Row(id_, str(head.get("name", "")), parts)
            reasons[id_] = row.reason
    return found, reasons


def _id_of(now: Round, part: Part, row: AddedRow) -> str:
    return derived(now.id, f"{part.dept}{row.cells.get('name')}{row.code}")

"""A workbook that a department without the program filled in, as an arrival to be merged by the same rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from app.checking.check_answers import AddedRow, CheckReturn, Fault
from app.engine import wire
from app.ids import derived
from app.imports import check_return
from app.imports.check_reading import Returned
from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.rounds import pushing, rounds
from app.rounds.rounds import Part, Push, Round
from sync.checking import joining
from sync.checking.joining import Arrival
from sync.comparing import additions
from sync.comparing.merging import HEAD, Cells, Row
from sync.merges import merge_records

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
    added, reasons, doubled = _added(connection, line, now, part, read, rows)
    read = replace(read, faults=(*read.faults, *doubled)) if doubled else read
    found = joining.placed(connection, line, now, part, rows, added)
    late = now.id != rounds.in_(connection, line)[-1].id
    base, why = joining.copied(connection, line, now, part, found.rows, push.upto)
    return Arrival(
        line, now, part, part.office, part.office_name or part.dept, rounds.WORKBOOK, push.mark, False, found.rows, base,
        found.added, reasons, late, read, why=why, before=_before(connection, line, back),
        digest=back.digest, known=found.known,
    )  # fmt: skip


def _before(connection: Connection, line: LedgerLine, back: Returned) -> str:
    """The day on which a workbook with the very same cells was merged, '' when none was or it was taken back."""
    same = [
        one.on
        for one in merge_records.in_(connection, line)
        if one.state == merge_records.VALID and one.told.get("digest") == back.digest
    ]
    return same[-1] if same else ""


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
) -> tuple[dict[str, Row], dict[str, str], list[Fault]]:
    """New projects by a stable id, all their matters together; a new matter of a project that is there goes into its row.

    Beside them come the faults of lines that say of one matter what another line says otherwise.
    """
    found: dict[str, Row] = {}
    reasons: dict[str, str] = {}
    doubled: list[Fault] = []
    for row in (one for one in read.added if one.code and one.entry):
        known = rows.get(row.entry, Row(row.entry, "", {}))
        rows[row.entry] = Row(row.entry, "", {**known.parts, row.code: _fills(line, row)})
    groups = additions.grouped(one for one in read.added if one.code and not one.entry)
    by_id = {derived(now.id, f"{part.dept}{additions.named(group)}"): group for group in groups}
    made = joining.made_of(connection, line, list(by_id))
    for id_, group in by_id.items():
        parts, twice = _matters(line, group)
        doubled += twice
        if own := made.get(id_):
            rows[own] = Row(own, "", parts)
            continue
        head = _head(group)
        found[id_] = Row(id_, str(head.get("name", "")), {HEAD: wire.to_wire(line.loaded, head), **parts})
        reasons[id_] = "；".join(dict.fromkeys(row.reason for row in group if row.reason))
    return found, reasons, doubled


def _matters(line: LedgerLine, group: Sequence[AddedRow]) -> tuple[dict[str, Cells], list[Fault]]:
    """What a project's lines say of its matters; of two that say different things of one the second is a fault."""
    parts: dict[str, Cells] = {}
    lines: dict[str, AddedRow] = {}
    twice = []
    for row in group:
        cells = _fills(line, row)
        if cells == parts.setdefault(row.code, cells):
            lines.setdefault(row.code, row)
        else:
            twice.append(_twice(lines[row.code], row))
    return parts, twice


def _fills(line: LedgerLine, row: AddedRow) -> Cells:
    return wire.to_wire(line.loaded, _good(row.fills), item=True)


def _head(group: Sequence[AddedRow]) -> dict[str, Any]:
    """The project's cells, of each the first that says something."""
    head: dict[str, Any] = {}
    for row in group:
        head = {**_good(row.cells), **head}
    return head


def _good(cells: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in cells.items() if not isinstance(v, Problem)}


def _twice(first: AddedRow, row: AddedRow) -> Fault:
    said = f"第 {first.row}、{row.row} 行是同一个补报项目的同一个事项，却写得不一样，只用了第 {first.row} 行，请只留一行"
    return Fault(row.row, 0, "整行", "E_TWICE", said, str(row.fills.get("note") or "")[:200], row.sheet)

"""The acts of a route that are no signature: 政府研究 upon which the 全旗台账 seals, then 报送盟行署 (decision 10)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.change import Change
from app.ids import new_id
from app.journals.writing import Write
from app.ledger import attachments, deeds, ledgers, versions
from app.ledger.attachments import Kept
from app.ledger.ledgers import LedgerLine
from app.ledger.versions import ACT, Version
from app.office import Office
from app.problem import Problem
from app.words import wording
from app.words.template_words import Signoff, Step

_FLAGS = {"meeting": "会议名称", "date": "日期", "minutes_no": "纪要文号", "doc_no": "文号", "scan": "扫描件"}


def study(
    office: Office,
    ledger_id: str,
    *,
    meeting: str,
    on: str,
    minutes: str,
    scan: Path | None = None,
    version: int | None = None,
) -> Change:
    """Record that the government studied a printed version (政府研究): with it the ledger can be sealed.

    Recorded again before the seal, the last record counts. Raises Problem E_NO_STEP, E_SEALED, E_NO_PRINT, E_LACKING,
    E_FUTURE and those of the scan.
    """
    given = {"meeting": wording.one_line(meeting), "minutes_no": wording.one_line(minutes)}
    kept = attachments.keep(office, scan) if scan else None
    with office.write("登记政府研究") as work:
        line, route = _own(work, ledger_id)
        step = versions.step_of(route)
        if step is None:
            raise Problem("E_NO_STEP", f"《{line.title}》由签字确定，不用登记政府研究", ledger=line.id)
        if line.sealed:
            raise Problem("E_SEALED", f"《{line.title}》已经确定，不能再登记{step.title}")
        target = _printed(work, line, version)
        return _record(work, office, line, target, step, given, on, kept)


def report(office: Office, ledger_id: str, *, on: str, number: str = "", scan: Path | None = None) -> Change:
    """Record that the sealed version went up (报送盟行署): date and number.

    Raises Problem E_NO_STEP, E_NOT_SEALED, E_LACKING, E_FUTURE and those of the scan.
    """
    given = {"doc_no": wording.one_line(number)}
    kept = attachments.keep(office, scan) if scan else None
    with office.write("登记报送") as work:
        line, route = _own(work, ledger_id)
        after = versions.steps_after(route)
        if not after:
            raise Problem("E_NO_STEP", f"《{line.title}》没有规定确定以后的报送登记", ledger=line.id)
        target = next((v for v in versions.of_ledger(work.connection, line.id) if v.sealed), None)
        if target is None:
            raise Problem("E_NOT_SEALED", f"《{line.title}》还没有确定，确定以后再登记{after[0].title}")
        done = {act.title for act in target.acts}
        step = next((s for s in after if s.title not in done), after[-1])
        return _record(work, office, line, target, step, given, on, kept)


def _own(work: Write, ledger_id: str) -> tuple[LedgerLine, Signoff]:
    line = ledgers.line_of(work.connection, ledger_id)
    ledgers.refuse_foreign(line)
    ledgers.refuse_part(line)
    return line, versions.route_of(line)


def _printed(work: Write, line: LedgerLine, number: int | None) -> Version:
    known = versions.of_ledger(work.connection, line.id)
    if not known:
        raise Problem("E_NO_PRINT", f"《{line.title}》还没有打印过，请先打印再登记")
    found = next((v for v in known if number in (None, v.number)), None)
    if found is None:
        raise Problem("E_NO_PRINT", f"没有第{number}版，已打印到第{known[0].number}版", field="version")
    return found


def _record(
    work: Write,
    office: Office,
    line: LedgerLine,
    target: Version,
    step: Step,
    given: Mapping[str, str],
    on: str,
    kept: Kept | None,
) -> Change:
    day = deeds.day_of(office, on) if on.strip() else ""
    told = {**given, "date": day, "scan": kept.sha256 if kept else ""}
    lacking = [_FLAGS.get(need, need) for need in step.needs if not told.get(need)]
    if lacking:
        raise Problem(
            "E_LACKING", f"登记{step.title}还缺{'、'.join(lacking)}，请补上再登记", lacking=lacking,
            field=next(need for need in step.needs if not told.get(need)),
        )  # fmt: skip
    again = any(act.title == step.title for act in target.acts)
    row: dict[str, Any] = {"id": new_id(), "version_id": target.id, "title": step.title, "on": day}
    row |= {key: text for key, text in given.items() if text}
    if kept is not None:
        row["scan"] = kept.sha256
        attachments.file_with(work, line.id, kept, version_id=target.id, subject=target.id)
    work.line(line.id, ACT, target.id, 1, {"step": row})
    warning = f"；注意：日期早于打印日期 {target.on}，请核对" if day < target.on else ""
    ready = (
        "，可以确定台账了" if not line.sealed and not versions.lacking(line, target, (step.title,)) else ""
    )
    said = f"{target.label} 已登记{step.title}{'（更正前一次登记）' if again else ''}{ready}{warning}"
    return Change(
        said, frozenset({line.id}), target.id, {"version": target.number, "step": step.title, **row}
    )

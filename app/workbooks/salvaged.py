"""Everything of an office that was read in an emergency, as workbooks beside a report of what could not be read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.change import Change
from app.keeping.salvage import Salvaged
from app.ledger import ledgers
from app.office import Office
from app.problem import Problem
from app.storage import file_names, files
from app.workbooks.exporting import export_ledger

REPORT = "抢救报告.txt"


def write(office: Office, salvaged: Salvaged, out: Path, *, tell: Any = None) -> Change:
    """Write each ledger of `office` as a workbook into the folder `out`, made where it is lacking, and the report.

    A ledger that cannot be written does not stop the others and is named in the report. Raises Problem E_CANNOT_WRITE,
    E_DISK_FULL.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise files.refusal(out, error) from error
    made: list[str] = []
    failed: list[str] = []
    for line in _ledgers(office, failed):
        if tell is not None:
            tell(len(made), len(made) + 1)
        title = line.title if line.own else f"{line.title}（{line.origin}）"
        target = _free(out, title, made)
        try:
            export_ledger(office, line.id, target)
            made.append(target.name)
        except Problem as problem:
            if problem.code in ("E_DISK_FULL", "E_CANNOT_WRITE"):
                raise
            failed.append(f"{title}：{problem.text}")
    report = [*salvaged.report, "", *(f"已导出：{name}" for name in made), *(f"没有导出：{each}" for each in failed)]
    files.write_whole(out / REPORT, "\n".join(report).encode("utf-8-sig"))
    said = f"已{salvaged.said}，导出 {len(made):,} 本台账到 {out}，见{REPORT}"
    facts = {"folder": str(out), "files": made, "failed": failed, "report": str(out / REPORT)}
    return Change(said, facts={**facts, "rows": salvaged.rows, "lost": salvaged.lost, "lines": report})


def _ledgers(office: Office, failed: list[str]) -> Sequence[Any]:
    try:
        return ledgers.all(office)
    except Problem as problem:
        failed.append(problem.text)
        return []


def _free(out: Path, title: str, made: Sequence[str]) -> Path:
    stem = file_names.fitted(title, most=200)
    names = (f"{stem}.xlsx", *(f"{stem}-{n}.xlsx" for n in range(2, 1000)))
    return out / next(name for name in names if name not in made)

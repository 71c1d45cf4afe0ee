"""A half-month report of a banner: in its three formats, and its PDF alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.office import Office
from app.reports import report_sending, reporting
from app.reports.reporting import Draft
from benches.tasks.offices import opened

PERIOD = "2022-08B"


def pdf(folder: str, out: str) -> dict[str, Any]:
    """The numbers of the period, the text drafted from them, and the PDF."""
    target = Path(out) / "report.pdf"
    return _made(folder, lambda office, draft: report_sending.print_paper(office, draft, target))


def files(folder: str, out: str) -> dict[str, Any]:
    """The same with the workbook and the .docx."""
    return _made(folder, lambda office, draft: report_sending.write_files(office, draft, Path(out)))


def filed(folder: str, out: str) -> dict[str, Any]:
    """All that 生成并归档 does: three formats, frozen in the register with its numbers."""
    office, ledger = opened(folder)
    began = time.perf_counter()
    report_sending.send(office, ledger, PERIOD, early=True, out=Path(out))
    return {"seconds": time.perf_counter() - began}


def _made(folder: str, write: Callable[[Office, Draft], object]) -> dict[str, Any]:
    office, ledger = opened(folder)
    began = time.perf_counter()
    draft = reporting.draft(office, ledger, PERIOD)
    ready = time.perf_counter()
    write(office, draft)
    done = time.perf_counter()
    return {"seconds": done - began, "files": done - ready, "rows": len(draft.changed)}

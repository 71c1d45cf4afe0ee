"""A page as the file a clerk named: a workbook or a PDF, by what the name ends in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.exports.ledger_pdf import write_pdf
from app.exports.ledger_xlsx import write_page_xlsx
from app.exports.paper import PaperName
from app.page import Page


def write_page(page: Page, out: Path, *, paper: PaperName = "a4") -> dict[str, Any]:
    """`page` into `out`: .xlsx as a workbook, else PDF. Returns what a Change tells of it: `file`, of a PDF `pages`."""
    if out.suffix.lower() == ".xlsx":
        write_page_xlsx(page, out)
        return {"file": str(out)}
    return {"file": str(out), "pages": write_pdf(page, out, paper=paper).pages}

"""A ledger's page written as PDF, and the workbook of the same page for the peer."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from app.exports.ledger_pdf import write_pdf
from app.exports.ledger_xlsx import write_xlsx
from app.ledger import ledgers
from app.listing import pages
from app.page import FullSheet, Page
from benches.tasks.offices import opened


def pdf(folder: str, out: str) -> dict[str, Any]:
    """Print the ledger of the office; its reading is not timed, fonts and file are."""
    page = _page(folder)
    began = time.perf_counter()
    printed = write_pdf(page, Path(out))
    return {"seconds": time.perf_counter() - began, "pages": printed.pages, "rows": len(page.rows)}


def workbook(folder: str, out: str) -> dict[str, Any]:
    """The exported workbook's printed sheet alone: the peer need not convert the sheet 全部字段."""
    write_xlsx(_page(folder), FullSheet((), (), []), Path(out))
    return {}


def _page(folder: str) -> Page:
    office, ledger = opened(folder)
    with office.read() as connection:
        return pages.page(office, connection, ledgers.line_of(connection, ledger))

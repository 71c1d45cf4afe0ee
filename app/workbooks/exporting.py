"""The ledger as a workbook that looks like the print and reads back unchanged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.change import Change
from app.exports.ledger_xlsx import write_xlsx
from app.ledger import ledgers
from app.listing import pages
from app.office import Office
from app.storage import files
from app.values import masking


def export_ledger(office: Office, ledger_id: str, out: Path, *, tell: Any = None) -> Change:
    """Write the ledger to .xlsx: the printed sheet, and 全部字段 for re-import (decision 26)."""
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        page = pages.page(office, connection, line)
        full = pages.full_sheet(connection, line)
    files.write_whole(out, lambda part: write_xlsx(page, full, part, tell=tell))
    kept = masking.hidden(line.loaded)
    left = [f.title for f in line.loaded.t.fields if f.id in kept]
    facts = {"file": str(out), "rows": len(page.rows), "left_out": left}
    more = f"；{'、'.join(left)}只留在本单位，没有导出" if left else ""
    return Change(f"已导出 {len(page.rows):,} 行到 {out.name}{more}", frozenset(), ledger_id, facts)

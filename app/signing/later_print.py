"""The 签后变动表 alone on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from app.change import Change
from app.exports.ledger_pdf import write_pdf
from app.ledger import ledgers, versions
from app.ledger.versions import Version
from app.listing import pages
from app.office import Office
from app.page import Page
from app.problem import Problem
from app.signing import later


def base_of(known: list[Version]) -> Version | None:
    """The version the table counts from: the one that was sealed, before that the newest print."""
    return next((v for v in known if v.sealed), known[0] if known else None)


def print_later(office: Office, ledger_id: str, out: Path, *, paper: str = "a4", tell: Any = None) -> Change:
    """Print the table into `out`; it is no numbered version, nothing is recorded.

    Raises Problem E_NO_PRINT, E_NO_LATER and those of `ledger_pdf.write_pdf`; nothing is written then.
    """
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        base = base_of(versions.of_ledger(connection, ledger_id))
        if base is None:
            raise Problem("E_NO_PRINT", f"《{line.title}》还没有打印过，没有签后变动")
        found = later.changes_since(connection, line, base.seq)
    if not found:
        raise Problem("E_NO_LATER", f"{base.label} 以后没有变动，不用打印签后变动表")
    made = later.listed(found, words=line.loaded.t.words)
    roles = versions.route_of(line).roles if any(r.roles for r in line.loaded.t.signoffs) else ()
    page = Page(
        f"《{line.title}》{made.title}", f"单位：{line.unit}",
        f"自 {base.label}（{pages.day_words(base.on)}打印）至 {pages.chinese_day(office.today())}", f"共 {len(found):,} 处",
        made.columns, made.rows, signs=tuple(roles), unit=line.unit,
    )  # fmt: skip
    printed = write_pdf(page, out, paper=cast(Any, paper), tell=tell)
    facts = {"pages": printed.pages, "rows": len(found), "file": str(out)}
    return Change(f"已打印签后变动表：{len(found):,} 处，共 {printed.pages} 页", frozenset(), line.id, facts)

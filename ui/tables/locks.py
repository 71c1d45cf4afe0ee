"""Why a cell of the grid takes no typing, and what to do instead."""

from __future__ import annotations

from app.engine.freezing import refuse_frozen
from app.engine.rows import Held
from app.ledger.ledgers import LedgerLine
from app.problem import Problem
from ui.tables.columns import Column

DEEDS = "右键这一行，在“登记与更正”里办"
MATTERS = "由审批事项和日期算出；要改请按 F4，在表单的“审批事项”里改"
INSTEAD = {
    "light": MATTERS, "left": MATTERS, "stage": MATTERS, "due": MATTERS, "holder": MATTERS, "waiting": MATTERS,
    "n_open": MATTERS, "standing": f"随登记改变；{DEEDS}", "status": f"随登记改变；{DEEDS}",
    "files": "是附件的份数；要加附件请按 F4，到表单的“附件”页", "no": "由程序编号，不用填", "ledger_no": "由程序编号，不用填",
}  # fmt: skip


def sealed_locks(ledger: LedgerLine) -> dict[str, str]:
    """{field id: why not, and which deed instead} of what no typing changes in a sealed ledger (decision 7)."""
    if not ledger.sealed:
        return {}
    found = {}
    for key in ledger.loaded.fields:
        try:
            refuse_frozen(ledger.loaded, Held("", 0, "", {}, {}), Held("", 0, "", {key: "?"}, {}))
        except Problem as problem:
            found[key] = f"{problem.text}。{DEEDS}"
    return found


def why_computed(column: Column) -> str:
    """Why a column is never typed into; '' for one that is."""
    if column.editable:
        return ""
    if column.veiled:
        return f"“{column.title}”不在表里显示；要看、要改请右键这一行，在“登记与更正”里选“看投诉人”"
    if column.key in INSTEAD:
        return f"“{column.title}”{INSTEAD[column.key]}"
    if column.field is None and column.key.startswith("M"):
        return f"“{column.title}”的办理情况请按 F4，在表单的“审批事项”里填"
    if column.field is not None and column.field.need != "auto":
        return f"“{column.title}”在表格里填不下，请按 F4 在表单里填"
    return f"“{column.title}”由程序算出，不用填"

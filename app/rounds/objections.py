"""异议: what departments objected to and nobody has answered yet, and the answers (旗方案 四(一))."""

from __future__ import annotations

from sqlalchemy import func, select

from app.change import Change
from app.ledger import entries, ledgers
from app.office import Office
from app.problem import Problem
from app.rounds import rounds
from app.words import wording
from models.schema import entry as entry_table
from models.schema import item as item_table


def unanswered(office: Office, ledger_id: str) -> dict[str, int]:
    """{department: matters with an objection that stands} in an own ledger. Raises Problem E_NO_ROUND."""
    i, e = item_table.c, entry_table.c
    with office.read() as connection:
        rule = rounds.rule_of(ledgers.line_of(connection, ledger_id))
        objected = func.coalesce(i.cells[rule.contest].as_string(), "")
        rows = connection.execute(
            select(i.dept, func.count())
            .join(entry_table, e.id == i.entry_id)
            .where(e.ledger_id == ledger_id, e.standing.in_(("open", "complete")), objected != "")
            .group_by(i.dept)
        )
        return {dept: number for dept, number in rows}


def pass_on(office: Office, ledger_id: str, entry_id: str, item: str, dept: str) -> Change:
    """Give the matter to another department, which settles its objection (非本部门).

    Raises Problem E_REQUIRED and those of `entries.amend`.
    """
    rule = rounds.rule_of(ledgers.get(office, ledger_id))
    to = wording.clean(dept)
    if not to:
        raise Problem("E_REQUIRED", "请写明改归哪个部门办理", field=rule.dept)
    cells = {rule.dept: to, rule.contest: "", rule.reason: ""}
    return entries.amend(office, entry_id, {}, {item: cells})


def uphold(office: Office, ledger_id: str, entry_id: str, item: str) -> Change:
    """Leave the matter as it is: the objection is taken off, its department goes on with it."""
    rule = rounds.rule_of(ledgers.get(office, ledger_id))
    return entries.amend(office, entry_id, {}, {item: {rule.contest: "", rule.reason: ""}})

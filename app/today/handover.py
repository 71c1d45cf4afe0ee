"""工作交接: all that is open when a clerk leaves, as a sheet to be signed; that it was handed over stands in the record."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from msgspec import structs
from sqlalchemy import Connection, false, literal, or_, select

from app.change import Change
from app.exports import handover_pdf, ledger_pdf
from app.exports.handover_pdf import HandoverSheet, Open
from app.keeping import backup, second_place
from app.ledger import handover_records, kept_cells, kept_drafts, ledgers
from app.ledger.ledgers import LedgerLine
from app.listing import lights
from app.listing.pages import day_words
from app.office import Office
from app.people import clerks
from app.problem import Problem
from app.rounds.awaited import GIVEN_BACK, MERGE, RECEIPT, REMARK, REST, RETURN
from app.storage import files
from app.today import at_hand, statistics
from app.today.statistics import Today, Todo
from app.values import masking
from app.words import wording
from models.schema import entry as entry_table
from models.schema import item as item_table

PROMISED = "promised_on"
MINE, OTHERS, PROMISE, DRAFT = "本人的时限", "在走的时限", "对方答应的事", "没有保存的草稿"
PARTS = {
    RECEIPT: "没有回执的包", GIVEN_BACK: "被退回的包", MERGE: "收下没有合并", RETURN: "核查没有回传", REMARK: "批注没有答复",
    REST: "有错没入账的",
    at_hand.SIGN: "在走签字", at_hand.SEAL: "签齐没有确定", at_hand.REPORT: "要报送的", at_hand.DATE: "计划节点",
}  # fmt: skip
MOST_OTHERS = 100
"""Limits of others on the sheet, the soonest; those of who leaves are listed whole."""
_EVERY = 10**9
_NEVER = "9999-12-31"


@dataclass(frozen=True)
class Leaving:
    """Who hands over to whom. `drafts`, what else was begun, are named by the window, `keys` by the parts that send."""

    to: str
    by: str = ""
    witness: str = ""
    drafts: tuple[str, ...] = ()
    keys: str = ""


def hand_over(office: Office, leaving: Leaving, out: Path, tell: Any = None) -> Change:
    """Print the sheet into `out` (PDF), keep it among the office's files and write who handed over to whom.

    Without `by` it is who is at the desk. Facts: `parts` {kind: how many}, `file`.
    Raises Problem E_BLANK, E_SAME_PERSON and those of printing; nothing is written then.
    """
    leaving = _named(office, leaving)
    rows, foot = _rows(office, leaving)
    parts = Counter(row.part for row in rows)
    sheet = HandoverSheet(
        office.name, day_words(office.today().isoformat()), leaving.by, leaving.to, leaving.witness, rows, foot
    )
    told = {"by": leaving.by, "to": leaving.to, "witness": leaving.witness, "rows": len(rows), "parts": dict(parts)}

    def fill(part: Path) -> None:
        ledger_pdf.write_pdf(handover_pdf.page_of(sheet), part, paper="a4", tell=tell)
        with office.write("工作交接") as work:
            handover_records.record(work, part, out.name, told)

    files.write_whole(out, fill)
    said = f"工作交接单已写好：{leaving.by}交给{leaving.to}，共 {len(rows):,} 项，请打印签字"
    return Change(said, facts={"file": str(out), "parts": dict(parts)})


def _named(office: Office, leaving: Leaving) -> Leaving:
    by, to, witness = (wording.one_line(name) for name in (leaving.by or office.clerk, leaving.to, leaving.witness))
    if not to:
        raise Problem("E_BLANK", "请写明接交人，交给谁", field="to")
    if len({by, to, witness}) < 3:
        raise Problem("E_SAME_PERSON", "移交人、接交人、监交人要是不同的人，请核对姓名", field="to")
    return replace(leaving, by=by, to=to, witness=witness)


def _rows(office: Office, leaving: Leaving) -> tuple[list[Open], tuple[str, ...]]:
    """What is open, those of who leaves first, and the sentences below the table."""
    now = statistics.today_list(office)
    known = clerks.known(office, leaving.by)
    names = {known.name, *known.former} if known else {leaving.by}
    mine, others = _limits(office, names)
    promises = [t for t in (*mine, *others) if t.field == PROMISED]
    own = [_limit(MINE, t) for t in mine if t.field != PROMISED]
    rest = [_limit(OTHERS, t) for t in others if t.field != PROMISED]
    rows = own + [_limit(PROMISE, t) for t in promises] + _waiting(now)
    rows += [Open(DRAFT, masking.mask_in(name), "") for name in (*_typed(office), *leaving.drafts)]
    more = len(rest) - MOST_OTHERS
    foot = [f"另有 {more:,} 项在走的时限没有列出，见项目台账。"] if more > 0 else []
    foot += [f"密钥：{leaving.keys}。"] if leaving.keys else []
    return rows + rest[:MOST_OTHERS], (*foot, f"备份：{_backups(office)}。")


def _limits(office: Office, names: Collection[str]) -> tuple[list[Todo], list[Todo]]:
    """Every limit that runs: where the row or the matter names one of `names`, and the others; the soonest first."""
    far = structs.replace(lights.days(office), soon=_NEVER)
    mine: list[Todo] = []
    others: list[Todo] = []
    with office.read() as connection:
        for line in ledgers.lines_in(connection):
            if line.own:
                found = statistics.limits(office, connection, line, far, _EVERY)
                named = _naming(connection, line, names)
                for todo in found:
                    whose = named & {(todo.entry_id, ""), (todo.entry_id, todo.item)}
                    (mine if whose else others).append(todo)
    return sorted(mine, key=lambda t: t.due), sorted(others, key=lambda t: t.due)


def _naming(connection: Connection, line: LedgerLine, names: Collection[str]) -> set[tuple[str, str]]:
    """(row, matter) of what is open and names one of these people; the matter '' where the row itself does."""
    e, i = entry_table.c, item_table.c
    own = [e.cells[f.id].as_string().in_(names) for f in line.loaded.t.fields if f.kind == "person"]
    inner = [i.cells[key].as_string().in_(names) for key, f in line.loaded.item_fields.items() if f.kind == "person"]
    rows = select(e.id, literal("")).where(e.ledger_id == line.id, e.standing == "open", or_(false(), *own))
    matters = select(i.entry_id, i.code).where(i.ledger_id == line.id, i.standing == "open", or_(false(), *inner))
    return {(entry, code) for query in (rows, matters) for entry, code in connection.execute(query)}


def _limit(part: str, todo: Todo) -> Open:
    what = f"{masking.mask_in(todo.name)}：{todo.what}"
    return Open(part, what, todo.unit, "", f"{todo.due} {todo.light_text}".strip())


def _waiting(now: Today) -> list[Open]:
    """Packages, rounds, prints with whom they lie and who has still to sign, reports."""
    unsigned = {paper.label: "还差" + "、".join(paper.left) for paper in now.papers if paper.left}
    return [
        Open(
            PARTS[one.kind],
            "，".join(filter(None, (masking.mask_in(one.what), unsigned.get(one.key, "") if one.kind == at_hand.SIGN else ""))),
            one.who,
            one.since,
            one.due,
        )
        for one in at_hand.at_hand(now)
    ]  # fmt: skip


def _typed(office: Office) -> Iterator[str]:
    """What was typed in forms and cells and is not in the ledgers yet."""
    for line in ledgers.all(office):
        if line.own:
            yield from (f"《{line.title}》“{draft.name}”的表单" for draft in kept_drafts.of(office, line.id))
            red = len(kept_cells.of(office, line.id))
            if red:
                yield f"《{line.title}》标红没有入账的 {red:,} 格"


def _backups(office: Office) -> str:
    """When the last one was made and where they lie."""
    made = [path for path in backup.known(office.folder) if path.suffix == ".zip"]
    if not made:
        return "还没有备份过，移交前请先备份"
    newest = max(made, key=lambda path: path.stat().st_mtime)
    on = dt.date.fromtimestamp(newest.stat().st_mtime)
    other = second_place.find(office.folder)
    return f"最近一次 {on}，{newest.name}" + (f"；另一份放在 {other}" if other else "；没有设别处的备份")

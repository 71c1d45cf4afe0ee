"""Whether anything was built on what is to be taken back: a later line that wrote the same cells, or other contents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from app.engine import played, wire
from app.engine.rows import Cells, Held, ItemRows
from app.journals.heard import Span
from app.ledger.ledgers import LedgerLine
from app.problem import Problem
from models.schema import journal as journal_table

GONE = "deleted"
Body = dict[str, Any]


def refuse_rewritten(
    connection: Connection, line: LedgerLine, held: Held, bodies: Sequence[Body], span: Span
) -> None:
    """Refuse cells of a row that a later line wrote, be it with the same text. What was done since and taken back does
    not count, nor does its taking back.

    Raises Problem E_UNDO_LATER, E_UNDO_DONE where these lines are what was taken back.
    """
    t = journal_table.c
    later = select(t.seq, t.body).where(
        t.stream == line.stream, t.subject == held.id, t.seq > span.last, t.body.is_not(None)
    )
    undone: list[Sequence[int]] = []
    wrote: set[tuple[str, str]] = set()
    moved: set[str] = set()
    for seq, text in connection.execute(later.order_by(t.seq.desc())):
        body = msgspec.json.decode(text)
        if any(first <= seq <= last for first, last in undone):
            continue
        told = body.get("facts", {}).get("undoes")
        if told and told[0] > span.last:
            undone.append(told)
        elif told and told[0] <= span.first <= told[1]:
            raise _done(held)
        else:
            wrote |= _written(body)
            if not told:  # what an older step's taking back moved stands as before that step
                moved |= body.get("standings", {}).keys()
    if both := wrote & {at for body in bodies for at in _written(body)}:
        raise _later_words(line, held, *min(both))
    left = {code for code in moved if held.standings.get(code, "open") != "open"}
    if gone := left & {code for body in bodies for code in body.get("items", {})}:
        matter = line.loaded.preset_of(code := min(gone)).title
        said = f"“{held.name}”的{matter}后来已经离开在账，这一步不能撤销；要改请直接改"
        raise Problem("E_UNDO_LATER", said, rows=[held.no], entry=held.id, item=code)


def unfit(held: Held, fault: Problem) -> Problem:
    """What stood before does not fit what was written since, for the reason of `fault`."""
    said = f"“{held.name}”不能撤销成以前的内容：{fault.text}"
    facts = fault.facts | {"rows": [held.no], "entry": held.id}
    return Problem("E_UNDO_LATER", said, field=fault.field, **facts)


def refuse_other(line: LedgerLine, old: Held, new: Held, bodies: Sequence[Body]) -> None:
    """Refuse a row `old` that does not say what these lines left; `new` is what it said before them.

    Raises Problem E_UNDO_LATER, E_UNDO_DONE.
    """
    if (later := _later(line, old, bodies)) is None:
        return
    if (old.cells, old.items, old.standing) == (new.cells, new.items, new.standing):
        raise _done(old)
    raise _later_words(line, old, *later)


def _done(held: Held) -> Problem:
    said = f"“{held.name}”的这一步已经撤销过了"
    return Problem("E_UNDO_DONE", said, rows=[held.no], entry=held.id)


def _written(body: Body) -> set[tuple[str, str]]:
    """(matter, field) of the cells that a line wrote, ('', '') where it laid the row down or raised it."""
    found = {("", key) for key in body.get("cells", {})}
    found |= {(code, key) for code, cells in body.get("items", {}).items() for key in cells}
    laid = GONE in (body.get("standing"), body.get("was", {}).get("standing"))
    return found | {("", "")} if laid else found


def _later(line: LedgerLine, held: Held, bodies: Sequence[Body]) -> tuple[str, str] | None:
    """(matter, field) of the first cell that no longer says what these lines left; ('', '') where it is the row itself."""
    gone = False
    for body in bodies:
        standing = body.get("standing", body.get("new", {}).get("standing"))
        gone = gone if standing is None else standing == GONE
    if (held.standing == GONE) != gone:
        return "", ""
    cells, items = _left(line, held, bodies)
    others = ((code, key) for code, told in items.items() for key in told if _other(held.items.get(code, {}), told, key))
    return next((("", key) for key in cells if _other(held.cells, cells, key)), None) or next(others, None)


def _other(now: Cells, then: Cells, key: str) -> bool:
    return now.get(key) != then.get(key)


def _left(line: LedgerLine, held: Held, bodies: Sequence[Body]) -> tuple[Cells, ItemRows]:
    """What these lines left in the cells they wrote, and in those of the matters; of a row they added in every one."""
    if "new" in bodies[0]:
        born: Held | None = None
        for body in bodies:
            born = played.apply(line.loaded, born, held.id, 1, body)
        assert born is not None
        cells = dict.fromkeys(held.cells) | born.cells
        codes = held.items.keys() | born.items.keys()
        return cells, {c: dict.fromkeys(held.items.get(c, {})) | born.items.get(c, {}) for c in codes}
    cells, items = Cells(), ItemRows()
    for body in bodies:
        cells |= wire.from_wire(line.loaded, body.get("cells", {}))
        for code, told in body.get("items", {}).items():
            items[code] = items.get(code, {}) | wire.from_wire(line.loaded, told, item=True)
    return cells, items


def _later_words(line: LedgerLine, old: Held, code: str, key: str) -> Problem:
    facts: dict[str, Any] = {"rows": [old.no], "entry": old.id} | ({"item": code} if code else {})
    if not key:
        now = "已经删除，请先在回收站里放回" if old.standing == GONE else "已经放回"
        return Problem("E_UNDO_LATER", f"“{old.name}”后来{now}，这一步不能撤销", **facts)
    fields = line.loaded.item_fields if code else line.loaded.fields
    matter = f"{line.loaded.preset_of(code).title}的" if code else ""
    title = fields[key].title if key in fields else key
    said = f"“{old.name}”的{matter}“{title}”后来又改过，这一步不能撤销；要改请直接改"
    return Problem("E_UNDO_LATER", said, field=key, **facts)

"""A project that stands twice in a department's check list: the one it added, and the same one pushed to it since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy import Connection, func, select

from app.engine.rows import Held
from app.ledger.ledgers import LedgerLine
from app.problem import Problem
from app.rounds import pushing
from models.schema import journal as journal_table
from sync.checking import checking
from sync.comparing.merging import Parts, Row
from sync.contents.values import Cells


def one(
    connection: Connection,
    line: LedgerLine,
    mirror: LedgerLine,
    mine: str,
    twins: Sequence[Held],
    row_of: Callable[[LedgerLine, Held], Row],
    together: frozenset[str],
) -> Row:
    """The pushed and the added row of the own project `mine` as the one row they are.

    Raises Problem E_CONTENT for two of one kind.
    """
    pushed = [held for held in twins if held.source]
    own = [held for held in twins if not held.source]
    if len(pushed) != 1 or len(own) != 1:
        raise Problem("E_CONTENT", f"回传里有两行都是“{twins[-1].name}”的同一行，没有合并", row=mine)
    sent = checking.sent_before(connection, mirror, [pushed[0].id]).get(pushed[0].id, {})
    t = journal_table.c
    made = connection.scalar(select(func.min(t.seq)).where(t.stream == line.stream, t.subject == mine))
    first = pushing.as_of(connection, line, [mine], made or 0).get(mine)
    taken = row_of(line, first).parts if first else {}
    parts = laid(row_of(mirror, pushed[0]).parts, sent, row_of(mirror, own[0]).parts, taken, together)
    return Row(mine, pushed[0].name, parts)


def laid(pushed: Parts, sent: Parts, own: Parts, taken: Parts, together: frozenset[str]) -> dict[str, Cells]:
    """What was typed into the pushed row stands; where it still says what was `sent`, what was typed into the added
    one since it was `taken` in does. Fields that are one value (`together`) go as one."""
    found: dict[str, Cells] = {code: dict(own[code]) for code in own.keys() - pushed.keys() - taken.keys()}
    for code, cells in pushed.items():
        said = dict(cells)
        if code in own:
            for group in (together, *({key} for key in cells.keys() - together)):
                untouched = _same(cells, sent.get(code, {}), group)
                if untouched and not _same(own[code], taken.get(code, {}), group):
                    said |= {key: own[code].get(key) for key in group}
        found[code] = said
    return found


def _same(here: Mapping[str, object], there: Mapping[str, object], group: Iterable[str]) -> bool:
    return all(here.get(key) == there.get(key) for key in group)

"""What can be taken back, and what taking back did (decision 19)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from app.change import Change
from app.journals import heard
from app.journals.heard import Span

VERBS = frozenset((
    "add", "amend", "close", "start", "exclude", "remove", "reopen", "pause", "resume", "attach", "detach",
    "delete", "undelete", "undo", "redo",
))  # fmt: skip
"""The verbs of lines that can be taken back. What else there is has its own way back (撤回导入, 更正单…)."""
FINAL = frozenset((
    "E_UNDO_SENT", "E_UNDO_SIGNED", "E_UNDO_SEALED", "E_UNDO_LATER", "E_UNDO_DONE", "E_UNDO_KIND", "E_FROZEN",
    "E_FOREIGN",
))  # fmt: skip
"""The codes of what will not be taken back however long one waits."""


@dataclass(frozen=True)
class Undone(Change):
    """What was put back. `of` are the lines that were taken back, `spans` its own, by which it is itself taken back;
    `cells` (entry id, field id) as far as they are cells of a row, `gone` and `back` the ids of rows that became
    tombstones or are there again.
    """

    of: tuple[Span, ...] = ()
    spans: tuple[Span, ...] = ()
    again: bool = False
    cells: tuple[tuple[str, str], ...] = ()
    gone: tuple[str, ...] = ()
    back: tuple[str, ...] = ()


def undoable(verbs: Collection[str]) -> bool:
    """Whether a deed with lines of these verbs can be taken back as long as nothing was built on it."""
    return bool(verbs) and VERBS.issuperset(verbs) and heard.FINAL not in verbs

"""What matching says of a row: the entry it is, the row it repeats, what it resembles."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.imports.drafts import CellProblem, DraftRow
from app.values import kinds

Verdict = Literal["added", "updated", "skipped", "problem"]
Traits = tuple[str, str]
NO_TRAITS: Traits = ("", "")


@dataclass(frozen=True)
class Existing:
    """An entry as far as matching needs it."""

    id: str
    no: str
    name: str
    name_key: str = ""
    code_key: str = ""
    excluded: bool = False


@dataclass(frozen=True)
class LookAlike:
    """A new row whose name is close to an entry, or to the row `other_row` of the same file, that it is not."""

    row: int
    name: str
    entry_id: str
    no: str
    other: str
    likeness: int
    other_row: int = 0

    @property
    def where(self) -> str:
        """What it resembles, in words."""
        return f"前面第 {self.other_row} 行" if self.other_row else f"台账 {self.no}"


@dataclass(slots=True)
class Match:
    """What became of one row: `entry_id` where it is an entry already, `twin` the row it repeats.

    `why` it repeats that row, and in which targets it is `differing` all the same.
    """

    row: DraftRow
    name_key: str
    code_key: str
    entry_id: str = ""
    reason: str = ""
    twin: int = 0
    why: str = ""
    differing: tuple[str, ...] = ()
    problem: CellProblem | None = None

    @property
    def fresh(self) -> bool:
        return not self.entry_id and not self.twin and self.problem is None


def keyed(row: DraftRow) -> Match:
    """A row with the keys it is compared by."""
    code = row.cells.get("project_code")
    return Match(row, kinds.name_key(row.name), kinds.code_key(code) if code else "")


def traits(cells: Mapping[str, Any]) -> Traits:
    """(unit, 文号) as they are compared; '' where there is none."""
    return owner_key(cells), kinds.name_key(str(cells.get("approval_doc", "")))


def owner_key(cells: Mapping[str, Any]) -> str:
    return _key(str(cells.get("owner_org", "")))


_key = functools.lru_cache(maxsize=4096)(kinds.name_key)  # a list names few units, many times

"""The frozen page that the PDF and the workbook are made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from msgspec import Struct

Align = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Column:
    """One column: `width` is relative; columns with the same `group` stand under one merged head."""

    key: str
    title: str
    group: str = ""
    width: float = 20.0
    align: Align = "left"


class Mark(Struct, frozen=True):
    """What identifies a printed version: its number, 26 base32 characters of its 128-bit digest, `day` in words.

    The number carries the year the ledger was opened in, the day says when it was printed.
    """

    number: str
    code: str
    day: str = ""


class Listed(Struct, frozen=True):
    """A short table told before the sign lines, under its own head; `beside` is a sentence below the head."""

    title: str
    beside: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Page:
    """A ledger as it is printed. `rows` and `totals` hold one text per column.

    A group has one head: where its columns do not stand together, the longest run of them keeps it.

    `name_of_row` is the column whose text names a row in a Problem; `unit` is the author among the
    file's properties. `appendix` and `after` are told behind the rows; the sign lines stand below them.
    """

    title: str
    unit_line: str
    date_line: str
    measure_line: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[str, ...]]
    totals: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()
    signs: tuple[str, ...] = ("填报人", "审核人", "立项部门主要领导", "分管旗长")
    mark: Mark | None = None
    appendix: tuple[str, ...] = ()
    appendix_title: str = "缺项情况说明"
    after: tuple[Listed, ...] = ()
    name_of_row: int = 1
    unit: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", _one_head(self.columns))


def _one_head(columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns, a group told over one run of them only: two heads of one name look like two things."""
    runs = [(group, list(run)) for group, run in groupby(columns, key=lambda column: column.group)]
    longest: dict[str, int] = {}
    for place, (group, run) in enumerate(runs):
        if len(run) > len(runs[longest.setdefault(group, place)][1]):
            longest[group] = place
    return tuple(
        column if longest[group] == place else replace(column, group="")
        for place, (group, run) in enumerate(runs)
        for column in run
    )


@dataclass(frozen=True)
class FullSheet:
    """The sheet 全部字段: heads and texts that read back unchanged. `ids` are hidden row ids."""

    heads: tuple[str, ...]
    keys: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    ids: Sequence[str] = ()

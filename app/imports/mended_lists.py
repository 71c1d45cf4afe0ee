"""A list of errors that was mended in Excel, read again: what each cell is to be, by the row of the original list."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.imports.drafts import CellProblem, Draft, text_of
from app.imports.reading import Line, open_book
from app.problem import Problem

HEADS = ("原表行号", "项目名称", "栏目", "原表内容", "问题", "建议写法", "改为", "栏目编号", "原表核对码")
ROW, TO, TARGET, MARK = HEADS[0], HEADS[6], HEADS[7], HEADS[8]
LEAVE = "不导入"
MARK_LENGTH = 16
_FARTHEST_HEAD = 10


@dataclass(frozen=True)
class MendedCell:
    """What is to stand in one cell; `leave`: the whole row is not to come in."""

    row: int
    target: str
    text: str

    @property
    def leave(self) -> bool:
        return self.text == LEAVE


def lines(draft: Draft, problems: list[CellProblem]) -> list[tuple[str, ...]]:
    """The list of errors, its head first: a line a cell, 改为 left free for the clerk."""
    names = {row.row: row.name for row in draft.rows}
    mark = draft.sha256[:MARK_LENGTH]
    found = [
        (str(p.row), names.get(p.row, ""), p.head, p.raw, p.text, "、".join(p.near), "", p.field, mark)
        for p in problems
    ]
    return [HEADS, *found]


def read(file: Path, draft: Draft) -> list[MendedCell]:
    """What a person wrote into 改为, of cells and rows of this very list; lines left free say nothing.

    Raises the Problems of `reading.open_book`, E_ERRORS_HEAD (no such list), E_ERRORS_OTHER (that of another file).
    """
    with open_book(file) as book:
        every = list(book.lines(0))
    heads, body = _head(every, file)
    found = []
    for line in body:
        said = {head: text_of(line[at]).strip() for head, at in heads.items() if at < len(line)}
        row, text, target = said.get(ROW, ""), said.get(TO, ""), said.get(TARGET, "")
        if not row.isdigit() or not text:
            continue
        if said.get(MARK, "") != draft.sha256[:MARK_LENGTH]:
            raise Problem(
                "E_ERRORS_OTHER",
                f"“{file.name}”不是“{draft.file}”的错误清单（或“{MARK}”一列被改动），请选这个文件自己的错误清单",
                file=str(file),
            )
        found.append(MendedCell(int(row), target, text))
    return found


def _head(every: list[Line], file: Path) -> tuple[dict[str, int], list[Line]]:
    for at, line in enumerate(every[:_FARTHEST_HEAD]):
        heads = {text_of(cell).strip(): place for place, cell in enumerate(line) if place}
        if {ROW, TO, TARGET, MARK} <= heads.keys():
            return heads, every[at + 1 :]
    raise Problem(
        "E_ERRORS_HEAD",
        f"“{file.name}”不是另存的错误清单：找不到“{ROW}”“{TO}”“{TARGET}”“{MARK}”这几列，请用“另存错误清单”存的文件",
        file=str(file),
    )

"""What is wrong with a template's workbook: sheet, cell and plain words of each."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from app.problem import Problem

SHOWN = 5


@dataclass(frozen=True)
class CellFault:
    """One fault. `cell` such as `C5`, '' where it concerns the sheet, both '' where it concerns the file."""

    sheet: str
    cell: str
    said: str

    @property
    def where(self) -> str:
        return f"{self.sheet} 表 {self.cell}".strip() if self.sheet else "整个文件"


class Faults:
    """The faults met while a workbook is read, each once, in the order they were met."""

    def __init__(self) -> None:
        self.found: dict[CellFault, None] = {}

    def add(self, sheet: str, row: int, column: int, said: str) -> None:
        """`row` and `column` from 1; 0 where the fault is not one cell's."""
        cell = f"{letters(column)}{row}" if row and column else str(row) if row else ""
        self.found.setdefault(CellFault(sheet, cell, said))

    def also(self, sheet: str, row: int, column: int, said: str) -> None:
        """The same for what may follow from another fault: only where nothing is said of the cell yet."""
        cell = f"{letters(column)}{row}" if row and column else ""
        if not any((one.sheet, one.cell) == (sheet, cell) and cell for one in self.found):
            self.add(sheet, row, column, said)

    def refuse(self, name: str) -> None:
        """Raise Problem E_TEMPLATE_BOOK when there are any; fact `faults`: {sheet, cell, said} of each."""
        if not self.found:
            return
        every = sorted(self.found, key=_order)
        shown = "；".join(f"{one.where}：{one.said}" for one in every[:SHOWN])
        more = f"……共 {len(every):,} 处" if len(every) > SHOWN else ""
        raise Problem(
            "E_TEMPLATE_BOOK", f"“{name}”有 {len(every):,} 处要改：{shown}{more}",
            file=name, faults=[asdict(one) for one in every],
        )  # fmt: skip


def letters(column: int) -> str:
    """The letters of a column from 1: A, Z, AA."""
    out = ""
    while column > 0:
        column, place = divmod(column - 1, 26)
        out = chr(ord("A") + place) + out
    return out


def _order(one: CellFault) -> tuple[int, str, int, int, str]:
    """The head first, then fields and codes, then the others; row by row."""
    firsts = {"": 0, "settings": 1, "survey": 2, "choices": 3}
    column, digits = one.cell.rstrip("0123456789"), one.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return firsts.get(one.sheet, 4), one.sheet, int(digits or 0), len(column), column

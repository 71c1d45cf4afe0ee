"""What a cell of a ledger says of itself, role by role: text, tint, tip, why it is locked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from PySide6.QtCore import Qt

from app.listing.lists import Line, standing_shown
from app.problem import Problem
from ui.tables import roles
from ui.tables.columns import Column, edit_text, light_word
from ui.tables.locks import why_computed
from ui.tables.roles import Face

OUT = ("已核减", "已开工", "已移除", "已更正")
UNSAVED = "填的内容还没有保存"
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class Shown(Protocol):
    """The model that the cell stands in."""

    faults: dict[tuple[str, str], tuple[str, Problem]]
    locked: set[str]
    readonly: str
    locks: Mapping[str, str]

    def left_on(self, entry_id: str) -> str: ...


def _text(model: Shown, column: Column, line: Line) -> str:
    fault = model.faults.get((line.id, column.key))
    if fault:
        return fault[0]
    if column.light:
        return ""
    return column.shown(line)


def _edit(model: Shown, column: Column, line: Line) -> str:
    fault = model.faults.get((line.id, column.key))
    return fault[0] if fault else edit_text(column, line)


def _align(model: Shown, column: Column, line: Line) -> int | None:
    return RIGHT if column.right else None


def _tip(model: Shown, column: Column, line: Line) -> str | None:
    if fault := model.faults.get((line.id, column.key)):
        return fault[1].text
    if column.light and line.cause:
        return line.cause
    if column.key == "name" and line.id in model.locked:
        return f"{column.shown(line)}\n{UNSAVED}"
    if column.key in ("left", "stage", "standing", "status") and line.standing in OUT:
        return f"{model.left_on(line.id)} {standing_shown(line)}"
    text = column.shown(line)
    return text if len(text) > (6 if column.ended else 12) and not column.light else None


def _light(model: Shown, column: Column, line: Line) -> str | None:
    return line.light if column.light else None


def _tone(model: Shown, column: Column, line: Line) -> str | None:
    if (line.id, column.key) in model.faults:
        return "error"
    if column.key == "name" and line.id in model.locked:
        return "warn"
    if column.key == "left":
        return {"red": "red", "yellow": "amber"}.get(line.light)
    return "muted" if line.standing not in ("在账", "") else None


def _corner(model: Shown, column: Column, line: Line) -> bool:
    return (line.id, column.key) in model.faults


def _choices(model: Shown, column: Column, line: Line) -> list[str]:
    return list(column.choices)


def _key(model: Shown, column: Column, line: Line) -> str:
    return line.id


def _locked(model: Shown, column: Column, line: Line) -> str:
    if model.readonly:
        return model.readonly
    if line.id in model.locked:
        return "这一行在表单里有没保存的改动，请先在表单里保存（Ctrl+S）或撤销"
    return model.locks.get(column.key) or why_computed(column)


def _number(model: Shown, column: Column, line: Line) -> int | None:
    value = line.cells.get(column.key) if column.field and column.right else None
    return value if isinstance(value, int) and column.field and column.field.kind == "money" else None


def _spoken(model: Shown, column: Column, line: Line) -> str:
    said = light_word(column, line.light) if column.light else _text(model, column, line)
    waits = f"，{UNSAVED}" if column.key == "name" and line.id in model.locked else ""
    return f"{column.title} {said}{waits}"


def face(model: Shown, column: Column, line: Line) -> Face:
    """What the roles say of a cell that is only painted."""
    tone = _tone(model, column, line) or ""
    if column.light:
        return Face(tone=tone, light=line.light, word=light_word(column, line.light))
    fault = model.faults.get((line.id, column.key)) if model.faults else None
    text = fault[0] if fault else column.shown(line)
    return Face(text, tone, right=column.right, corner=fault is not None, ended=column.ended)


READERS: dict[int, Callable[[Shown, Column, Line], Any]] = {
    int(Qt.ItemDataRole.DisplayRole): _text,
    int(Qt.ItemDataRole.EditRole): _edit,
    int(Qt.ItemDataRole.TextAlignmentRole): _align,
    int(Qt.ItemDataRole.ToolTipRole): _tip,
    int(Qt.ItemDataRole.AccessibleTextRole): _spoken,
    int(roles.Light): _light,
    int(roles.LightWord): lambda _model, column, line: light_word(column, line.light) if column.light else None,
    int(roles.Tone): _tone,
    int(roles.Corner): _corner,
    int(roles.Choices): _choices,
    int(roles.Key): _key,
    int(roles.Locked): _locked,
    int(roles.Number): _number,
}

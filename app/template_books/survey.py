"""The words of the sheet `survey`: XLSForm's columns and types, and ours beside them."""

from __future__ import annotations

from collections.abc import Sequence

from app.template_books import values
from app.template_books.shapes import SCOPE, Column, plan
from app.templating.template_changes import KIND_WORDS
from app.words.template_words import Field
from app.words.templates import KINDS, Loaded

NEEDS = ("yes", "no", "create", "when", "auto")
NEED_OF = {"create": "create", "submit": "submit", "when": "when", "auto": "auto", "optional": "optional"}
_FIRST = (
    "type",
    "name",
    "label",
    SCOPE,
    "required",
    "relevant",
    "constraint",
    "constraint_message",
    "calculation",
    "hint",
)
"""The columns in the order they stand in; what the language has beside them follows."""
_SELECT = {"enum": "select_one", "enums": "select_multiple"}
TYPE_OF = {"int": "integer", "number": "decimal"}
"""Our kind -> XLSForm's type where they differ."""
KIND_OF = {
    **{kind: kind for kind in KINDS if kind not in _SELECT}, **{words: kind for kind, words in KIND_WORDS.items()},
    "integer": "int", "int": "int", "decimal": "number", "string": "text", "boolean": "bool", "acknowledge": "bool",
    "select_one": "enum", "select_multiple": "enums", "select1": "enum", "select": "enums",
}  # fmt: skip
"""XLSForm's type, or ours in Chinese -> our kind."""
NOT_KEPT = frozenset(
    "start end today deviceid username phonenumber email audit simserial subscriberid".split()
)
"""What XLSForm notes of the telephone and its holder; a ledger has its own record of who did what."""
LOOKS = frozenset(("appearance", "parameters", "required_message", "guidance_hint"))
"""Columns of XLSForm that only say how a question looks or what the telephone says of it."""
PRINT = "print"
"""A column of ours beside the fields': yes where the field is printed."""
NOTE, CALCULATE, BEGIN, END = "note", "calculate", "begin_group", "end_group"
STRANGE = {
    "begin_repeat": "本程序没有重复组；一个项目下的多件事请写成事项（scope 写 item，加 item.preset 表）",
    "end_repeat": "本程序没有重复组",
    "image": "照片不用栏目，直接附在行上", "file": "文件不用栏目，直接附在行上", "audio": "录音不用栏目，直接附在行上",
    "video": "录像不用栏目，直接附在行上", "time": "没有钟点这种栏目，请用 text", "datetime": "没有钟点这种栏目，请用 date",
    "geopoint": "没有坐标这种栏目，请用 text", "range": "请用 integer，并写 min 和 max",
}  # fmt: skip
"""Types of XLSForm that a ledger has no use for, and what to do."""


def columns() -> tuple[Column, ...]:
    """The columns of a field as the language has them."""
    return next(shape for shape in plan().shapes if shape.key == "field").columns


_OWN = [c.key for c in columns() if c.key not in _FIRST]
ORDER = (*_FIRST, *_OWN)


def types(loaded: Loaded) -> Sequence[str]:
    """What the drop-down of types offers."""
    plain = [TYPE_OF.get(kind, kind) for kind in KINDS if kind not in _SELECT]
    return [*plain[:12], *(f"select_one {codes.id}" for codes in loaded.t.codes[:12]), *plain[12:]]


def written(field: Field, scope: str) -> list[values.Cell]:
    """The cells of one field, by ORDER."""
    cells: dict[str, values.Cell] = {SCOPE: scope or None}
    for column in columns():
        cells[column.key] = values.written(getattr(field, column.names[0]), column.type, column.default)
    cells["type"] = (
        f"{_SELECT[field.kind]} {field.choices}"
        if field.kind in _SELECT
        else TYPE_OF.get(field.kind, field.kind)
    )
    if field.kind in _SELECT:
        cells["choices"] = None
    cells["required"] = {"submit": "yes", "optional": None}.get(field.need, field.need)
    return [cells.get(key) for key in ORDER]

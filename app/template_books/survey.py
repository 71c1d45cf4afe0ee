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
    "select_one": "enum", "select_multiple": "enums", "select1": "enum", "select": "enums", "rank": "enums",
    "select_one_external": "enum", "yes_no": "bool", "yesno": "bool", "trigger": "bool", "range": "int", "barcode": "text",
    "hidden": "text", "geopoint": "text", "geotrace": "text", "geoshape": "text", "time": "text", "datetime": "date",
    "文本": "text", "字符": "text", "单行文本": "text", "多行文本": "longtext", "长文本": "longtext", "单选题": "enum",
    "下拉": "enum", "选择": "enum", "多选题": "enums", "小数": "number", "数值": "number", "是/否": "bool", "手机": "phone",
    "手机号": "phone", "联系电话": "phone", "部门": "org", "人员": "person", "人名": "person", "日期时间": "date",
    "时间": "text", "坐标": "text", "位置": "text", "隐藏": "text", "范围": "int", "排序": "enums",
}  # fmt: skip
"""XLSForm's type, or ours in Chinese -> our kind."""
NOT_KEPT = frozenset(
    "start end today deviceid username phonenumber email audit simserial subscriberid start-geopoint background-audio".split()
)
"""What XLSForm notes of the telephone and its holder; a ledger has its own record of who did what."""
ATTACHED = frozenset(
    "image photo file audio video signature 图片 照片 文件 附件 录音 视频 录像 扫描件".split()
)
"""Files are attached to the row itself; a file that is required is asked for before signing."""
LESS = {
    "geopoint": "坐标记作文字", "geotrace": "坐标记作文字", "geoshape": "坐标记作文字", "坐标": "坐标记作文字",
    "time": "钟点记作文字",
    "时间": "钟点记作文字", "datetime": "只记到哪天", "日期时间": "只记到哪天",
    "rank": "只记选了哪些，不记先后", "排序": "只记选了哪些，不记先后",
}  # fmt: skip
"""Types of which a ledger keeps less than XLSForm, and what is said of it."""
LOOKS = frozenset(
    ("appearance", "parameters", "required_message", "guidance_hint", "repeat_count", "trigger", "read_only")
)
"""Columns of XLSForm that only say how a question looks or what the telephone says of it."""
PRINT, FILTER = "print", "choice_filter"
"""A column of ours beside the fields': yes where the field is printed. XLSForm's: which choices go with another's."""
NOTE, CALCULATE, BEGIN, END, BEGIN_REPEAT, END_REPEAT = (
    "note", "calculate", "begin_group", "end_group", "begin_repeat", "end_repeat",
)  # fmt: skip
MEANT = {
    "提示": NOTE, "说明": NOTE, "备注": NOTE, "注释": NOTE, "计算": CALCULATE, "公式": CALCULATE, "自动计算": CALCULATE,
    "开始分组": BEGIN, "分组开始": BEGIN, "分组": BEGIN, "结束分组": END, "分组结束": END,
    "开始重复": BEGIN_REPEAT, "重复开始": BEGIN_REPEAT, "结束重复": END_REPEAT, "重复结束": END_REPEAT, "repeat": BEGIN_REPEAT,
}  # fmt: skip
"""Other words for lines that are no fields."""
_FILE = "不能从文件里取选项，请把那份文件的各行抄进 choices 表，类型写“select_one 代码表编号”"
STRANGE = {
    "select_one_from_file": _FILE,
    "select_multiple_from_file": _FILE,
    "xml-external": _FILE,
    "csv-external": _FILE,
}
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

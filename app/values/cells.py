"""Reading the cell of each kind as it stands in a workbook or under a clerk's hands."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable
from typing import Any

import msgspec

from app.problem import Problem
from app.values import amounts, codes, dates, divisions
from app.words import wording
from app.words.templates import Code, CodeList, Field

Cell = str | int | float | dt.date | dt.datetime | bool | None
DIGITS_KEPT = 10**15
YES = frozenset("是 有 对 √ ✓ ✔ y yes true 1 t 已 需要 属于".split())
NO = frozenset("否 无 不 没有 × ✗ ✘ x n no false 0 f 未 不需要 不属于 非".split())
_FAILED = re.compile(
    r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|UNKNOWN!|GETTING_DATA|未计算)|Err:5\d\d"
)
UNSAVED = "#未计算"
"""How the reader shows a formula that the file keeps without its value."""
_PARTS = re.compile(r"[、,，;；\n|/]+")
_LOOSE = re.compile(r"(?:\(.*\)|制|类|型|状态|项目)$")


class Reading(msgspec.Struct, frozen=True):
    """A cell read: the value as stored, and how an unusual form was read."""

    value: Any
    note: str = ""


class Context(msgspec.Struct, frozen=True):
    """What a column says about its cells: the unit of its head, the year meant, the workbook's date base.

    `rounds`: an amount finer than 1 分, as formulas give it, is rounded with a note; typed, it is refused.
    `literal`: texts are our own and mean what they say, `/` and `1E5` too.
    """

    unit: str | None = None
    year: int | None = None
    base: int = 1900
    rounds: bool = False
    literal: bool = False


CellReader = Callable[[Field, CodeList | None, Cell, Context], Reading | None]


def failed(text: str) -> bool:
    """Whether a cell shows that its formula failed (`#N/A`, `#REF!`, `Err:502`)."""
    return text[:1] in ("#", "E") and _FAILED.fullmatch(text.strip()) is not None


def formula_error(title: str, text: str, field: str = "") -> Problem:
    said = f"{title}里是公式错误“{text}”，原表没有算出这一格，请按原件补上"
    if text == UNSAVED:
        said = f"{title}是公式，文件里没有存它算出的值，请用 Excel 或 WPS 打开另存一次再导入"
    return Problem("E_FORMULA_ERROR", said, field=field or None, raw=text)


def string_of(field: Field, cell: Cell) -> str:
    """The text of a cell, '' when empty or only a filler.

    Raises E_DIGITS_LOST for a damaged number, E_FORMULA_ERROR for a failed formula.
    """
    if isinstance(cell, str):
        text = wording.clean(cell)
        if failed(text):
            raise formula_error(field.title, text, field.id)
        return "" if len(text) < 8 and text in wording.FILLERS else text
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int | float):
        if not abs(cell) < DIGITS_KEPT:
            raise lost(field, cell)
        return str(int(cell)) if cell == int(cell) else amounts.plain(amounts.exact(cell))
    return cell.date().isoformat() if isinstance(cell, dt.datetime) else cell.isoformat()


def is_empty(field: Field, cell: Cell) -> bool:
    if isinstance(cell, str):
        return not cell or not string_of(field, cell)
    return cell is None


def lost(field: Field, cell: Cell) -> Problem:
    if isinstance(cell, str):
        said = f"{field.title}“{cell}”是科学计数的写法，看不出原来的每一位，请按原件写全"
    else:
        said = f"{field.title}：“{cell}”在 Excel 里存成了数字，末尾几位已丢失，请按原件重新填写"
    return Problem("E_DIGITS_LOST", said, field=field.id, raw=str(cell))


def _line(field: Field, cell: Cell) -> str:
    if isinstance(cell, str):
        text = wording.one_line(cell)
        if failed(text):
            raise formula_error(field.title, text, field.id)
        return "" if len(text) < 8 and text in wording.FILLERS else text
    return string_of(field, cell)


def _fit(field: Field, text: str) -> Reading | None:
    """`text` within the field's length and pattern."""
    if not text:
        return None
    if field.max is not None and len(text) > field.max:
        raise Problem(
            "E_VALUE",
            f"{field.title}最多 {field.max} 个字，现有 {len(text):,} 个，请缩短",
            field=field.id,
            raw=text,
        )
    if field.pattern and not re.fullmatch(field.pattern, text):
        hint = field.hint or "请核对"
        raise Problem("E_VALUE", f"{field.title}“{text}”写法不对：{hint}", field=field.id, raw=text)
    return Reading(text)


def read_text(field: Field, _codes: CodeList | None, cell: Cell, context: Context) -> Reading | None:
    if context.literal and isinstance(cell, str):
        return _fit(field, wording.clean(cell))
    text = _line(field, cell)
    if len(text) < 24 and text[:1].isdigit() and codes.SCIENTIFIC.fullmatch(text):
        raise lost(field, cell)
    return _fit(field, text)


def read_longtext(field: Field, _codes: CodeList | None, cell: Cell, context: Context) -> Reading | None:
    if context.literal and isinstance(cell, str):
        return _fit(field, wording.clean(cell))
    return _fit(field, string_of(field, cell))


def read_person(field: Field, _codes: CodeList | None, cell: Cell, _context: Context) -> Reading | None:
    text = _line(field, cell)
    return _fit(field, text.translate({ord(c): "·" for c in "・•‧∙⋅●"}))


def coded(
    read: Callable[[str], str], code: str, near: Callable[[str], list[str]] | None = None
) -> CellReader:
    """The reader of a kind that has a form of its own, given by a function that raises ValueError."""

    def read_cell(field: Field, _codes: CodeList | None, cell: Cell, _context: Context) -> Reading | None:
        text = string_of(field, cell)
        if not text or text in ("无", "暂无", "没有", "无代码"):
            return None
        if codes.SCIENTIFIC.fullmatch(text):
            raise lost(field, cell)
        try:
            value = read(text)
        except ValueError as error:
            raise Problem(
                code,
                f"{field.title}“{text}”：{error}",
                field=field.id,
                raw=text,
                near=near(text) if near else [],
            ) from None
        return _fit(field, value)

    return read_cell


def read_region(field: Field, listed: CodeList | None, cell: Cell, context: Context) -> Reading | None:
    """A division by code or name, stored as its six digits."""
    if listed is not None:
        return read_enum(field, listed, cell, context)
    text = _line(field, cell)
    if not text or divisions.find(text):
        return Reading(text) if text else None
    if code := divisions.code_of(text):
        return Reading(code)
    near = [d.name for d in divisions.search(text)][:3]
    raise Problem(
        "E_CODE", f"{field.title}没有“{text}”这个旗县区，请核对名称", field=field.id, raw=text, near=near
    )


@functools.lru_cache(maxsize=64)
def _index(listed: CodeList) -> dict[str, str]:
    """Key of every spelling -> code. The codes themselves win over words of another."""
    index: dict[str, str] = {}
    for entry in listed.codes:
        index[wording.key(entry.code)] = entry.code
    for entry in listed.codes:
        for word in (entry.title, *entry.words):
            if word:
                index.setdefault(wording.key(word), entry.code)
    return index


def read_enum(field: Field, listed: CodeList | None, cell: Cell, context: Context) -> Reading | None:
    text = _line(field, cell)
    if not text or listed is None:
        return _fit(field, text)
    index = _index(listed)
    found = index.get(text) or index.get(wording.key(text))
    if found:
        return Reading(found)
    loose = wording.key(text)
    while (shorter := _LOOSE.sub("", loose)) != loose:
        loose = shorter
        if found := index.get(loose):
            return Reading(found, f"由“{text}”读作“{found}”")
    from rapidfuzz import process  # noqa: PLC0415 - slow to load, and only a word that is not listed asks for it

    near = [
        index[key] for key, _, _ in process.extract(wording.key(text), index.keys(), limit=5, score_cutoff=30)
    ]
    near = list(dict.fromkeys(near)) or [c.code for c in listed.codes[:5]]
    words = "、".join(_called(c) for c in listed.codes[:8]) + ("等" if len(listed.codes) > 8 else "")
    raise Problem(
        "E_CODE",
        f"{field.title}没有“{text}”这一项，应为 {words}",
        field=field.id,
        raw=text,
        near=near[:3],
    )


def _called(code: Code) -> str:
    """`J1 财政拨款结余`; a title that begins with its code stands alone, as does a code without title."""
    return (
        (code.title or code.code)
        if (code.title or code.code).startswith(code.code)
        else f"{code.code} {code.title}"
    )


def read_enums(field: Field, listed: CodeList | None, cell: Cell, context: Context) -> Reading | None:
    if not (text := string_of(field, cell)):
        return None
    if listed is not None and wording.key(text) in _index(listed):
        return Reading([_index(listed)[wording.key(text)]])
    readings = [read_enum(field, listed, part, context) for part in _PARTS.split(text) if part.strip()]
    found = [r for r in readings if r]
    values = list(dict.fromkeys(r.value for r in found))
    return Reading(values, "；".join(r.note for r in found if r.note)) if values else None


def _when(field: Field, cell: Cell, context: Context) -> dates.When | None:
    if isinstance(cell, bool):
        raise Problem("E_DATE", f"{field.title}应填日期", field=field.id, raw=str(cell))
    if isinstance(cell, str) and not (cell := string_of(field, cell)):
        return None
    if cell is None:
        return None
    try:
        return dates.read(cell, year=context.year, base=context.base)
    except Problem as problem:
        raise Problem(
            problem.code, f"{field.title}：{problem.text}", field=field.id, **problem.facts
        ) from None


def read_date(field: Field, _codes: CodeList | None, cell: Cell, context: Context) -> Reading | None:
    when = _when(field, cell, context)
    return None if when is None else Reading(when.on.isoformat(), when.note)


def read_month(field: Field, _codes: CodeList | None, cell: Cell, context: Context) -> Reading | None:
    when = _when(field, cell, context)
    if when is None:
        return None
    value = when.on.isoformat()[:7]
    same = isinstance(cell, str) and cell.strip() == value
    return Reading(value, "" if same else f"由“{cell}”读作 {when.on.year}年{when.on.month}月")


def read_year(field: Field, _codes: CodeList | None, cell: Cell, _context: Context) -> Reading | None:
    if isinstance(cell, dt.date):
        return _bounded_year(field, cell.year, f"由“{cell.isoformat()[:10]}”读作 {cell.year} 年")
    text = string_of(field, cell)
    if not text:
        return None
    found = re.fullmatch(r"(\d{4})(?:年度?)?", wording.half_width(text).replace(" ", ""))
    value = int(found[1]) if found else 0
    if not dates.EARLIEST <= value <= dates.LATEST:
        raise Problem(
            "E_VALUE", f"{field.title}“{text}”不是年份，请改成 2022 这样的四位数字", field=field.id, raw=text
        )
    return _bounded_year(field, value)


def _bounded_year(field: Field, year: int, note: str = "") -> Reading:
    for limit, word, over in ((field.min, "早于", -1), (field.max, "晚于", 1)):
        if limit is not None and (year - limit) * over > 0:
            said = f"{field.title}不能{word} {limit} 年，现为 {year} 年"
            raise Problem("E_VALUE", said, field=field.id, raw=str(year))
    return Reading(year, note)


def read_bool(field: Field, _codes: CodeList | None, cell: Cell, _context: Context) -> Reading | None:
    if isinstance(cell, bool):
        return Reading(cell)
    text = string_of(field, cell)
    if not text:
        return None
    folded = wording.key(text)
    if folded in YES or folded in NO:
        return Reading(folded in YES)
    raise Problem(
        "E_VALUE", f"{field.title}“{text}”应填 是 或 否", field=field.id, raw=text, near=["是", "否"]
    )


def read_rows(field: Field, _codes: CodeList | None, cell: Cell, _context: Context) -> Reading | None:
    text = string_of(field, cell)
    if not text:
        return None
    try:
        return Reading(msgspec.json.decode(text, type=list[dict[str, Any]]))
    except msgspec.MsgspecError:
        raise Problem("E_VALUE", f"{field.title}由程序登记，不能直接填写", field=field.id, raw=text) from None

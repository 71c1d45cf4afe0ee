"""Reading the cell of each kind as it stands in a workbook or under a clerk's hands."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
from rapidfuzz import process

from app import amounts, codes, dates, wording
from app.problem import Problem
from app.templates import CodeList, Field

Cell = str | int | float | dt.date | dt.datetime | bool | None
DIGITS_KEPT = 10**15
YES = frozenset("是 有 对 √ ✓ ✔ y yes true 1 t 已 需要 属于".split())
NO = frozenset("否 无 不 没有 × ✗ ✘ x n no false 0 f 未 不需要 不属于 非".split())
_PARTS = re.compile(r"[、,，;；\n|/]+")
_LOOSE = re.compile(r"(?:\(.*\)|制|类|型|状态|项目)$")


class Reading(msgspec.Struct, frozen=True):
    """A cell read: the value as stored, and how an unusual form was read."""

    value: Any
    note: str = ""


class Context(msgspec.Struct, frozen=True):
    """What a column says about its cells: the unit of its head, the year meant, the workbook's date base."""

    unit: str | None = None
    year: int | None = None
    base: int = 1900


CellReader = Callable[[Field, CodeList | None, Cell, Context], Reading | None]


def own_unit(field: Field) -> str:
    """The unit a money or area field is shown in."""
    units: dict[str, Any] = amounts.MONEY_UNITS if field.kind == "money" else amounts.AREA_UNITS
    return field.unit if field.unit in units else ("万元" if field.kind == "money" else "亩")


def _string(field: Field, cell: Cell) -> str:
    """The text of a cell, '' when empty or only a filler. Raises E_DIGITS_LOST for a damaged number."""
    if isinstance(cell, str):
        text = wording.clean(cell)
        return "" if len(text) < 8 and text in wording.FILLERS else text
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int | float):
        if not abs(cell) < DIGITS_KEPT:
            raise _lost(field, cell)
        return str(int(cell)) if cell == int(cell) else amounts.plain(amounts.exact(cell))
    return cell.date().isoformat() if isinstance(cell, dt.datetime) else cell.isoformat()


def _lost(field: Field, cell: Cell) -> Problem:
    return Problem(
        "E_DIGITS_LOST",
        f"{field.title}：“{cell}”在 Excel 里存成了数字，末尾几位已丢失，请按原件重新填写",
        field=field.id,
        raw=str(cell),
    )


def _line(field: Field, cell: Cell) -> str:
    if isinstance(cell, str):
        text = wording.one_line(cell)
        return "" if len(text) < 8 and text in wording.FILLERS else text
    return _string(field, cell)


def _fit(field: Field, text: str) -> Reading | None:
    """`text` within the field's length and pattern."""
    if not text:
        return None
    if field.max is not None and len(text) > field.max:
        raise Problem(
            "E_VALUE",
            f"{field.title}最多 {field.max} 个字，现有 {len(text)} 个，请缩短",
            field=field.id,
            raw=text,
        )
    if field.pattern and not re.fullmatch(field.pattern, text):
        hint = field.hint or "请核对"
        raise Problem("E_VALUE", f"{field.title}“{text}”写法不对：{hint}", field=field.id, raw=text)
    return Reading(text)


def _text(field: Field, _codes: CodeList | None, cell: Cell, _context: Context) -> Reading | None:
    text = _line(field, cell)
    if len(text) < 24 and text[:1].isdigit() and codes.SCIENTIFIC.fullmatch(text):
        raise _lost(field, cell)
    return _fit(field, text)


def _longtext(field: Field, _codes: CodeList | None, cell: Cell, _context: Context) -> Reading | None:
    return _fit(field, _string(field, cell))


def _person(field: Field, _codes: CodeList | None, cell: Cell, _context: Context) -> Reading | None:
    text = _line(field, cell)
    return _fit(field, text.translate({ord(c): "·" for c in "・•‧∙⋅●"}))


def _coded(
    read: Callable[[str], str], code: str, near: Callable[[str], list[str]] | None = None
) -> CellReader:
    """The reader of a kind that has a form of its own, given by a function that raises ValueError."""

    def read_cell(field: Field, _codes: CodeList | None, cell: Cell, _context: Context) -> Reading | None:
        text = _string(field, cell)
        if not text or text in ("无", "暂无", "没有", "无代码"):
            return None
        if codes.SCIENTIFIC.fullmatch(text):
            raise _lost(field, cell)
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


def _region(field: Field, listed: CodeList | None, cell: Cell, context: Context) -> Reading | None:
    return _enum(field, listed, cell, context) if listed else _text(field, listed, cell, context)


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


def _enum(field: Field, listed: CodeList | None, cell: Cell, context: Context) -> Reading | None:
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
    near = [
        index[key] for key, _, _ in process.extract(wording.key(text), index.keys(), limit=5, score_cutoff=30)
    ]
    near = list(dict.fromkeys(near)) or [c.code for c in listed.codes[:5]]
    words = "、".join(c.code for c in listed.codes[:8]) + ("等" if len(listed.codes) > 8 else "")
    raise Problem(
        "E_CODE",
        f"{field.title}没有“{text}”这一项，应为 {words}",
        field=field.id,
        raw=text,
        near=near[:3],
    )


def _enums(field: Field, listed: CodeList | None, cell: Cell, context: Context) -> Reading | None:
    if not (text := _string(field, cell)):
        return None
    if listed is not None and wording.key(text) in _index(listed):
        return Reading([_index(listed)[wording.key(text)]])
    readings = [_enum(field, listed, part, context) for part in _PARTS.split(text) if part.strip()]
    found = [r for r in readings if r]
    values = list(dict.fromkeys(r.value for r in found))
    return Reading(values, "；".join(r.note for r in found if r.note)) if values else None


def _when(field: Field, cell: Cell, context: Context) -> dates.When | None:
    if isinstance(cell, bool):
        raise Problem("E_DATE", f"{field.title}应填日期", field=field.id, raw=str(cell))
    if isinstance(cell, str) and not (cell := _string(field, cell)):
        return None
    if cell is None:
        return None
    try:
        return dates.read(cell, year=context.year, base=context.base)
    except Problem as problem:
        raise Problem(
            problem.code, f"{field.title}：{problem.text}", field=field.id, **problem.facts
        ) from None


def _date(field: Field, _codes: CodeList | None, cell: Cell, context: Context) -> Reading | None:
    when = _when(field, cell, context)
    return None if when is None else Reading(when.on.isoformat(), when.note)


def _month(field: Field, _codes: CodeList | None, cell: Cell, context: Context) -> Reading | None:
    when = _when(field, cell, context)
    if when is None:
        return None
    value = when.on.isoformat()[:7]
    same = isinstance(cell, str) and cell.strip() == value
    return Reading(value, "" if same else f"由“{cell}”读作 {when.on.year}年{when.on.month}月")


def _year(field: Field, _codes: CodeList | None, cell: Cell, _context: Context) -> Reading | None:
    if isinstance(cell, dt.date):
        return Reading(cell.year, f"由“{cell.isoformat()[:10]}”读作 {cell.year} 年")
    text = _string(field, cell)
    if not text:
        return None
    found = re.fullmatch(r"(\d{4})(?:年度?)?", wording.half_width(text).replace(" ", ""))
    value = int(found[1]) if found else 0
    if not dates.EARLIEST <= value <= dates.LATEST:
        raise Problem(
            "E_VALUE", f"{field.title}“{text}”不是年份，请改成 2022 这样的四位数字", field=field.id, raw=text
        )
    return Reading(value)


def _bounded(field: Field, value: Decimal | int, raw: Cell, scale: int = 1) -> None:
    low, high = field.min, field.max
    if low is not None and value < low * scale:
        raise Problem("E_VALUE", f"{field.title}不能小于 {low}，现为“{raw}”", field=field.id, raw=str(raw))
    if high is not None and value > high * scale:
        raise Problem("E_VALUE", f"{field.title}不能大于 {high}，现为“{raw}”", field=field.id, raw=str(raw))


def _empty(field: Field, cell: Cell) -> bool:
    if isinstance(cell, str):
        return not cell or not _string(field, cell)
    return cell is None


def _scaled(
    field: Field, cell: Cell, context: Context, units: dict[str, Any], code: str
) -> Reading | None:
    if _empty(field, cell):
        return None
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise Problem(code, f"{field.title}应填数字，现为“{cell}”", field=field.id, raw=str(cell))
    own = own_unit(field)
    here = context.unit if context.unit in units else own
    value = _at_once(cell, int(units[own])) if here == own else None
    note = ""
    if value is None:
        value, note = amounts.read(cell, units, here, own, code, field.id, field.title)
    if field.min is not None or field.max is not None:
        _bounded(field, value, cell, int(units[own]))
    return Reading(value, note)


def _at_once(cell: str | int | float, factor: int) -> int | None:
    """The stored integer of a plain number in the field's own unit, None where it takes a closer look."""
    if isinstance(cell, str):
        whole, _, part = cell.partition(".")
        if not (whole.isdigit() and cell.isascii() and len(cell) < 15 and (part.isdigit() or not part)):
            return None
        cell = float(cell)
    scaled = cell * factor
    if not abs(scaled) < 2**53:
        return None
    value = round(scaled)
    return value if value / factor == cell else None


def _money(field: Field, _codes: CodeList | None, cell: Cell, context: Context) -> Reading | None:
    return _scaled(field, cell, context, amounts.MONEY_UNITS, "E_MONEY")


def _area(field: Field, _codes: CodeList | None, cell: Cell, context: Context) -> Reading | None:
    return _scaled(field, cell, context, amounts.AREA_UNITS, "E_AREA")


def _numeral(field: Field, cell: Cell) -> tuple[Decimal, str, str] | None:
    """(number, what follows, remark) or None where empty."""
    if _empty(field, cell):
        return None
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise Problem("E_NUMBER", f"{field.title}应填数字，现为“{cell}”", field=field.id, raw=str(cell))
    return amounts.number(cell, "E_NUMBER", field.id, field.title)


def _number(field: Field, _codes: CodeList | None, cell: Cell, _context: Context) -> Reading | None:
    if (found := _numeral(field, cell)) is None:
        return None
    value, rest, remark = found
    if rest and rest.strip() != wording.half_width(field.unit):
        raise Problem(
            "E_NUMBER",
            f"{field.title}“{cell}”的单位不是{field.unit or '数字'}，请核对",
            field=field.id,
            raw=str(cell),
        )
    _bounded(field, value, cell)
    return Reading(amounts.plain(value), remark)


def _int(field: Field, _codes: CodeList | None, cell: Cell, _context: Context) -> Reading | None:
    if (found := _numeral(field, cell)) is None:
        return None
    value, rest, remark = found
    suffixes = {
        "",
        wording.half_width(field.unit),
        "个",
        "项",
        "件",
        "户",
        "人",
        "宗",
        "家",
        "天",
        "日",
        "个工作日",
        "工作日",
    }
    if value != int(value) or rest not in suffixes:
        raise Problem("E_NUMBER", f"{field.title}“{cell}”应为整数，请核对", field=field.id, raw=str(cell))
    _bounded(field, value, cell)
    return Reading(int(value), remark)


def _percent(field: Field, _codes: CodeList | None, cell: Cell, _context: Context) -> Reading | None:
    if (found := _numeral(field, cell)) is None:
        return None
    value, rest, remark = found
    if rest not in ("", "%"):
        raise Problem("E_NUMBER", f"{field.title}“{cell}”应为百分数，请核对", field=field.id, raw=str(cell))
    if not isinstance(cell, str) and abs(value) <= 1:
        value *= 100
        remark = f"由 {cell} 读作 {amounts.plain(value)}%"
    _bounded(field, value, cell)
    hundredths = value * 100
    whole = int(hundredths.to_integral_value())
    return Reading(whole, remark or ("末位四舍五入" if whole != hundredths else ""))


def _bool(field: Field, _codes: CodeList | None, cell: Cell, _context: Context) -> Reading | None:
    if isinstance(cell, bool):
        return Reading(cell)
    text = _string(field, cell)
    if not text:
        return None
    folded = wording.key(text)
    if folded in YES or folded in NO:
        return Reading(folded in YES)
    raise Problem(
        "E_VALUE", f"{field.title}“{text}”应填 是 或 否", field=field.id, raw=text, near=["是", "否"]
    )


def _rows(field: Field, _codes: CodeList | None, cell: Cell, _context: Context) -> Reading | None:
    text = _string(field, cell)
    if not text:
        return None
    try:
        return Reading(msgspec.json.decode(text, type=list[dict[str, Any]]))
    except msgspec.MsgspecError:
        raise Problem("E_VALUE", f"{field.title}由程序登记，不能直接填写", field=field.id, raw=text) from None


READERS: dict[str, CellReader] = {
    "text": _text,
    "longtext": _longtext,
    "org": _text,
    "person": _person,
    "phone": _coded(codes.phone, "E_PHONE"),
    "uscc": _coded(codes.uscc, "E_USCC", codes.uscc_near),
    "project_code": _coded(codes.project_code, "E_PROJECT_CODE"),
    "doc_no": _coded(codes.doc_no, "E_VALUE"),
    "region": _region,
    "enum": _enum,
    "enums": _enums,
    "date": _date,
    "month": _month,
    "year": _year,
    "money": _money,
    "area": _area,
    "number": _number,
    "int": _int,
    "percent": _percent,
    "bool": _bool,
    "rounds": _rows,
    "pauses": _rows,
}

"""Reading amounts, areas and plain numbers as workbooks carry them."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from app.problem import Problem
from app.words.wording import half_width

MONEY_UNITS = {"元": 100, "千元": 10**5, "万元": 10**6, "百万元": 10**8, "千万元": 10**9, "亿元": 10**10}
"""分 in one unit of money."""
AREA_UNITS = {
    "亩": Fraction(10**4),
    "公顷": Fraction(15 * 10**4),
    "平方米": Fraction(3, 2000) * 10**4,
    "万平方米": Fraction(15 * 10**4),
    "平方公里": Fraction(1500 * 10**4),
}
"""1/10000 亩 in one unit of area (1 亩 = 2000/3 平方米)."""
_ALIASES = {
    **{
        "万": "万元",
        "千": "千元",
        "亿": "亿元",
        "百万": "百万元",
        "千万": "千万元",
        "元整": "元",
        "圆": "元",
        "块": "元",
    },
    **{"人民币元": "元", "人民币万元": "万元", "rmb": "元", "万员": "万元", "万圆": "万元"},
    **{
        "㎡": "平方米",
        "m2": "平方米",
        "m²": "平方米",
        "平米": "平方米",
        "平方": "平方米",
        "ha": "公顷",
        "hm2": "公顷",
        "hm²": "公顷",
    },
    **{
        "km2": "平方公里",
        "km²": "平方公里",
        "k㎡": "平方公里",
        "平方千米": "平方公里",
        "万㎡": "万平方米",
        "万m2": "万平方米",
        "万平米": "万平方米",
    },
}
_NUMBER = re.compile(r"([+-]?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d*)?|[+-]?\.\d+)(e[+-]?\d+)?", re.I)
_CHINESE = re.compile("[〇零一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]+[元圆整万亿]*")
_ABOUT = re.compile("^(?:约|大约|共|共计|计|合计|总投资|投资)+|(?:左右|多|余)$")
_ROUGH = re.compile("约|左右|多$|余$")
LONGEST = 60
ROUNDED, ROUGH = "末位四舍五入", "约数"
_DUST = Fraction(1, 1000)
_TENS: dict[int | Fraction, int] = {Fraction(10**shift): shift for shift in range(11)}
Unit = int | Fraction


def unit_in(text: str, units: dict[str, int] | dict[str, Fraction]) -> str | None:
    """The unit of `units` that `text` names alone (`万元`, `㎡`), else None."""
    word = half_width(text).strip().lower().rstrip("。.")
    word = _ALIASES.get(word, word)
    return word if word in units else None


def exact(cell: float | int) -> Decimal:
    """A cell's number as Excel shows it: 15 significant digits, no binary dust."""
    return Decimal(cell) if isinstance(cell, int) else Decimal(format(cell, ".15g"))


def split(text: str) -> tuple[Decimal | None, str, str]:
    """`1,234.5万元` -> (number, rest, remark). The number is None where none stands at the start."""
    if len(text) > LONGEST:
        return None, text[:LONGEST] + "…", ""
    plain = half_width(text).replace(" ", "").replace("\n", "")
    bare = _ABOUT.sub("", plain)
    remark = ROUGH if bare != plain and _ROUGH.search(plain) else ""
    if bare.startswith("(") and bare.endswith(")") and bare[1:2].isdigit():
        bare = "-" + bare[1:-1]
    found = _NUMBER.match(bare)
    if not found:
        return None, bare, remark
    try:
        number = Decimal(found[0].replace(",", ""))
    except InvalidOperation:
        return None, bare, remark
    return number, bare[found.end() :], remark


def read(
    cell: float | int | str,
    units: dict[str, int] | dict[str, Fraction],
    here: str,
    own: str,
    code: str,
    field: str,
    title: str,
    *,
    rounds: bool = True,
) -> tuple[int, str]:
    """(stored integer, note) of an amount or area. `here` holds where the cell names no unit, `own` is shown.

    Raises Problem `code`; unless it `rounds`, also for a number finer than can be stored (decision 17). A value
    that is converted or rounded always carries a note.
    """
    number, unit, remark = (exact(cell), "", "") if not isinstance(cell, str) else split(cell)
    if number is None or not number.is_finite() or (unit and unit_in(unit, units) is None):
        raise Problem(code, _why_not(str(cell), title, units), field=field, raw=str(cell))
    named = (unit_in(unit, units) if unit else None) or here
    scaled = Fraction(number) * units[named]
    if abs(scaled) >= 2**53:
        raise Problem(code, f"{title}：“{cell}”大得不合理，请核对数字和单位", field=field, raw=str(cell))
    value = round(scaled) if scaled.denominator != 2 else _half_up(scaled)
    notes = [f"“{cell}”是约数，按 {amount(value, units[own])} {own} 读取"] if remark else []
    if named != own:
        notes.append(f"由“{_shown(cell, unit, named)}”读作 {amount(value, units[own])} {own}")
    elif unit:
        notes.append(f"“{cell}”写明单位{named}")
    if abs(scaled - value) > (0 if isinstance(cell, str) else _DUST):
        if not rounds:
            raise _too_fine(cell, units[named], named, code, field, title)
        notes.append(ROUNDED)
    return value, "；".join(notes)


def number(cell: float | int | str, code: str, field: str, title: str) -> tuple[Decimal, str, str]:
    """(number, what follows it, remark) of a plain number. Raises Problem `code`."""
    value, rest, remark = split(cell) if isinstance(cell, str) else (exact(cell), "", "")
    if value is None or not value.is_finite():
        raise Problem(code, f"{title}：“{cell}”不是数字，请改成阿拉伯数字", field=field, raw=str(cell))
    return value, rest, remark


def amount(value: int, unit: Unit, *, grouped: bool = True, least: int = 0) -> str:
    """A stored integer in `unit` as decimal text with at least `least` decimals, no more than it needs."""
    if (shift := _TENS.get(unit, -1)) >= 0:  # as nearly always, and many times faster than fractions
        whole_, rest = divmod(abs(value), 10**shift)
        decimals = f"{rest:0{shift}d}".rstrip("0").ljust(least, "0") if shift else "0" * least
        return f"{'-' if value < 0 else ''}{whole_:{',' if grouped else ''}}{'.' + decimals if decimals else ''}"
    quotient = Fraction(value) / unit
    most = 10 if (quotient * 10**10).denominator == 1 else 6
    places = next((n for n in range(most) if (quotient * 10**n).denominator == 1), most)
    places = max(places, least)
    digits = f"{abs(_half_up(quotient * 10**places)):0{places + 1}d}"
    whole, part = (digits[:-places], digits[-places:]) if places else (digits, "")
    sign = "-" if value < 0 else ""
    return (
        f"{sign}{int(whole):,}{'.' + part if part else ''}"
        if grouped
        else f"{sign}{int(whole)}{'.' + part if part else ''}"
    )


def plain(value: Decimal) -> str:
    """A decimal without exponent or trailing zeros."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _half_up(value: Fraction) -> int:
    rounded = (abs(value) * 2 + 1) // 2
    return int(rounded if value >= 0 else -rounded)


def _shown(cell: float | int | str, unit: str, named: str) -> str:
    text = plain(exact(cell)) if not isinstance(cell, str) else cell
    return text if unit else f"{text}{named}"


def _too_fine(cell: float | int | str, unit: Unit, named: str, code: str, field: str, title: str) -> Problem:
    shown = cell if isinstance(cell, str) else plain(exact(cell))
    said = f"{title}：“{shown}”比 1 分还细，金额只记到分，以{named}计最多 {len(str(unit)) - 1} 位小数，请改正"
    return Problem(code, said, field=field, raw=str(cell))


def _why_not(raw: str, title: str, units: dict[str, int] | dict[str, Fraction]) -> str:
    if _CHINESE.fullmatch(half_width(raw).replace(" ", "")):
        return f"{title}：“{raw}”是汉字数字，请改成阿拉伯数字并写明单位"
    if re.search("美元|欧元|日元|[$¥￥€]", raw):
        return f"{title}：“{raw}”带有货币符号，请去掉符号（外币先换算成人民币）并写明 {'/'.join(list(units)[:4])}"
    return f"{title}：“{raw}”读不成数，请改成数字（可带单位 {'、'.join(units)}）"

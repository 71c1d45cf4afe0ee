"""Reading dates in the forms officials write them."""

from __future__ import annotations

import calendar
import datetime as dt
import math
import re

from msgspec import Struct

from app.problem import Problem
from app.words.wording import half_width

EARLIEST, LATEST = 1949, 2100
LONGEST = 60
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_FULL = re.compile(r"(\d{4}|\d{2})(?:年|[-./、,· ])(\d{1,2})(?:月|[-./、,· ])(\d{1,2})[日号.]?(.*)", re.S)
_MONTH = re.compile(r"(\d{4}|\d{2})(?:年|[-./、,·])(\d{1,2})(?:月份?)?(.*)", re.S)
_DAY = re.compile(r"(\d{1,2})月(\d{1,2})[日号](.*)", re.S)
_ONLY_MONTH = re.compile(r"(\d{1,2})月份?(.*)", re.S)
_ONLY_YEAR = re.compile(r"(\d{4}|\d{2})年度?(.*)", re.S)
_CLOCK = re.compile(r"(?:[T ]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(?:Z|\+00:00)?")
_UNTIL = re.compile(r"[(（]?(?:底|末|月底|月末)?(?:之?前|以前|内|止|前完成|完成|底|末|)[)）]?")
_TENDAYS = {"上旬": 10, "中旬": 20, "下旬": 31, "初": 5, "中": 15}
_YEAR_END = re.compile(r"(?:年)?(?:底|末|内|底之?前|底以前|末前|底完成|底前完成)")
_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "○": 0,
    "Ｏ": 0,
    "O": 0,
    "o": 0,
    "元": 1,
    "两": 2,
}
_CHINESE_YEAR = re.compile(r"([〇零○Oo一二三四五六七八九]{4}|[〇零○一二三四五六七八九]{2})年")
_CHINESE_NUMBER = re.compile(
    r"([一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]|廿[一二三四五六七八九]?|卅一?)(?=[月日号])"
)
_NAMED = re.compile(r"(\d{4})(?:年|[-./])(\d{1,2})(?:月|[-./])(\d{1,2})(?!\d)日?")
_REMARKED = re.compile(rf"{_NAMED.pattern}[(（][^()（）]*[^\d()（）:][^()（）]*[)）]")
_ORDERLESS = re.compile(r"\d{1,2}[-./]\d{1,2}[-./]\d{2}")
"""Three short numbers: a year first where it cannot be a month or the last cannot be a year."""
_WEEKDAY = re.compile(r"[(（]?(?:星期|周)[一二三四五六日天][)）]?")


class When(Struct, frozen=True):
    """A date read: how exact ('day' or 'month') and how an unusual form was read."""

    on: dt.date
    exact: str = "day"
    note: str = ""


def business_day(text: str, today: dt.date) -> str:
    """The date of a deed as ISO text, not after `today`. Raises Problem E_DATE, E_FUTURE."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise Problem("E_DATE", f"“{text}”不是日期，请写成 2022-08-25 这样", field="on") from error
    if day.year < EARLIEST:
        raise Problem("E_DATE", f"日期“{text}”年份 {day.year} 不合理，请核对", field="on")
    if day > today:
        raise Problem("E_FUTURE", f"日期 {text} 在今天之后，请核对", field="on")
    return day.isoformat()


def read(cell: object, *, year: int | None = None, base: int = 1900) -> When:
    """A cell as a date. `year` completes forms without one; `base` is the workbook's 1900 or 1904.

    Raises Problem E_DATE.
    """
    if isinstance(cell, dt.datetime):
        return _within(When(cell.date()), cell)
    if isinstance(cell, dt.date):
        return _within(When(cell), cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _within(_number(float(cell), base), cell)
    text = str(cell).strip()
    if len(text) == 10 and (found := _ISO.fullmatch(text)):
        return _within(When(_day(found[1], found[2], found[3], text)), text)
    return _within(_text(text, year, base), text)


def shown(on: dt.date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def _text(text: str, year: int | None, base: int) -> When:
    if len(text) > LONGEST:
        raise _problem(text[:LONGEST] + "…", "读不成日期，请改成 2022-08-05 这样的写法")
    plain = _WEEKDAY.sub("", _arabic(re.sub(r"\s+", " ", half_width(text))).strip())
    plain = plain.rstrip("。;；，") if not plain.endswith(".") else plain.rstrip(".")
    tight = plain.replace(" ", "") if not re.search(r"\d \d", plain) else plain
    if _ORDERLESS.fullmatch(tight) and int(re.split("[-./]", tight)[0]) <= 12:
        raise _problem(text, "看不出哪个是年、哪个是月、哪个是日，请改成 2022-08-05 这样的写法")
    for rule in (_as_digits, _as_full, _as_year_end, _as_month, _with_words, _as_short):
        if (found := rule(tight, year, base, text)) is not None:
            note = found.note or f"由“{text}”读作 {shown(found.on)}"
            return When(found.on, found.exact, note)
    raise _problem(text, "读不成日期，请改成 2022-08-05 这样的写法")


def _with_words(text: str, year: int | None, base: int, raw: str) -> When | None:
    """A day with words in brackets after it. Two days in one cell are told by both."""
    if len(named := _NAMED.findall(text)) > 1:
        first, second = (shown(_day(y, m, d, raw)) for y, m, d in named[:2])
        raise _problem(raw, f"里有两个日期（{first}、{second}），请只留一个")
    if not _REMARKED.fullmatch(text):
        return None
    year_, month, day = named[0]
    on = _day(year_, month, day, raw)
    return When(on, "day", f"“{raw}”读作 {shown(on)}，括号里的话没有读")


def _as_digits(text: str, year: int | None, base: int, raw: str) -> When | None:
    if not re.fullmatch(r"\d+(?:\.0+)?", text):
        return None
    return _number(float(text), base, raw)


def _number(value: float, base: int, raw: str = "") -> When:
    """20220805, 202208, 220805, an Excel serial, or 2022.8 typed as a number."""
    raw = raw or f"{value:.15g}"
    if not math.isfinite(value):
        raise _problem(raw, "不是日期，请改成 2022-08-05 这样的写法")
    whole = int(value)
    if value == whole:
        digits = str(whole)
        if len(digits) == 8:
            on = _day(digits[:4], digits[4:6], digits[6:], raw)
            return When(on, "day", f"由“{raw}”读作 {shown(on)}")
        if len(digits) == 6 and EARLIEST <= int(digits[:4]) <= LATEST and 1 <= int(digits[4:]) <= 12:
            return _month_end(int(digits[:4]), int(digits[4:]), raw)
        if len(digits) == 6:
            on = _day(digits[:2], digits[2:4], digits[4:], raw)
            return When(on, "day", f"由“{raw}”读作 {shown(on)}")
    if 10000 <= value < 75000:
        return _serial(value, base, raw)
    found = re.fullmatch(r"(\d{4}|\d{2})\.(\d{1,2})", f"{value:.15g}")
    if found and found[2] == "1":
        raise _problem(raw, "可能是 1 月也可能是 10 月（Excel 去掉了末尾的 0），请改成 2022-10 这样的写法")
    if found and int(found[2]) <= 12:
        return _month_end(_year(found[1]), int(found[2]), raw)
    raise _problem(raw, "读不成日期，请改成 2022-08-05 这样的写法")


def _serial(value: float, base: int, raw: str) -> When:
    start = dt.date(1899, 12, 30) if base == 1900 else dt.date(1904, 1, 1)
    on = start + dt.timedelta(days=int(value))
    return When(on, "day", f"由 Excel 日期序号 {raw} 读作 {shown(on)}")


def _as_full(text: str, year: int | None, base: int, raw: str) -> When | None:
    if not (found := _FULL.fullmatch(text)):
        return None
    tail = found[4].strip()
    if not (_CLOCK.fullmatch(tail) or _UNTIL.fullmatch(tail)):
        return None
    on = _day(found[1], found[2], found[3], raw)
    return When(on, "day")


def _as_year_end(text: str, year: int | None, base: int, raw: str) -> When | None:
    found = re.fullmatch(
        rf"(?:(\d{{4}}|\d{{2}})年?|今年|本年|当年|)(?:度)?{_YEAR_END.pattern}(?:前|之前|以前)?", text
    )
    if not found:
        return None
    on = dt.date(_year(found[1]) if found[1] else _given(year, raw), 12, 31)
    return When(on, "month", f"“{raw}”不是准确日期，按期限最后一天 {shown(on)} 读取")


def _as_month(text: str, year: int | None, base: int, raw: str) -> When | None:
    if found := _MONTH.fullmatch(text):
        return _in_month(_year(found[1]), int(found[2]), found[3], raw)
    return None


def _as_short(text: str, year: int | None, base: int, raw: str) -> When | None:
    text = re.sub("^(?:今年|本年)", "", text)
    if found := _DAY.fullmatch(text):
        if not _UNTIL.fullmatch(found[3]):
            return None
        on = _day(str(_given(year, raw)), found[1], found[2], raw)
        return When(on, "day", f"“{raw}”没有写年份，按 {shown(on)} 读取")
    if found := _ONLY_MONTH.fullmatch(text):
        return _in_month(_given(year, raw), int(found[1]), found[2], raw)
    if found := _ONLY_YEAR.fullmatch(text):
        raise _problem(raw, "只有年份，请补上月和日")
    return None


def _in_month(year: int, month: int, tail: str, raw: str) -> When | None:
    if not 1 <= month <= 12 and _UNTIL.fullmatch(tail):
        raise _problem(raw, f"没有 {month} 月，请核对")
    for word, day in _TENDAYS.items() if 1 <= month <= 12 else ():
        if tail.startswith(word) and _UNTIL.fullmatch(tail[len(word) :]):
            on = dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))
            return When(on, "month", f"“{raw}”不是准确日期，按 {shown(on)} 读取")
    return _month_end(year, month, raw) if _UNTIL.fullmatch(tail) else None


def _month_end(year: int, month: int, raw: str) -> When:
    if not 1 <= month <= 12:
        raise _problem(raw, f"没有 {month} 月，请核对")
    on = dt.date(year, month, calendar.monthrange(year, month)[1])
    return When(on, "month", f"“{raw}”不是准确日期，按当月最后一天 {shown(on)} 读取")


def _day(year: str, month: str, day: str, raw: str) -> dt.date:
    try:
        return dt.date(_year(year), int(month), int(day))
    except ValueError:
        said = f"没有 {int(month)} 月" if not 1 <= int(month) <= 12 else f"{int(month)} 月没有 {int(day)} 日"
        raise _problem(raw, f"{said}，请核对") from None


def _year(text: str) -> int:
    value = int(text)
    return value if len(text) == 4 else value + (2000 if value < 70 else 1900)


def _given(year: int | None, raw: str) -> int:
    if year is None:
        raise _problem(raw, "没有写年份，请补上年份")
    return year


def _arabic(text: str) -> str:
    """二〇二二年八月五日 -> 2022年8月5日."""
    if text.isascii():
        return text
    text = _CHINESE_YEAR.sub(lambda m: "".join(str(_DIGITS[c]) for c in m[1]) + "年", text)
    text = re.sub("(?<![0-9一二三四五六七八九十])正月", "1月", text)
    return _CHINESE_NUMBER.sub(lambda m: str(_small(m[1])), text)


def _small(text: str) -> int:
    text = text.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = text.partition("十")
    if not ten:
        return _DIGITS[text]
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def _within(when: When, raw: object) -> When:
    if not EARLIEST <= when.on.year <= LATEST:
        raise _problem(str(raw), f"年份 {when.on.year} 不合理，请核对")
    return when


def _problem(raw: str, why: str) -> Problem:
    return Problem("E_DATE", f"日期“{raw}”{why}", raw=raw)

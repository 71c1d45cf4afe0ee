"""Working days: 国务院办公厅 notices by year, local rest days, and counting by them."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import accumulate
from typing import Any

import msgspec

from app.problem import Problem
from app.storage import understood
from app.storage.paths import RESOURCES

LIMIT_BYTES = 64 * 1024
_DAY = dt.timedelta(days=1)
_STATUTORY = ((1, 1, "元旦"), (5, 1, "劳动节"), (10, 1, "国庆节"), (10, 2, "国庆节"), (10, 3, "国庆节"))


class YearTable(msgspec.Struct, frozen=True):
    """One year's notice: days off and make-up working days, each with what it is called."""

    year: int
    source: str
    off: Mapping[dt.date, str]
    makeup: Mapping[dt.date, str]


class Rest(msgspec.Struct, frozen=True):
    """A local rest day of one division, with the paper it rests on."""

    division: str
    day: dt.date
    source: str


class Calendar:
    """Counts working days over the years it knows; adding and measuring cost the same however far.

    `starts` are the days an office has chosen to count clocks from where the plan is silent:
    {"template/clock": field}.
    """

    def __init__(
        self, years: Iterable[YearTable], rests: Iterable[Rest] = (), starts: Mapping[str, str] | None = None
    ) -> None:
        self.starts = dict(starts or {})
        self.chosen = "clocks " + ";".join(f"{key}={field}" for key, field in sorted(self.starts.items()))
        tables = {table.year: table for table in years}
        if not tables:
            raise ValueError("a calendar needs at least one year")
        self.first_year = min(tables)
        self.last_year = self.first_year
        while self.last_year + 1 in tables:
            self.last_year += 1
        self.tables = {y: tables[y] for y in range(self.first_year, self.last_year + 1)}
        self.rests = {rest.day: rest for rest in rests}
        self._off: dict[dt.date, str] = {}
        self._makeup: dict[dt.date, str] = {}
        for table in self.tables.values():
            self._take(table)
        self._start = dt.date(self.first_year, 1, 1).toordinal()
        self._end = dt.date(self.last_year, 12, 31).toordinal()
        self._days = self._working()
        self._rank = self._ranks()

    def is_workday(self, day: dt.date) -> bool:
        """Whether offices work on `day`. Raises Problem E_NO_CALENDAR outside the known years."""
        index = self._index(day)
        return self._rank[index + 1] > self._rank[index]

    def add(self, start: dt.date, n: int) -> dt.date:
        """The n-th working day after `start`, which is itself not counted (民法典 201条).

        0 gives `start`; a negative n counts back. Raises Problem E_NO_CALENDAR naming the first unknown year.
        """
        index = self._index(start)
        if n == 0:
            return start
        place = self._rank[index + 1] + n - 1 if n > 0 else self._rank[index] + n
        if place >= len(self._days):
            raise self._unknown(self.last_year + 1)
        if place < 0:
            raise self._unknown(self.first_year - 1)
        return dt.date.fromordinal(self._days[place])

    def between(self, a: dt.date, b: dt.date) -> int:
        """Working days after `a` up to and including `b`, negative when `b` comes first.

        `between(a, add(a, n)) == n`. Raises Problem E_NO_CALENDAR outside the known years.
        """
        return self._rank[self._index(b) + 1] - self._rank[self._index(a) + 1]

    def before(self, day: dt.date) -> dt.date:
        """The last working day on or before `day`. Raises Problem E_NO_CALENDAR."""
        count = self._rank[self._index(day) + 1]
        if count == 0:
            raise self._unknown(self.first_year - 1)
        return dt.date.fromordinal(self._days[count - 1])

    def workdays(self) -> list[dt.date]:
        """Every working day of the known years, in order."""
        return [dt.date.fromordinal(o) for o in self._days]

    def why(self, day: dt.date) -> str:
        """'工作日', '周末', '国庆节放假', '国庆节调休上班' or '本地休息（…）'. Raises Problem E_NO_CALENDAR."""
        self._index(day)
        if day in self.rests:
            return f"本地休息（{self.rests[day].source}）"
        if day in self._makeup:
            return f"{self._makeup[day]}上班"
        if day in self._off:
            return f"{self._off[day]}放假"
        return "周末" if day.weekday() >= 5 else "工作日"

    def sources(self, first: dt.date, last: dt.date) -> list[str]:
        """The notices and local papers a count from `first` to `last` rests on."""
        found = [self.tables[y].source for y in range(first.year, last.year + 1) if y in self.tables]
        local = [r.source for day, r in sorted(self.rests.items()) if first <= day <= last]
        return found + list(dict.fromkeys(local))

    def _take(self, table: YearTable) -> None:
        for day in table.off:
            self._makeup.pop(day, None)
        for day in table.makeup:
            self._off.pop(day, None)
        self._off.update(table.off)
        self._makeup.update(table.makeup)

    def _working(self) -> list[int]:
        """The working days as ordinals; by ordinals alone, as this is done whenever an office is opened."""
        rests = {day.toordinal() for day in self.rests}
        off = {day.toordinal() for day in self._off} | rests
        makeup = {day.toordinal() for day in self._makeup} - rests
        days = range(self._start, self._end + 1)
        return [o for o in days if o in makeup or ((o - 1) % 7 < 5 and o not in off)]

    def _ranks(self) -> list[int]:
        """How many working days lie before each day; one place more than there are days."""
        marks = set(self._days)
        return list(accumulate((o in marks for o in range(self._start, self._end + 1)), initial=0))

    def _index(self, day: dt.date) -> int:
        ordinal = day.toordinal()
        if not self._start <= ordinal <= self._end:
            raise self._unknown(day.year)
        return ordinal - self._start

    def _unknown(self, year: int) -> Problem:
        if year < self.first_year:
            text = f"没有{year}年的工作日历，程序自带{self.first_year}年以来的，{year}年的期限算不出来"
        else:
            text = f"没有{year}年的工作日历，请导入国务院办公厅{year}年放假安排后再算"
        return Problem("E_NO_CALENDAR", text, year=year)


@lru_cache(maxsize=1)
def published() -> dict[int, YearTable]:
    """The years that come with the program, by year."""
    tables = understood.of(understood.program(("values",), ("calendar",)), tuple[YearTable, ...], _read_published)
    return {table.year: table for table in tables}


def _read_published() -> tuple[YearTable, ...]:
    paths = sorted((RESOURCES / "calendar").glob("[0-9][0-9][0-9][0-9].toml"))
    return tuple(read_year(path.read_text("utf-8")) for path in paths)


def rest(division: str, day: str | dt.date, source: str) -> Rest:
    """A local rest day. Raises Problem E_REST when the day or its source is missing or malformed."""
    try:
        on = day if isinstance(day, dt.date) else dt.date.fromisoformat(day)
    except ValueError as error:
        raise Problem("E_REST", f"“{day}”不是日期，请写成 2026-07-20 的样子", field="day") from error
    if not re.fullmatch(r"\d{6}", division):
        raise Problem("E_REST", f"“{division}”不是六位区划代码", field="division")
    if not source.strip():
        raise Problem("E_REST", "本地休息日要写明依据的文件", field="source")
    return Rest(division, on, source.strip())


class _Span(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    first: dt.date = msgspec.field(name="from")
    last: dt.date | None = msgspec.field(name="to", default=None)


class _Makeup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    on: dt.date


class _Notice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    year: int
    source: str
    rest: tuple[_Span, ...]
    work: tuple[_Makeup, ...] = ()


def read_year(text: str) -> YearTable:
    """One year's notice from TOML (`year`, `source`, [[rest]], [[work]]) or CSV (日期,安排,说明).

    CSV begins with `年度,2027` and `来源,…`; 安排 is 放假 or 上班, 日期 one day or `2027-10-01至2027-10-07`.
    Raises Problem E_CALENDAR naming what is wrong: unknown keys, days of another year, a make-up day that is
    no weekend, a statutory holiday left out.
    """
    if len(text.encode()) > LIMIT_BYTES:
        raise _fault("放假安排的文件太大")
    text = text.lstrip("\ufeff")
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    notice = _from_csv(text) if "," in first.partition("=")[0] else _from_toml(text)
    table = YearTable(
        notice.year,
        notice.source.strip(),
        {day: span.name for span in notice.rest for day in _days(span)},
        {makeup.on: makeup.name for makeup in notice.work},
    )
    _refuse_odd(table, notice)
    return table


def _from_toml(text: str) -> _Notice:
    import tomllib  # noqa: PLC0415 - the published years are known after the first start

    try:
        return msgspec.convert(tomllib.loads(text), _Notice)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        at = f"第 {found[1]} 行" if found else "末尾"
        raise _fault(f"放假安排的文件{at}写法有误，请照 2022.toml 的样子改") from error
    except RecursionError as error:
        raise _fault("放假安排嵌套太深，不予读取") from error
    except msgspec.ValidationError as error:
        raise _fault(_said(str(error))) from error
    except ValueError as error:  # a day or a number that tomllib cannot make
        raise _fault("放假安排里有不成立的日期或数字，日期请写成 2027-10-01") from error


def _said(wrong: str) -> str:
    """What msgspec finds wrong, in Chinese."""
    if found := re.search(r"(unknown|required) field `([^`]+)`", wrong):
        return f"放假安排里{'有不认识的' if found[1] == 'unknown' else '缺少'}“{found[2]}”，请改正"
    found = re.search(r"at `\$\.?([^`]+)`", wrong)
    return f"放假安排的“{found[1]}”写得不对，请改正" if found else "放假安排的内容不对，请改正"


def _from_csv(text: str) -> _Notice:
    head: dict[str, str] = {}
    spans: list[_Span] = []
    makeups: list[_Makeup] = []
    for number, row in enumerate(csv.reader(text.splitlines()), 1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or cells[0] == "日期":
            continue
        if cells[0] in ("年度", "来源") and len(cells) >= 2:
            head[cells[0]] = cells[1]
            continue
        if len(cells) < 2 or cells[1] not in ("放假", "上班"):
            raise _fault(f"放假安排第 {number} 行：第二列要写“放假”或“上班”", line=number)
        begin, end = _span(cells[0], number)
        name = cells[2] if len(cells) > 2 and cells[2] else cells[1]
        if cells[1] == "放假":
            spans.append(_Span(name, begin, end))
        else:
            makeups += [_Makeup(name, day) for day in _days(_Span(name, begin, end))]
    if not re.fullmatch(r"\d{4}", head.get("年度", "")):
        raise _fault("放假安排要有一行“年度,2027”")
    return _Notice(int(head["年度"]), head.get("来源", ""), tuple(spans), tuple(makeups))


def _span(text: str, number: int) -> tuple[dt.date, dt.date]:
    begin, _, end = re.sub(r"[至~—]", " ", text).partition(" ")
    try:
        first = dt.date.fromisoformat(begin)
        return first, dt.date.fromisoformat(end.strip()) if end else first
    except ValueError as error:
        said = f"放假安排第 {number} 行：“{text}”不是日期，请写成 2027-10-01"
        raise _fault(said, line=number) from error


def _days(span: _Span) -> list[dt.date]:
    last = span.last or span.first
    if last < span.first or (last - span.first).days > 15:
        raise _fault(f"“{span.name}”从 {span.first} 到 {last}，起止不对")
    return [span.first + _DAY * i for i in range((last - span.first).days + 1)]


def _refuse_odd(table: YearTable, notice: _Notice) -> None:
    year = table.year
    if not 2000 <= year <= 2100:
        raise _fault(f"“{year}”不是合理的年份")
    if not table.source:
        raise _fault("放假安排要写明来源，如“国务院办公厅关于2027年部分节假日安排的通知”")
    for day in (*table.off, *table.makeup):
        if day.year != year and not (day.year == year - 1 and day.month == 12):
            raise _fault(f"{day} 不在{year}年，请核对", day=day.isoformat())
    for day in table.makeup:
        if day in table.off:
            raise _fault(f"{day} 既写放假又写上班，请核对", day=day.isoformat())
        if day.weekday() < 5:
            raise _fault(f"{day} 本来就是工作日，不会是调休上班，请核对", day=day.isoformat())
    for month, number, name in _STATUTORY:
        if dt.date(year, month, number) not in table.off:
            raise _fault(f"{year}年缺少{name}（{month}月{number}日）放假，请核对是否抄全")
    met = [day for span in notice.rest for day in _days(span)]
    if len(met) != len(table.off) or len(notice.work) != len(table.makeup):
        raise _fault("同一天写了两次，请核对")
    if len(table.off) > 60 or len(table.makeup) > 20:
        raise _fault("放假或上班的天数太多，请核对")


def _fault(said: str, **facts: Any) -> Problem:
    return Problem("E_CALENDAR", said, **facts)

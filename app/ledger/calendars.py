"""Taking in a year's notice and local rest days."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert

from app.change import Change
from app.journals.writing import Write
from app.office import Office
from app.problem import Problem
from app.values import known_days, workdays
from app.values.workdays import Calendar
from models.schema import calendar_year, rest_day

MOST_BYTES = 64 * 1024
Then = Callable[[Write, Calendar], int]


def import_notice(office: Office, file: Path, then: Then) -> Change:
    """Take in a year's 国务院办公厅 notice; `then` works every limit out again in the same transaction.

    Raises Problem E_NO_FILE, E_CALENDAR.
    """
    if not file.is_file() or file.stat().st_size > MOST_BYTES:
        raise Problem("E_NO_FILE", f"找不到放假通知文件“{file}”，或文件太大", file=str(file))
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        text = file.read_bytes().decode("gb18030", "replace")
    table = workdays.read_year(text)
    with office.write("导入放假通知") as work:
        work.connection.execute(delete(calendar_year).where(calendar_year.c.year == table.year))
        work.connection.execute(
            insert(calendar_year).values(year=table.year, source=table.source, text=text, on=work.on)
        )
        work.office_line("calendar", str(table.year), {"year": table.year, "source": table.source, "text": text})
        rows = then(work, known_days.load(work.connection, office.division))
    office.cache.pop("calendar", None)
    said = f"已导入{table.year}年放假安排（{table.source}），重算了 {rows:,} 行的期限"
    return Change(said, facts={"year": table.year, "rows": rows})


def add_rest(office: Office, days: list[str], source: str, then: Then) -> Change:
    """Local rest days of this banner, dated and sourced (C6); `then` as in `import_notice`. Raises Problem E_REST."""
    rests = [workdays.rest(office.division, day, source) for day in days]
    with office.write("本地休息日") as work:
        for rest in rests:
            key = (rest_day.c.division == rest.division, rest_day.c.day == rest.day.isoformat())
            work.connection.execute(delete(rest_day).where(*key))
            row = {"division": rest.division, "day": rest.day.isoformat(), "source": rest.source}
            work.connection.execute(insert(rest_day).values(**row))
            work.office_line("rest", rest.day.isoformat(), row)
        rows = then(work, known_days.load(work.connection, office.division))
    office.cache.pop("calendar", None)
    return Change(f"已登记 {len(rests):,} 天本地休息日，重算了 {rows:,} 行的期限", facts={"days": days, "rows": rows})


def known(office: Office) -> list[dict[str, Any]]:
    """The years the program can count in, with their sources."""
    calendar = office.calendar()
    rows = [
        {"year": year, "source": table.source, "workdays": _workdays(calendar, year)}
        for year, table in sorted(calendar.tables.items())
    ]
    local = [{"day": d.isoformat(), "source": r.source} for d, r in sorted(calendar.rests.items())]
    return rows + local


def _workdays(calendar: Calendar, year: int) -> int:
    return sum(1 for day in calendar.workdays() if day.year == year)

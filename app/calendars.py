"""Taking in a year's notice and local rest days."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert

from app import workdays
from app.change import Change
from app.office import Office
from app.problem import Problem
from app.workdays import Calendar
from models.schema import calendar_year, rest_day

MOST_BYTES = 64 * 1024


def import_notice(office: Office, file: Path) -> Change:
    """Take in a year's 国务院办公厅 notice; every limit is worked out again by the caller's next step.

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
    office.cache.pop("calendar", None)
    return Change(f"已导入{table.year}年放假安排（{table.source}）", facts={"year": table.year})


def add_rest(office: Office, days: list[str], source: str) -> Change:
    """Local rest days of this banner, dated and sourced (C6). Raises Problem E_REST."""
    rests = [workdays.rest(office.division, day, source) for day in days]
    with office.write("本地休息日") as work:
        for rest in rests:
            key = (rest_day.c.division == rest.division, rest_day.c.day == rest.day.isoformat())
            work.connection.execute(delete(rest_day).where(*key))
            row = {"division": rest.division, "day": rest.day.isoformat(), "source": rest.source}
            work.connection.execute(insert(rest_day).values(**row))
            work.office_line("rest", rest.day.isoformat(), row)
    office.cache.pop("calendar", None)
    return Change(f"已登记 {len(rests)} 天本地休息日", facts={"days": days})


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

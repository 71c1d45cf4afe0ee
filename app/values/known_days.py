"""The calendar of one office: published years, imported notices and local rest days."""

from __future__ import annotations

from sqlalchemy import Connection, select

from app.values import workdays
from app.values.workdays import Calendar
from models.schema import calendar_year, rest_day
from models.schema import setting as setting_table

CLOCK_STARTS = "clock_starts"


def load(connection: Connection, division: str) -> Calendar:
    """The calendar used for every limit of this office (decision 12)."""
    years = dict(workdays.published())
    for row in connection.execute(select(calendar_year.c.text)):
        table = workdays.read_year(row.text)
        years[table.year] = table
    rests = [
        workdays.rest(row.division, row.day, row.source)
        for row in connection.execute(select(rest_day).where(rest_day.c.division == division))
    ]
    return Calendar(years.values(), rests, _starts(connection))


def _starts(connection: Connection) -> dict[str, str]:
    """The starts of clocks that this office has chosen (see `clock_choices`)."""
    t = setting_table.c
    value = connection.scalar(select(t.value).where(t.key == CLOCK_STARTS))
    return {str(key): str(field) for key, field in value.items()} if isinstance(value, dict) else {}

"""The columns of a list as SQL: what they show, what they are filtered and sorted by."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import Connection, Float, case, cast, func, select

from app.engine import calling, expression_sql, sql_names
from app.engine.sql_names import Now, Sql
from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from app.listing import lights
from app.office import Office
from app.problem import Problem
from app.values.workdays import Calendar
from app.words.templates import Computed, Field, Loaded
from models.json_sql import number_in
from models.schema import entry as entry_table
from models.schema import item as item_table

WHOSE = "@unit"
"""Whose a row is, whichever field says so; no field can be called that."""
NUMBERED = ("no", "ledger_no", "seq")
"""What is sorted as a number and filtered as the text it shows."""
_COLUMNS = {
    "name": "name",
    "place": "place",
    "build_state": "build_state",
    "invest": "invest",
    "resp_person": "resp_person",
    "due_date": "deadline",
    "holder": "holder",
    "no": "number",
    "seq": "number",
    "ledger_no": "number",
    "n_open": "n_open",
}
_SHOWN = {"text": "text", "day": "date", "truth": "bool", "number": "int"}
_INTEGERS = ("money", "area", "int", "year", "percent")
_LOOSE = ("text", "longtext")


class View(Struct, frozen=True):
    """A ledger as it is looked at: its template, and the days and facts that lights and lists go by."""

    line: LedgerLine
    loaded: Loaded
    day: lights.Today
    now: Now
    calendar: Calendar


def view(office: Office, connection: Connection, ledger_id: str) -> View:
    """The ledger on the office's business day. Raises Problem E_NO_LEDGER."""
    line = ledgers.line_of(connection, ledger_id)
    day = lights.days(office)
    return View(line, line.loaded, day, Now(day.today, office.division, line.sealed, line.id), office.calendar())


def field_of(loaded: Loaded, computed: Computed) -> Field:
    """How a computed value is shown and its filter is read."""
    found: Field | None = loaded.derived.get(f"computed {computed.id}")
    if found is None:
        kind = computed.kind or _SHOWN[expression_sql.computed(loaded, computed, Now("", "", False)).kind]
        found = Field(id=computed.id, title=computed.title, kind=kind, need="auto", clause=computed.clause)
        loaded.derived[f"computed {computed.id}"] = found
    return found


def shown_field(loaded: Loaded, key: str) -> Field | None:
    """The field a column shows, of a computed one the field it is like; None for what the program adds itself."""
    if key in loaded.computed:
        return field_of(loaded, loaded.computed[key])
    return loaded.fields.get(key)


def column(seen: View, key: str) -> Sql:
    """The SQL of a column by its key. Raises Problem E_NO_FIELD."""
    t = entry_table.c
    if key == WHOSE:
        return t.unit
    if key in _COLUMNS:
        return t[_COLUMNS[key]]
    if key in ("standing", "status"):
        return case(dict(calling.standings(seen.loaded)), value=t.standing)
    if key == "stage":
        return _stage(seen.loaded)
    if key == "due":
        return func.coalesce(t.due, t.deadline)
    if key == "left":
        return func.coalesce(func.min(t.due, t.deadline), t.due, t.deadline)
    if key == "n_done":
        return sql_names.n_done()
    if key in seen.loaded.presets:
        return _state(key)
    if key in seen.loaded.computed:
        return expression_sql.computed(seen.loaded, seen.loaded.computed[key], seen.now).sql
    field = seen.loaded.fields.get(key)
    if field is None:
        raise Problem("E_NO_FIELD", f"没有“{key}”这一栏，请核对栏目名称", field=key)
    cell = t.cells[key]
    if field.kind in _INTEGERS:
        read: Sql = cell.as_integer()
    else:
        read = cell.as_boolean() if field.kind == "bool" else cell.as_string()
    return read


def filtered(seen: View, key: str) -> Sql:
    """The SQL a column is filtered by: 台账编号 by its text. Raises Problem E_NO_FIELD."""
    return entry_table.c.no if key in NUMBERED else column(seen, key)


def number(seen: View, key: str) -> Sql:
    """The same of a column of numbers: one that is kept as decimal text is a number here."""
    field = seen.loaded.fields.get(key)
    value = column(seen, key)
    return cast(value, Float) if field is not None and field.kind == "number" else value


def orders(seen: View, key: str) -> list[Sql]:
    """What a column is sorted by, the first first; 名称 by its sound, in a column of free words numbers by their size."""
    if key == "name":
        return [entry_table.c.pinyin]
    field = seen.loaded.fields.get(key)
    if field is not None and field.kind == "number":
        return [number(seen, key)]
    value = column(seen, key)
    if field is not None and field.kind in _LOOSE and key not in _COLUMNS:
        return [number_in(value), value]
    return [value]


def _state(code: str) -> Sql:
    """The state of the matter of this code, NULL where the row has none."""
    t = item_table.c
    mine = (t.entry_id == entry_table.c.id, t.code == code)
    return select(t.state).where(*mine).correlate(entry_table).scalar_subquery()


def _stage(loaded: Loaded) -> Sql:
    """当前环节 as `lists.stage_shown` has it: a row out of 在账 says how it went."""
    t = entry_table.c
    gone = {code: word for code, word in calling.standings(loaded).items() if code != "open"}
    return case(gone, value=t.standing, else_=t.stage)

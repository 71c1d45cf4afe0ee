"""Reading rows: ids by SQL, then pages of frozen lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select

from app.engine import calling
from app.engine.rows import STANDING_WORDS, Cells, item_order
from app.ledger import row_numbers, ruling
from app.listing import lights, list_rules
from app.listing.list_rules import EMPTY, Query, View
from app.office import Office
from app.problem import Problem
from app.values import kinds
from app.words.templates import Field, Loaded
from models.schema import attachment as attachment_table
from models.schema import entry as entry_table
from models.schema import event as event_table
from models.schema import item as item_table

__all__ = ["EMPTY", "PAGE", "ItemLine", "Line", "Query", "ids", "line", "lines", "tabs", "values", "waited"]
PAGE = 200
ALL = Query()


@dataclass(frozen=True)
class ItemLine:
    """One matter as it is shown."""

    code: str
    title: str
    state: str
    standing: str
    dept: str
    light: str
    light_text: str
    due: str
    upper_due: str
    clock: str
    stage: str
    holder: str
    since: str
    cause: str = ""
    deadline: str = ""
    cells: dict[str, Any] = field(default_factory=dict)
    state_text: str = ""
    standing_text: str = ""


@dataclass(frozen=True)
class Line:
    """One entry as it is shown. `light` is red, yellow, green, stopped, unknown or ''.

    `sublists` are the titles of the lists it is on, `computed` the template's computed values by id. `standing` and
    the `state` of a matter are the program's own words, the same in every ledger; a person is shown `standing_text`
    and `state_text`, in the words of the ledger.
    """

    id: str
    ledger_id: str
    no: str
    number: int
    name: str
    standing: str
    light: str
    light_text: str
    due: str
    cause: str
    deadline: str
    holder: str
    waiting: int
    stage: str
    sublists: tuple[str, ...]
    n_items: int
    n_open: int
    files: int
    rev: int
    cells: dict[str, Any] = field(default_factory=dict)
    items: dict[str, ItemLine] = field(default_factory=dict)
    computed: dict[str, Any] = field(default_factory=dict)
    standing_text: str = ""
    items_text: str = ""


def ids(office: Office, ledger_id: str, query: Query = ALL) -> list[str]:
    """Ids of all rows that `query` shows, in its order."""
    with office.read() as connection:
        seen = list_rules.view(office, connection, ledger_id)
        statement = select(entry_table.c.id).where(*list_rules.rules(seen, query))
        found = connection.execute(list_rules.ordered(statement, seen, query))
        assert found.cursor is not None
        return [key for (key,) in found.cursor.fetchall()]  # plain texts: no Row is made for each of 50,000


def lines(office: Office, wanted: Sequence[str]) -> list[Line]:
    """The lines of these entries (of one ledger) in the given order; ids that are gone are left out."""
    if not wanted:
        return []
    with office.read() as connection:
        t = entry_table.c
        ledger = connection.scalar(select(t.ledger_id).where(t.id.in_(list(wanted))).limit(1))
        if ledger is None:
            return []
        seen = list_rules.view(office, connection, ledger)
        found = select(entry_table, *_worked_out(seen)).where(t.id.in_(list(wanted)))
        rows = {row["id"]: row for row in connection.execute(found).mappings()}
        items: dict[str, list[Any]] = {}
        for item in connection.execute(
            select(item_table).where(item_table.c.entry_id.in_(list(wanted)))
        ).mappings():
            items.setdefault(item["entry_id"], []).append(item)
        files = _files(connection, wanted)
        own = ruling.own_limits(connection, list(rows)) if row_numbers.following_fields(seen.loaded) else {}
    told = [(rows[i], items.get(i, []), files.get(i, 0), own.get(i)) for i in wanted if i in rows]
    return [_line(office, seen, *each) for each in told]


def _worked_out(seen: View) -> list[Any]:
    """What the template works out of each row, as further columns (its expressions as SQL), made once a day."""
    key = f"worked out {seen.now}"
    found: list[Any] | None = seen.loaded.derived.get(key)
    if found is None:
        on = [rule.label(f"on_{each.id}") for each, rule in list_rules.sublists(seen)]
        found = on + [value.label(f"is_{each.id}") for each, value in list_rules.computed(seen)]
        seen.loaded.derived[key] = found
    return found


def line(office: Office, entry_id: str) -> Line:
    """One entry. Raises Problem E_NO_ENTRY."""
    found = lines(office, [entry_id])
    if not found:
        raise Problem("E_NO_ENTRY", "没有这一行，可能已经撤回，请刷新后再看", entry=entry_id)
    return found[0]


def stage_shown(line: Line) -> str:
    """当前环节 as it is shown and filtered by: a row out of 在账 says how it went."""
    return line.stage if line.standing == STANDING_WORDS["open"] else line.standing_text or line.standing


def standing_shown(line: Line) -> str:
    """How a row stands, in its ledger's own words."""
    return line.standing_text or line.standing


def left_on(office: Office, entry_id: str) -> str:
    """The day of the last event that moved the whole entry into or out of 在账, '' where there was none."""
    t = event_table.c
    with office.read() as connection:
        found = connection.execute(
            select(t.on).where(t.entry_id == entry_id, t.item.is_(None)).order_by(t.seq.desc()).limit(1)
        ).scalar()
    return str(found or "")


def values(office: Office, ledger_id: str, key: str, query: Query = ALL) -> list[tuple[str, int]]:
    """The distinct shown values of a column with how many rows carry each, most frequent first.

    Everything else that narrows the list counts: search, chip and the filters of the other columns.
    """
    narrowed = replace(query, where=tuple(w for w in query.where if w[0] != key), sort=())
    if key == "light":
        narrowed = replace(narrowed, lights=())
    with office.read() as connection:
        seen = list_rules.view(office, connection, ledger_id)
        column = lights.entry_light(seen.day) if key == "light" else list_rules.column(seen, key)
        statement = (
            select(column, func.count())
            .where(*list_rules.rules(seen, narrowed))
            .group_by(column)
            .order_by(func.count().desc())
        )
        found = connection.execute(statement).all()
    shown = seen.loaded.fields.get(key)
    if shown is None and key in seen.loaded.computed:
        shown = list_rules.field_of(seen.loaded, seen.loaded.computed[key])
    return [(_shown(shown, value), n) for value, n in found]


def tabs(office: Office, ledger_id: str, query: Query = ALL) -> dict[str, int]:
    """How many rows each filter chip would show: all, every light, every sublist by its title."""
    with office.read() as connection:
        seen = list_rules.view(office, connection, ledger_id)
        base = list_rules.rules(seen, query)
        light = lights.entry_light(seen.day)
        out = {"all": connection.scalar(select(func.count()).where(*base)) or 0}
        out.update(dict.fromkeys(lights.NAMES, 0))
        for name, n in connection.execute(select(light, func.count()).where(*base).group_by(light)):
            if name:
                out[name] = n
        for each, rule in list_rules.sublists(seen):
            out[each.title] = connection.scalar(select(func.count()).where(*base, rule)) or 0
        return out


def _files(connection: Connection, wanted: Sequence[str]) -> dict[str, int]:
    t = attachment_table.c
    rows = connection.execute(
        select(t.entry_id, func.count())
        .where(t.entry_id.in_(list(wanted)), t.deleted_seq.is_(None))
        .group_by(t.entry_id)
    )
    return {str(entry): n for entry, n in rows}


def _line(office: Office, seen: View, row: Any, items: list[Any], files: int, own: str | None) -> Line:
    loaded, day = seen.loaded, seen.day
    light = _light_of(row, day)
    first = min((d for d in (row["due"], row["deadline"]) if d), default=None)
    return Line(
        id=row["id"],
        ledger_id=row["ledger_id"],
        no=row["no"],
        number=row["number"],
        name=row["name"] or "",
        standing=STANDING_WORDS[row["standing"]],
        light=light,
        light_text=lights.remaining(office, first) if light else "—",
        due=row["due"] or "",
        cause=lights.cause(loaded, row["due"], row["deadline"], day, row["cells"], own) if light == "red" else "",
        deadline=row["deadline"] or "",
        holder=row["holder"] or "",
        waiting=waited(office, row["since"]),
        stage=row["stage"] or "",
        sublists=tuple(s.title for s in loaded.t.sublists if row[f"on_{s.id}"]),
        n_items=row["n_items"],
        n_open=row["n_open"],
        files=files,
        rev=row["rev"],
        cells=row["cells"],
        items=_items(office, loaded, items, row["cells"], day),
        computed={c.id: value for c in loaded.t.computed if (value := row[f"is_{c.id}"]) is not None},
        standing_text=calling.standing(loaded, row["standing"]),
        items_text=calling.matters(loaded, {i["code"]: i["cells"] for i in items}) if _listed(loaded) else "",
    )


def _listed(loaded: Loaded) -> bool:
    """Whether the list shows all matters of a row in one cell."""
    return "items" in loaded.t.grid


def _light_of(row: Any, day: lights.Today) -> str:
    if row["standing"] != "open":
        return ""
    days = [d for d in (row["due"], row["deadline"]) if d]
    if any(d < day.today for d in days):
        return "red"
    if any(d <= day.soon for d in days):
        return "yellow"
    if row["n_unknown"]:
        return "unknown"
    return "stopped" if row["n_stopped"] and not row["due"] else "green"


def _items(
    office: Office, loaded: Loaded, rows: list[Any], cells: Cells, day: lights.Today
) -> dict[str, ItemLine]:
    by_code = {row["code"]: row for row in rows}
    states, standings = calling.states(loaded), calling.standings(loaded)
    out = {}
    for code in item_order(loaded, by_code):
        row = by_code[code]
        deadline = lights.deadline_of(loaded, row["standing"], row["stage"], row["cells"], cells)
        light = lights.of_item(row["standing"], row["clock_state"], row["due"], deadline, day)
        first = min((d for d in (row["due"], deadline) if d), default=None)
        out[code] = ItemLine(
            code=code,
            title=row["cells"].get("matter_name") or loaded.preset_of(code).title,
            state_text=states.get(row["state"], row["state"]),
            standing_text=standings[row["standing"]],
            state=row["state"],
            standing=STANDING_WORDS[row["standing"]],
            dept=row["dept"] or "",
            light=light,
            light_text=lights.remaining(office, first) if light else "—",
            due=row["due"] or "",
            cause=lights.cause(loaded, row["due"], deadline, day, {**cells, **row["cells"]}) if light == "red" else "",
            deadline=deadline or "",
            upper_due=row["upper_due"] or "",
            clock=row["clock"] or "",
            stage=row["stage"] or "",
            holder=row["holder"] or "",
            since=row["since"] or "",
            cells=row["cells"],
        )
    return out


def waited(office: Office, since: str | None) -> int:
    """Working days since `since`, 0 when nobody is waited for."""
    if not since:
        return 0
    try:
        return max(0, office.calendar().between(dt.date.fromisoformat(since), office.today()))
    except Problem:
        return max(0, (office.today() - dt.date.fromisoformat(since)).days)


def shown_as(loaded: Loaded, key: str) -> Field:
    """The column of a computed value: its title and kind."""
    return list_rules.field_of(loaded, loaded.computed[key])


def computed_text(loaded: Loaded, key: str, value: Any) -> str:
    """A computed value as it is shown, '' when it cannot be known."""
    computed = loaded.computed[key]
    if value is not None and computed.places is not None and computed.kind in ("", "number") and not computed.rank:
        return f"{value:,.{computed.places}f}"
    return "" if value is None else _number_or_text(list_rules.field_of(loaded, computed), value)


def _number_or_text(field: Field, value: Any) -> str:
    if isinstance(value, float):
        value = f"{value:.4f}".rstrip("0").rstrip(".") if field.kind == "number" else round(value)
    return kinds.show(field, value)


def _shown(field: Field | None, value: Any) -> str:
    if value is None or value == "":
        return EMPTY
    if field is not None and field.kind == "enums" and isinstance(value, str):
        value = msgspec.json.decode(value)
    return _number_or_text(field, value) if field is not None else str(value)

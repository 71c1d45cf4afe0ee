"""Reading rows: ids by SQL, then pages of frozen lines."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, and_, bindparam, case, func, select

from app.engine import calling
from app.engine.rows import STANDING_WORDS
from app.ledger import row_numbers, ruling
from app.listing import lights, list_columns, list_rules, waiting_days
from app.listing.list_rules import EMPTY, Query, View
from app.listing.matter_lines import ItemLine, Matters, OfRow
from app.office import Office
from app.problem import Problem
from app.values import kinds
from app.words.templates import Field, Loaded
from models import database
from models.schema import attachment as attachment_table
from models.schema import entry as entry_table
from models.schema import event as event_table

__all__ = ["EMPTY", "PAGE", "ItemLine", "Line", "Query", "ids", "line", "lines", "tabs", "values", "waited"]
PAGE = 200
PLAIN_KINDS = ("text", "longtext", "org", "person", "phone", "uscc", "project_code", "doc_no", "row", "date", "month", "year")
ALL = Query()
_WANTED: Any = bindparam("wanted", expanding=True)
_FILES = (
    select(attachment_table.c.entry_id, func.count())
    .where(attachment_table.c.entry_id.in_(_WANTED), attachment_table.c.deleted_seq.is_(None))
    .group_by(attachment_table.c.entry_id)
)


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
    items: Mapping[str, ItemLine] = field(default_factory=dict)
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


def longest(office: Office, ledger_id: str, key: str, query: Query, most: int) -> list[str]:
    """Ids of the rows with the longest texts in a column."""
    with office.read() as connection:
        seen = list_rules.view(office, connection, ledger_id)
        long = func.length(list_columns.filtered(seen, key)) if key != "light" else entry_table.c.number
        statement = select(entry_table.c.id).where(*list_rules.rules(seen, query)).order_by(long.desc()).limit(most)
        return list(connection.execute(statement).scalars())


def fitting(office: Office, ledger_id: str, query: Query, among: Collection[str]) -> list[str]:
    """Which of these rows `query` shows."""
    with office.read() as connection:
        seen = list_rules.view(office, connection, ledger_id)
        statement = select(entry_table.c.id).where(entry_table.c.id.in_(list(among)), *list_rules.rules(seen, query))
        return list(connection.execute(statement).scalars())


def seen_as(office: Office, ledger_id: str) -> View | None:
    """The ledger as it is looked at today and until the next deed, for reading many pages of it; None for none."""
    with office.read() as connection:
        try:
            return list_rules.view(office, connection, ledger_id)
        except Problem:
            return None


def lines(
    office: Office, wanted: Sequence[str], *, matters_later: bool = False, seen: View | None = None
) -> list[Line]:
    """The lines of these entries (of one ledger) in the given order; ids that are gone are left out.

    `matters_later`: the matters of all of them are read when the first is asked for, which a grid seldom does.
    `seen` is their ledger where the caller knows it.
    """
    if not wanted:
        return []
    with office.read() as connection:
        t = entry_table.c
        if seen is None:
            ledger = connection.scalar(select(t.ledger_id).where(t.id.in_(list(wanted))).limit(1))
            if ledger is None:
                return []
            seen = list_rules.view(office, connection, ledger)
        names, query = _shown(seen)
        found = database.fetch_many(connection, query, wanted=list(wanted))
        rows = {row["id"]: row for values in found for row in [dict(zip(names, values, strict=True))]}
        files = _files(connection, wanted)
        own = ruling.own_limits(connection, list(rows)) if row_numbers.following_fields(seen.loaded) else {}
        matters = Matters(office, seen, {i: row["cells"] for i, row in rows.items()})
        if not matters_later or _listed(seen.loaded):
            matters.read(connection)
    return [_line(office, seen, rows[i], OfRow(matters, i), files.get(i, 0), own.get(i)) for i in wanted if i in rows]


def _shown(seen: View) -> tuple[tuple[str, ...], Select[Any]]:
    """The names and the query of what is read of the rows `wanted`: what is stored, and what the template works out of each
    (its expressions as SQL); made once a day."""
    key = f"shown {seen.now}"
    found: tuple[tuple[str, ...], Select[Any]] | None = seen.loaded.derived.get(key)
    if found is None:
        on = [rule.label(f"on_{each.id}") for each, rule in list_rules.sublists(seen)]
        worked = [value.label(f"is_{each.id}") for each, value in list_rules.computed(seen)]
        query = select(entry_table, *on, *worked).where(entry_table.c.id.in_(_WANTED))
        found = seen.loaded.derived[key] = (tuple(column.name for column in query.selected_columns), query)
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
    narrowed = replace(list_rules.without(query, key), sort=())
    with office.read() as connection:
        seen = list_rules.view(office, connection, ledger_id)
        column = lights.entry_light(seen.day) if key == "light" else list_columns.filtered(seen, key)
        statement = (
            select(column, func.count())
            .where(*list_rules.rules(seen, narrowed))
            .group_by(column)
            .order_by(func.count().desc(), column)
        )
        found = connection.execute(statement)
        assert found.cursor is not None
        counted = found.cursor.fetchall()
    show = _shower(seen.loaded, key)
    return [(EMPTY if value is None or value == "" else show(value), n) for value, n in counted]


def _shower(loaded: Loaded, key: str) -> Callable[[Any], str]:
    """How the values of a column are shown, found out once."""
    if key in loaded.presets:
        return lambda value: calling.state(loaded, value)
    field = list_columns.shown_field(loaded, key)
    if field is None or field.kind in PLAIN_KINDS:
        return str
    if field.kind in ("enum", "enums"):
        return lambda value: calling.shown(loaded, field, _listed_value(field, value))
    return lambda value: _number_or_text(field, value)


def _listed_value(field: Field, value: Any) -> Any:
    return msgspec.json.decode(value) if field.kind == "enums" and isinstance(value, str) else value


def count(office: Office, ledger_id: str, query: Query = ALL) -> int:
    """How many rows `query` shows."""
    with office.read() as connection:
        seen = list_rules.view(office, connection, ledger_id)
        return connection.scalar(select(func.count()).where(*list_rules.rules(seen, query))) or 0


def tabs(
    office: Office, ledger_id: str, query: Query = ALL, more: Mapping[str, Query] | None = None
) -> dict[str, int]:
    """How many rows each filter chip would show: all, every light, every sublist by its title, and `more` by their keys.

    A query of `more` counts the rows of `query` that it shows too. The rows are walked through once.
    """
    with office.read() as connection:
        seen = list_rules.view(office, connection, ledger_id)
        named = {each.title: rule for each, rule in list_rules.sublists(seen)}
        named |= {key: and_(*list_rules.rules(seen, other)) for key, other in (more or {}).items()}
        light = lights.entry_light(seen.day)
        summed = [func.sum(case((rule, 1), else_=0)) for rule in named.values()]
        statement = select(light, func.count(), *summed).where(*list_rules.rules(seen, query)).group_by(light)
        out = dict.fromkeys(("all", *lights.NAMES, *named), 0)
        for name, n, *counted in connection.execute(statement):
            out["all"] += n
            if name:
                out[name] = n
            for key, found in zip(named, counted, strict=True):
                out[key] += found
        return out


def _files(connection: Connection, wanted: Sequence[str]) -> dict[str, int]:
    return dict(database.fetch_many(connection, _FILES, wanted=list(wanted)))


def _line(office: Office, seen: View, row: Any, items: Mapping[str, ItemLine], files: int, own: str | None) -> Line:
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
        items=items,
        computed={c.id: value for c in loaded.t.computed if (value := row[f"is_{c.id}"]) is not None},
        standing_text=calling.standing(loaded, row["standing"]),
        items_text=calling.matters(loaded, {code: item.cells for code, item in items.items()}) if _listed(loaded) else "",
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


def waited(office: Office, since: str | None) -> int:
    """Working days since `since`, 0 when nobody is waited for."""
    return waiting_days.waited(office.calendar(), office.today(), since)


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

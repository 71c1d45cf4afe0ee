"""The ledger as it is printed and exported, made from the template's print form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from app.engine import calling, storing
from app.engine.ranking import WorkedOut
from app.engine.rows import Held, item_order
from app.ledger import directory, versions
from app.ledger.directory import Contact
from app.ledger.ledgers import LedgerLine
from app.listing import counts, list_rules, lists
from app.office import Office
from app.page import Align, Column, FullSheet, Page
from app.values import divisions, kinds, masking
from app.words.template_words import Signoff
from app.words.templates import Field, Loaded

ITEM_WIDTH = 11.0
MATTERS_WIDTH = 60.0
SHORT = 12
SUMMED = ("money", "area")
RIGHT = ("money", "area", "number", "int", "percent")
CENTRE = ("date", "enum", "year", "bool", "month")


@dataclass(frozen=True)
class _Source:
    """Where a printed column takes its text from."""

    column: Column
    field: Field | None = None
    item: str = ""
    computed: str = ""
    matters: bool = False


def page(
    office: Office, connection: Connection, line: LedgerLine, rows_of: Iterable[Held] | None = None
) -> Page:
    """The printed ledger without its mark, as it stands. `rows_of` are the entries when the caller reads them anyway."""
    made = drawn(
        line,
        rows_of or storing.every_held(connection, line.id),
        division=office.division,
        on=office.today(),
        tallies=lambda: counts.stored(connection, line.id),
        acts=_acts(connection, line),
    )
    contact = directory.read(office, connection).of(line.unit) if made.signs else None
    return replace(made, signs=named_boxes(made.signs, contact)) if contact else made


def named_boxes(boxes: Sequence[str], contact: Contact) -> tuple[str, ...]:
    """The boxes of 主要领导 and 分管旗长 with who they are, as 部门名录 has it for the unit of the ledger (SB 四(一))."""
    names = {"主要领导": contact.chief, "分管旗长": contact.leader}
    told = ((box, next((name for word, name in names.items() if word in box), "")) for box in boxes)
    return tuple(f"{box} {name}" if name else box for box, name in told)


def drawn(
    line: LedgerLine,
    helds: Iterable[Held],
    *,
    division: str,
    on: dt.date,
    tallies: Callable[[], dict[str, dict[str, int]]],
    acts: Sequence[str] = (),
) -> Page:
    """The page of these rows on that day: all but withdrawn and struck-off ones, totals, the identity at the foot.

    `tallies` are asked for when the rows have been read.
    """
    loaded = line.loaded
    sources = _sources(loaded)
    rows: list[tuple[str, ...]] = []
    shared: dict[str, str] = {}  # equal short texts are kept once: states, dates, units
    summed = {s.column.key: 0 for s in sources if s.field is not None and s.field.kind in SUMMED}
    worked = WorkedOut(loaded, [s.computed for s in sources if s.computed], today=on, division=division)
    for held in helds:
        if held.standing in ("deleted", "excluded"):
            continue
        values = worked.of(held)
        shown = {key: lists.computed_text(loaded, key, value) for key, value in values.items()}
        texts = _texts(loaded, sources, held, len(rows) + 1, shown)
        rows.append(tuple(shared.setdefault(t, t) if len(t) < SHORT else t for t in texts))
        for key in summed:
            summed[key] += (values.get(key) if key in values else held.cells.get(key)) or 0
    for key, found in worked.places():
        told = [lists.computed_text(loaded, key, place) for place in found]
        _fill_in(rows, next(i for i, s in enumerate(sources) if s.computed == key), told)
    numbers = tallies()
    foot = (
        counts.list_line(numbers["project"], loaded.t.words),
        *counts.identities(loaded, numbers["project"], numbers["item"]),
        *loaded.t.print.notes,
        *acts,
    )
    names = {"division": divisions.name_of(division), "unit": line.unit, "office": line.unit}
    route = versions.route_of(line) if versions.is_signed(line) else None
    filled: dict[str, Any] = {
        "title": loaded.t.print.title.format(**names),
        "unit_line": loaded.t.print.unit_line.format(**names),
        "date_line": f"填报日期：{chinese_day(on)}",
        "measure_line": loaded.t.print.measure,
        "columns": tuple(s.column for s in sources),
        "rows": rows,
        "totals": _totals(sources, f"{len(rows)} {loaded.t.words.count}", summed),
        "foot": foot,
        "unit": line.unit,
        "name_of_row": next((i for i, s in enumerate(sources) if s.column.key == "name"), 0),
    }
    filled["signs"] = sign_boxes(route) if route else ()
    return Page(**filled)


def sign_boxes(route: Signoff) -> tuple[str, ...]:
    """The boxes of a print: those that the template writes, and whoever must sign and has none."""
    lines = route.lines or ("填报人",)
    return (*lines, *(role for role in route.roles if not any(role in line for line in lines)))


def _acts(connection: Connection, line: LedgerLine) -> list[str]:
    """政府研究 and 报送 above the sign lines, of the sealed version or the newest that has any (decision 10)."""
    known = [v for v in versions.of_ledger(connection, line.id) if v.acts]
    found = next((v for v in known if v.sealed), next(iter(known), None))
    return [act.words for act in found.acts] if found else []


def full_sheet(connection: Connection, line: LedgerLine, *, whole: bool = False) -> FullSheet:
    """Every template field and every matter's field, in texts that read back unchanged (decision 26); what stays in the
    office (who called 12345) is left out unless `whole` is asked for, and reading back leaves it as it is.

    A row without 旗县区 is the banner's own and says so; reading that back leaves it as it is.
    """
    loaded = line.loaded
    stay = frozenset() if whole else masking.hidden(loaded)
    fields = [f for f in loaded.t.fields if f.need != "auto" and f.id not in stay]
    used: set[str] = set()
    ids, helds = [], []
    for held in storing.every_held(connection, line.id):
        if held.standing != "deleted":
            helds.append(held)
            ids.append(held.id)
            used.update(f"{code}.{key}" for code, cells in held.items.items() for key in cells)
    codes = item_order(loaded, {u.rpartition(".")[0] for u in used})
    items = [
        (code, f)
        for code in codes
        for f in loaded.item_fields.values()
        if f"{code}.{f.id}" in used and f.need != "auto" and f.kind not in ("rounds", "pauses")
    ]
    heads = [f.title for f in fields] + [
        f"{_item_title(loaded, code)}" if f.id == "state" else f"{_item_title(loaded, code)}·{f.title}"
        for code, f in items
    ]
    keys = [f.id for f in fields] + [f"{code}.{f.id}" for code, f in items]
    rows = [
        tuple(_told(loaded, f, held) for f in fields)
        + tuple(_text_of(loaded, f, held.items.get(code, {}).get(f.id)) for code, f in items)
        for held in helds
    ]
    return FullSheet(tuple(heads), tuple(keys), rows, ids)


def date_line(day: dt.date) -> str:
    """What stands beside the unit: 填报日期：2022年8月19日."""
    return f"填报日期：{chinese_day(day)}"


def chinese_day(day: dt.date) -> str:
    """2022年8月19日 (GB/T 15835)."""
    return f"{day.year}年{day.month}月{day.day}日"


def printed(field: Field, value: Any) -> str:
    """A stored value as it stands on paper: 2022年8月19日, persons' numbers masked, '' where there is none."""
    if value is None:
        return ""
    if field.kind in ("date", "month") and not field.private:
        return day_words(value)
    return masking.on_paper(field, kinds.show(field, value))


def worded(loaded: Loaded, field: Field, value: Any) -> str:
    """The same with codes by their titles in the ledger's own words."""
    if field.kind not in ("enum", "enums"):
        return printed(field, value)
    return masking.on_paper(field, calling.shown(loaded, field, value))


@lru_cache(4096)
def day_words(text: str) -> str:
    """2022年8月19日 or 2022年8月 of ISO text."""
    return "".join(f"{int(part)}{unit}" for part, unit in zip(text.split("-"), "年月日", strict=False))


def _sources(loaded: Loaded) -> list[_Source]:
    groups = {g.id: g.title for g in loaded.t.groups}
    out = []
    for key in loaded.t.print.columns:
        if key == "seq":
            out.append(_Source(Column("seq", "序号", "", 9.0, "center")))
        elif key in loaded.presets:
            title = loaded.presets[key].title
            out.append(
                _Source(Column(key, title, loaded.t.print.item_group, ITEM_WIDTH, "center"), None, key)
            )
        elif key == "items" and loaded.t.items:
            out.append(_Source(Column(key, loaded.t.items.title, "", MATTERS_WIDTH, "left"), matters=True))
        elif key in loaded.computed:
            known = list_rules.field_of(loaded, loaded.computed[key])
            out.append(_Source(_worked_out(loaded, known), known, computed=key))
        else:
            field = loaded.fields[key]
            unit = f"（{field.unit}）" if field.unit else ""
            group = "" if field.need == "auto" else groups.get(field.group, "")
            column = Column(key, field.title + unit, group, field.width, _align(field.kind))
            out.append(_Source(column, field))
    return out


def _worked_out(loaded: Loaded, known: Field) -> Column:
    value = loaded.computed[known.id]
    unit = f"（{value.unit}）" if value.unit else ""
    group = next((g.title for g in loaded.t.groups if g.id == value.group), "")
    return Column(known.id, value.title + unit, group, value.width, _align(known.kind))


def _fill_in(rows: list[tuple[str, ...]], at: int, texts: Sequence[str]) -> None:
    for number, (row, text) in enumerate(zip(rows, texts, strict=True)):
        rows[number] = (*row[:at], text, *row[at + 1 :])


def _align(kind: str) -> Align:
    if kind in RIGHT:
        return "right"
    return "center" if kind in CENTRE else "left"


def _texts(
    loaded: Loaded, sources: list[_Source], held: Held, number: int, worked: dict[str, str]
) -> tuple[str, ...]:
    return tuple(worked[s.computed] if s.computed else _cell(loaded, s, held, number) for s in sources)


def _cell(loaded: Loaded, source: _Source, held: Held, number: int) -> str:
    if source.item:
        return calling.state(loaded, held.items.get(source.item, {}).get("state", ""))
    if source.matters:
        return masking.mask_in(calling.matters(loaded, held.items))
    if source.field is None:
        return str(number)
    if source.field.id == "status":
        return calling.standing(loaded, held.standing)
    if source.field.id == "ledger_no":
        return held.no
    value = held.cells.get(source.field.id)
    return worded(loaded, source.field, value)


def _totals(sources: list[_Source], rows: str, summed: dict[str, int]) -> tuple[str, ...]:
    out = []
    for source in sources:
        key = source.column.key
        if key == "seq":
            out.append("合计")
        elif key == "name":
            out.append(rows)
        elif key in summed and source.field is not None:
            out.append(kinds.show(source.field, round(summed[key])))
        else:
            out.append("")
    return tuple(out)


def _item_title(loaded: Loaded, code: str) -> str:
    preset, _, nth = code.partition(".")
    return loaded.presets[preset].title + (f"（{nth}）" if nth else "")


def _told(loaded: Loaded, field: Field, held: Held) -> str:
    value = held.cells.get(field.id)
    return (
        kinds.show(field, value or held.division)
        if field.kind == "region"
        else _text_of(loaded, field, value)
    )


def _text_of(loaded: Loaded, field: Field, value: Any) -> str:
    return "" if value is None else calling.text(loaded, field, value)

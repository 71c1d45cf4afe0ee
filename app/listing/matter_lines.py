"""The matters of the rows of a list, read together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from app.engine import calling
from app.engine.rows import STANDING_WORDS, Cells, item_order
from app.listing import lights
from app.listing.list_rules import View
from app.office import Office
from app.words.templates import Loaded
from models.schema import item as item_table


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


class Matters:
    """The matters of some rows, read together: at once, or when the first of them is asked for."""

    def __init__(self, office: Office, seen: View, cells: Mapping[str, Cells]) -> None:
        self._office, self._seen, self._cells = office, seen, cells
        self._made: dict[str, dict[str, ItemLine]] | None = None

    def read(self, connection: Connection) -> None:
        items: dict[str, list[Any]] = {}
        chosen = select(item_table).where(item_table.c.entry_id.in_(list(self._cells)))
        for item in connection.execute(chosen).mappings():
            items.setdefault(item["entry_id"], []).append(item)
        loaded, day = self._seen.loaded, self._seen.day
        self._made = {
            i: _items(self._office, loaded, items.get(i, []), cells, day) for i, cells in self._cells.items()
        }

    def of(self, entry_id: str) -> dict[str, ItemLine]:
        if self._made is None:
            with self._office.read() as connection:
                self.read(connection)
        assert self._made is not None
        return self._made[entry_id]


class OfRow(Mapping[str, ItemLine]):
    """{code: matter} of one row."""

    def __init__(self, matters: Matters, entry_id: str) -> None:
        self._matters, self._id = matters, entry_id

    def __getitem__(self, code: str) -> ItemLine:
        return self._matters.of(self._id)[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._matters.of(self._id))

    def __len__(self) -> int:
        return len(self._matters.of(self._id))


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

"""Looking for a text in the cells of a ledger, and writing another in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import select

from app.engine import calling
from app.ledger import ledgers
from app.listing import lists
from app.listing.lists import Line, Query
from app.office import Office
from app.words import wording
from app.words.templates import Field, Loaded
from models.schema import entry as entry_table

NUMBER = "no"
STEP, AT_A_TIME = 2_000, 500
Shown = Callable[[Line], str]
Tell = Callable[[int, int], None]


class Wanted(Struct, frozen=True):
    """What is looked for. `case`: A is not a; `whole`: the cell says that and no more; `width`: Ａ is not A."""

    text: str
    case: bool = False
    whole: bool = False
    width: bool = False

    def folded(self, text: str) -> str:
        """`text` as it is compared, sign for sign in the same places."""
        told = text if self.width else wording.half_width(text)
        if not self.case:
            low = told.lower()
            told = low if len(low) == len(told) else "".join(c.lower() if len(c.lower()) == 1 else c for c in told)
        return told

    def places(self, text: str) -> Iterator[int]:
        """Where in `text` it stands, from left to right and never twice in the same signs."""
        wanted, told = self.folded(self.text), self.folded(text)
        if not wanted or (self.whole and told != wanted):
            return
        at = told.find(wanted)
        while at >= 0:
            yield at
            at = told.find(wanted, at + len(wanted))

    def meets(self, text: str) -> bool:
        return next(self.places(text), -1) >= 0

    def replaced(self, text: str, by: str) -> tuple[str, int]:
        """`text` with `by` in every place, and in how many."""
        out, end, count = [], 0, 0
        for at in self.places(text):
            out += [text[end:at], by]
            end = at + len(self.text)
            count += 1
        return "".join(out) + text[end:], count


class Hit(Struct, frozen=True):
    """A cell that says it. `text` is what stands in its editor; it may say it there in another way (2,453 and 2453)."""

    entry: str
    key: str
    text: str


def found(
    office: Office,
    ledger_id: str,
    keys: Sequence[str],
    wanted: Wanted,
    tell: Tell | None = None,
    *,
    worked: Mapping[str, Shown] | None = None,
    matters: Sequence[str] = (),
) -> list[Hit]:
    """The cells of the columns `keys` (fields, or `no`) that show the text or have it in their editor, row by row.

    `worked` are the columns that the program fills, as they show a row; `matters` those of these codes. `tell(done, total)`
    counts rows and may raise to give up.
    """
    t = entry_table.c
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        query = select(t.id, t.no, t.cells).where(t.ledger_id == ledger_id, t.standing != "deleted")
        rows = connection.execute(query.order_by(t.number)).all()
    columns = [_Column(line.loaded, line.loaded.fields[key], wanted) for key in keys if key in line.loaded.fields]
    hits = [Hit(entry, code, "") for code in matters for entry in _in_state(office, ledger_id, code, wanted)]
    for at, (entry, no, cells) in enumerate(rows):
        if tell is not None and not at % STEP:
            tell(at, len(rows))
        if NUMBER in keys and wanted.meets(no):
            hits.append(Hit(entry, NUMBER, no))
        for column in columns:
            value = cells.get(column.key)
            if value is not None and (text := column.met(value)) is not None:
                hits.append(Hit(entry, column.key, text))
        if worked and not at % AT_A_TIME:
            lines = lists.lines(office, [row[0] for row in rows[at : at + AT_A_TIME]], matters_later=True)
            hits += [
                Hit(line.id, key, text)
                for line in lines
                for key, shown in worked.items()
                if (text := shown(line)) and wanted.meets(text)
            ]
    return hits


def _in_state(office: Office, ledger_id: str, code: str, wanted: Wanted) -> list[str]:
    """The rows whose matter shows the text: asked as its filter asks, a matter of each row would take ten times as long."""
    states = [state for state, _ in lists.values(office, ledger_id, code, Query()) if state != lists.EMPTY]
    met = tuple(state for state in states if wanted.meets(state))
    return lists.ids(office, ledger_id, Query(where=((code, met),))) if met else []


class _Column:
    """One column being looked through; what was met once is known."""

    def __init__(self, loaded: Loaded, field: Field, wanted: Wanted) -> None:
        self.key = field.id
        self._loaded, self._field, self._wanted = loaded, field, wanted
        self._known: dict[Any, str | None] = {}

    def met(self, value: Any) -> str | None:
        """The text in the editor of a cell that says it, None for others."""
        key = value if isinstance(value, str | int | bool) else None
        if key is not None and (type(value), key) in self._known:
            return self._known[type(value), key]
        text = calling.text(self._loaded, self._field, value)
        met = self._wanted.meets(text) or self._wanted.meets(calling.shown(self._loaded, self._field, value))
        found = text if met else None
        if key is not None:
            self._known[type(value), key] = found
        return found

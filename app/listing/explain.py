"""Why a row has the light it has: start, each stop, calendar, clause, the banner's and the region's due day."""

from __future__ import annotations

from dataclasses import dataclass

from app.engine import clock_words, clocks, expressions, storing
from app.engine.rows import Cells
from app.ledger import ledgers, ruling_words
from app.listing import lights, lists
from app.listing.lists import Line
from app.office import Office
from app.problem import Problem
from app.words.templates import Loaded


@dataclass(frozen=True)
class Explained:
    """The light of a matter and the sentences that account for it."""

    item: str
    title: str
    light: str
    word: str
    sentences: tuple[str, ...]


def entry(office: Office, entry_id: str, item: str = "") -> list[Explained]:
    """One account per matter, or of `item` alone; before them that of a row which no matter accounts for.

    Raises Problem E_NO_ENTRY, E_NO_ITEM.
    """
    line = lists.line(office, entry_id)
    with office.read() as connection:
        ledger = ledgers.line_of(connection, line.ledger_id)
        held = storing.held_of(connection, [entry_id])[entry_id]
        limits = ruling_words.limits_of(connection, [entry_id]).get(entry_id, ())
    beside = ruling_words.sentences(limits, office.today())
    own = next((limit.day for limit in limits if limit.own), "") if limits else line.deadline
    if item and item not in held.items:
        raise Problem("E_NO_ITEM", f"“{held.name}”没有事项 {item}", item=item)
    if ledger.loaded.t.items is None:
        told = clocks.explain(ledger.loaded, held.cells, held.cells, office.calendar(), office.today())
        return [_of_row(ledger.loaded, line, told + beside + _lacking(ledger.loaded, "entry", held.cells))]
    out = []
    if not item and (beside or _stands_alone(line)):
        stage = f"当前环节：{line.stage or '—'}" + (f"，在{line.holder}手里。" if line.holder else "。")
        until = clock_words.deadline(
            ledger.loaded, own, office.calendar(), office.today(), line.cells
        )
        out.append(
            _of_row(ledger.loaded, line, [stage, *until, *beside, *_lacking(ledger.loaded, "entry", held.cells)])
        )
    for code, shown in line.items.items():
        if item and code != item:
            continue
        sentences = clocks.explain(
            ledger.loaded, held.items[code], held.cells, office.calendar(), office.today(), code
        )
        sentences += _lacking(ledger.loaded, "item", held.items[code])
        out.append(
            Explained(code, shown.title, shown.light, lights.word(shown.light, shown.cause), tuple(sentences))
        )
    return out


def _lacking(loaded: Loaded, scope: str, cells: Cells) -> list[str]:
    """What the chosen way of disposal still asks for."""
    fields = loaded.fields if scope == "entry" else loaded.item_fields
    return [
        f"{fields[route.field].title}“{route.title}”还缺{'、'.join(lacking)}（{route.clause}）。"
        for route, lacking in expressions.lacking_of_route(loaded, scope, cells)
    ]


def _of_row(loaded: Loaded, line: Line, sentences: list[str]) -> Explained:
    said = lights.word(line.light, line.cause, stopped=loaded.t.words.stopped)
    return Explained("", line.name, line.light, said, tuple(sentences))


def _stands_alone(line: Line) -> bool:
    """Whether no matter accounts for its row: an 未开工 project whose matters are all done has its own K5 (decision 1)."""
    items = line.items.values()
    own = bool(line.deadline) and all(i.deadline != line.deadline for i in items)
    return bool(line.light) and (own or all(i.light != line.light for i in items))


def conflicts(office: Office, ledger_id: str) -> list[dict[str, str]]:
    """Where the documents disagree, as the template records it."""
    with office.read() as connection:
        loaded = ledgers.line_of(connection, ledger_id).loaded
    return [
        {"id": c.id, "title": c.title, "first": c.first, "second": c.second, "here": c.here, "why": c.why}
        for c in loaded.t.conflicts
    ]

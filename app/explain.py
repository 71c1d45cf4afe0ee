"""Why a row has the light it has: start, each stop, calendar, clause, the banner's and the region's due day."""

from __future__ import annotations

from dataclasses import dataclass

from app import clocks, ledgers, lights, lists, storing
from app.office import Office
from app.problem import Problem


@dataclass(frozen=True)
class Explained:
    """The light of a matter and the sentences that account for it."""

    item: str
    title: str
    light: str
    word: str
    sentences: tuple[str, ...]


def entry(office: Office, entry_id: str, item: str = "") -> list[Explained]:
    """One account per matter in 在账, or of `item` alone. Raises Problem E_NO_ENTRY, E_NO_ITEM."""
    line = lists.line(office, entry_id)
    with office.read() as connection:
        ledger = ledgers.line_of(connection, line.ledger_id)
        held = storing.held_of(connection, [entry_id])[entry_id]
    if item and item not in held.items:
        raise Problem("E_NO_ITEM", f"“{held.name}”没有事项 {item}", item=item)
    out = []
    for code, shown in line.items.items():
        if item and code != item:
            continue
        sentences = clocks.explain(
            ledger.loaded, held.items[code], held.cells, office.calendar(), office.today(), code
        )
        out.append(Explained(code, shown.title, shown.light, lights.WORDS[shown.light], tuple(sentences)))
    return out


def conflicts(office: Office, ledger_id: str) -> list[dict[str, str]]:
    """Where the documents disagree, as the template records it."""
    with office.read() as connection:
        loaded = ledgers.line_of(connection, ledger_id).loaded
    return [
        {"id": c.id, "title": c.title, "first": c.first, "second": c.second, "here": c.here, "why": c.why}
        for c in loaded.t.conflicts
    ]

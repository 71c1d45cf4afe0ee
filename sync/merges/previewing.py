"""A return that was not taken in yet, compared with the own ledger: what taking it in and merging it would come to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from app.ledger import ledgers
from app.office import Office
from app.problem import Problem
from sync import exchange
from sync.checking import joining
from sync.checking.joining import Arrival
from sync.comparing import merging
from sync.contents.taking import Taken
from sync.merges import merges
from sync.receiving.plan import Plan

RETURN = "return"


@dataclass(frozen=True)
class Preview:
    """`judged` is the bundle as `exchange.look` has it; the other two are None for anything but a return."""

    judged: Plan
    arrival: Arrival | None = None
    compared: merging.Plan | None = None


def look(office: Office, file: Path) -> Preview:
    """What a bundle is and, of a return, what merging it would do; nothing is written. Raises those of `exchange.look`.

    A return that cannot be compared is told without: taking it in says why.
    """
    found: list[tuple[Arrival, merging.Plan]] = []

    def compare(connection: Connection, taken: Taken) -> None:
        if ledgers.line_of(connection, taken.ledger).origin_office == office.id:
            try:
                arrival = joining.of_mirror(connection, office, taken.ledger)
                found.append((arrival, joining.compared(connection, arrival)))
            except Problem:
                found.clear()

    judged = exchange.look(office, file, beside=compare)
    if judged.seen and judged.kind == RETURN:
        try:
            found.append(merges.rehearse(office, judged.ledger))
        except Problem:
            found.clear()
    return Preview(judged, *found[0]) if found else Preview(judged)

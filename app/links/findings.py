"""What the rows of all ledgers have to do with one another, found at once: likely pairs, who may leave, whom none holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.change import Change
from app.ledger import ledgers, row_numbers
from app.ledger.ledgers import CHECK
from app.links import following, pairing
from app.links.following import Following
from app.links.pairing import Pair
from app.office import Office
from app.problem import Problem

Tell = Callable[[int, int], object]


@dataclass(frozen=True)
class Unheld:
    """A cell that names a row which no ledger here holds."""

    entry_id: str
    no: str
    name: str
    ledger_id: str
    field: str
    title: str
    text: str


@dataclass(frozen=True)
class Findings:
    """Pairs that may be one project, sure ones first; rows that may leave with the row they follow; cells of no row here.

    `called` are the names of ledgers by id, `home` the ledgers of the rows in `ready`.
    """

    pairs: tuple[Pair, ...]
    ready: tuple[Following, ...]
    unheld: tuple[Unheld, ...]
    called: dict[str, str]
    home: dict[str, str]


def read(office: Office, *, tell: Tell | None = None) -> Findings:
    """All of it, of the own ledgers (the other side of a pair may be a received one)."""
    lines = [line for line in ledgers.all(office) if line.purpose != CHECK]
    ready = {line.id: following.ready(office, line.id) for line in lines if line.own}
    cells = []
    with office.read() as connection:
        for line in (each for each in lines if each.own):
            cells += [
                Unheld(one.entry_id, one.no, one.name, line.id, one.field.id, one.field.title, one.text)
                for one in row_numbers.unheld(connection, line)
            ]
    return Findings(
        pairing.every(office, tell=tell),
        tuple(one for found in ready.values() for one in found),
        tuple(cells),
        {line.id: line.called for line in lines},
        {one.entry_id: home for home, found in ready.items() for one in found},
    )


def close_all(office: Office, entry_ids: Sequence[str], *, tell: Tell | None = None) -> Change:
    """Let many rows leave, each by the paper of the row it follows (`following.close_after`).

    Each is a deed of its own; one that cannot leave stays and is named in `facts["refused"]` [{entry, code, text}].
    Raises Problem E_NOTHING where none could.
    """
    done: list[str] = []
    homes: set[str] = set()
    refused: list[dict[str, str]] = []
    for at, entry_id in enumerate(entry_ids, 1):
        try:
            homes |= following.close_after(office, entry_id).ledgers
            done.append(entry_id)
        except Problem as problem:
            refused.append({"entry": entry_id, "code": problem.code, "text": problem.text})
        if tell is not None:
            tell(at, len(entry_ids))
    if not done:
        raise Problem("E_NOTHING", refused[0]["text"] if refused else "没有选中要办理的", refused=refused)
    said = f"已随同办理 {len(done):,} 行"
    said += f"；{len(refused):,} 行没有办：{refused[0]['text']}" if refused else ""
    return Change(said, frozenset(homes), facts={"closed": done, "refused": refused})

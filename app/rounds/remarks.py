"""Remarks on rows of lower offices, and what is answered: each office keeps them in its own records (desk: 批注)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, select

from app.change import Change
from app.engine import entering, remains, storing
from app.ids import new_id
from app.journals.writing import Write
from app.ledger import ledgers
from app.office import Office
from app.problem import Problem
from app.rounds import rounds
from app.words import wording
from models.schema import entry as entry_table
from models.schema import journal as journal_table

VERB, KIND = "annotate", "remarks"
"""How the journal calls them, and outbox and inbox the file that carries them."""
LONGEST = 2000
BACK = "退回："
"""How a remark begins that asks for the row to be put right and reported again."""


@dataclass(frozen=True)
class Remark:
    """One remark on the row `entry` of `ledger` (its matter `item`, '' for the row), or, with `re`, the answer to one.

    `office` wrote it for `to`. `no` and `name` are the row as its reader knows it.
    """

    id: str
    ledger: str
    entry: str
    item: str
    text: str
    on: str
    clerk: str
    office: str
    office_name: str
    to: str
    to_name: str
    re: str = ""
    no: str = ""
    name: str = ""
    answers: tuple[Remark, ...] = ()

    @property
    def back(self) -> bool:
        """Whether the row is returned: to be put right and reported again."""
        return not self.re and self.text.startswith(BACK)

    def told(self) -> dict[str, Any]:
        """What is journalled and travels."""
        return {key: getattr(self, key) for key in KEYS}


KEYS = tuple("id ledger entry item text on clerk office office_name to to_name re no name".split())
"""What of a remark is journalled, in the order of its fields."""


def annotate(
    office: Office, entry_id: str, *, text: str, item: str = "", back: bool = False
) -> tuple[Change, Remark]:
    """Write a remark on a row a lower office reported; one on a gathered row goes to the office it came from.

    With `back` the row is returned to be put right.
    Raises Problem E_NO_ENTRY, E_OWN_ROW, E_NO_ITEM, E_BLANK.
    """
    said = _text(f"{BACK}{text.strip()}" if back and text.strip() else text)
    with office.write("批注") as work:
        entry, ledger = _target(work.connection, entry_id)
        line = ledgers.line_of(work.connection, ledger)
        held = storing.held_of(work.connection, [entry])[entry]
        if item:
            entering.refuse_item(line.loaded, item)
        remark = Remark(
            new_id(), line.id, entry, item, said, work.on, work.stamp.clerk, office.id, office.name,
            line.origin_id, line.origin, "", held.no, held.name,
        )  # fmt: skip
        record(work, remark)
    told = f"已{'退回' if back else '批注'}“{held.name}”，意见待交给{line.origin}"
    return Change(told, frozenset({line.id}), entry_id, remark.told()), remark


def owner_of(office: Office, entry_id: str) -> tuple[str, str]:
    """(id, name) of the office a remark on this row goes to. Raises Problem E_NO_ENTRY, E_OWN_ROW."""
    with office.read() as connection:
        line = ledgers.line_of(connection, _target(connection, entry_id)[1])
    return line.origin_id, line.origin


def reply(office: Office, remark_id: str, *, text: str) -> tuple[Change, Remark]:
    """Answer a remark that came from above. Raises Problem E_NO_REMARK, E_BLANK."""
    said = _text(text)
    with office.write("答复意见") as work:
        asked = next(
            (r for r in every(work.connection, office) if r.id == remark_id and r.to == office.id), None
        )
        if asked is None:
            raise Problem("E_NO_REMARK", f"没有收到过编号为“{remark_id}”的意见", remark=remark_id)
        remark = replace(
            asked, id=new_id(), text=said, on=work.on, clerk=work.stamp.clerk, office=office.id,
            office_name=office.name, to=asked.office, to_name=asked.office_name, re=asked.id, answers=(),
        )  # fmt: skip
        record(work, remark)
    return Change(
        f"已答复{asked.office_name}对“{asked.name}”的意见", subject=asked.entry, facts=remark.told()
    ), remark


def record(work: Write, remark: Remark) -> None:
    """Keep a remark in the office's own journal, found by its row."""
    work.office_line(VERB, remark.entry, {"remark": remark.told()})


def every(connection: Connection, office: Office) -> list[Remark]:
    """All remarks and answers of this office, its own and those it received, oldest first, answers with theirs."""
    return _answered(
        of(body["remark"]) for _, body in rounds.told(connection, office.stream) if "remark" in body
    )


def _answered(found: Iterable[Remark]) -> list[Remark]:
    """Each with the answers to it."""
    said = list(found)
    answers: dict[str, list[Remark]] = {}
    for one in said:
        if one.re:
            answers.setdefault(one.re, []).append(one)
    return [replace(r, answers=tuple(answers[r.id])) if r.id in answers else r for r in said]


def all(office: Office) -> list[Remark]:  # noqa: A001 - reads as remarks.all
    """The remarks with their answers, newest first."""
    with office.read() as connection:
        return [r for r in reversed(every(connection, office)) if not r.re]


def of_entry(office: Office, entry_id: str) -> list[Remark]:
    """The remarks on one row, or on the one it was gathered from, with their answers, oldest first."""
    t = journal_table.c
    with office.read() as connection:
        source = connection.scalar(select(entry_table.c.source).where(entry_table.c.id == entry_id))
        both = [entry_id, source or entry_id]
        query = select(journal_table).where(t.stream == office.stream, t.subject.in_(both), t.verb == VERB)
        left = remains.of_stream(connection, office.stream)
        bodies = [left.body(row) for row in connection.execute(query.order_by(t.seq)).mappings()]
    return [r for r in _answered(of(body["remark"]) for body in bodies if body) if not r.re]


def of(told: Mapping[str, Any]) -> Remark:
    """A remark as it was journalled."""
    values: dict[str, Any] = {key: str(told[key]) for key in KEYS}
    return Remark(**values)


def lines(found: list[Remark]) -> list[str]:
    """Remarks as text, answers below them."""
    out = []
    for r in found:
        out.append(f"{r.on} {r.office_name}→{r.to_name}　{r.no} {r.name} {r.item}：{r.text}　[{r.id}]")
        out += [f"    {a.on} {a.office_name}答复：{a.text}" for a in r.answers]
    return out


def _target(connection: Connection, entry_id: str) -> tuple[str, str]:
    """(row, ledger) at the office it belongs to: the row itself when it was received, else the one it was gathered from."""
    t = entry_table.c
    row = connection.execute(select(t.ledger_id, t.source).where(t.id == entry_id)).first()
    if row is None:
        raise Problem("E_NO_ENTRY", "没有这一行，请刷新后再看", entry=entry_id)
    if not ledgers.line_of(connection, row.ledger_id).own:
        return entry_id, str(row.ledger_id)
    above = (
        connection.execute(select(t.id, t.ledger_id).where(t.id == row.source)).first()
        if row.source
        else None
    )
    if above is None or ledgers.line_of(connection, above.ledger_id).own:
        raise Problem("E_OWN_ROW", "这是本单位自己的行，直接修改或备注就行，不用批注", entry=entry_id)
    return str(above.id), str(above.ledger_id)


def _text(text: str) -> str:
    said = wording.clean(text)
    if not said or len(said) > LONGEST:
        raise Problem("E_BLANK", f"请写明意见，最多 {LONGEST} 字", field="text")
    return said

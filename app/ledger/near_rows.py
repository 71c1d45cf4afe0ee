"""Rows of a ledger that one about to be typed in may be: asked about, never refused and never joined (decision 14)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import false, or_, select

from app.engine import entering
from app.engine.entering import Texts
from app.engine.rows import STANDING_WORDS
from app.ledger import ledgers
from app.ledger.ledger_groups import REGISTER
from app.office import Office
from app.problem import Problem
from app.values import kinds, likeness
from models.schema import entry as entry_table

MOST = 5
_SURE = 100.0
_NUMBER = re.compile("[0-9]+")


@dataclass(frozen=True)
class NearRow:
    """A row that may be the same; `why` says what speaks for it, `standing` where it stands."""

    entry_id: str
    no: str
    name: str
    standing: str
    why: str

    @property
    def line(self) -> str:
        return f"{self.no}“{self.name}”（{self.standing}）——{self.why}"


def near(office: Office, ledger_id: str, texts: Texts) -> tuple[NearRow, ...]:
    """At most MOST rows with the same project code, the same name or one nearly like it, the surest first.

    () for a register, whose rows are called alike by right, and where the texts cannot be read: adding will say so.
    """
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        if line.loaded.t.nature == REGISTER:
            return ()
        try:
            cells = entering.changes_of(line.loaded, texts)
        except Problem:
            return ()
        t = entry_table.c
        query = select(t.id, t.no, t.name, t.standing, t.name_key, t.code_key).where(
            t.ledger_id == ledger_id, t.standing != "deleted"
        )
        rows = connection.execute(query).all()
    name, code = (str(cells.get(key) or "") for key in ("name", "project_code"))
    scores = _alike(name, {row.id: row.name or "" for row in rows})
    found = []
    for row in rows:
        same = bool(code) and row.code_key == kinds.code_key(code)
        score = _SURE + 1 if same else scores.get(row.id, 0.0)
        if score:
            why = "项目代码相同" if same else "名称相同" if score == _SURE else "名称相近"
            found.append(
                (
                    score,
                    NearRow(row.id, row.no, row.name, STANDING_WORDS.get(row.standing, row.standing), why),
                )
            )
    return tuple(one for _, one in sorted(found, key=lambda each: (-each[0], each[1].no)))[:MOST]


def twins(office: Office, entry_id: str) -> tuple[NearRow, ...]:
    """Rows of the same ledger with the name or the project code of this one, which lies in the bin; () in a register."""
    t = entry_table.c
    with office.read() as connection:
        row = connection.execute(select(t.ledger_id, t.name_key, t.code_key).where(t.id == entry_id)).one()
        if ledgers.line_of(connection, row.ledger_id).loaded.t.nature == REGISTER:
            return ()
        same = [column == key for column, key in ((t.name_key, row.name_key), (t.code_key, row.code_key)) if key]
        living = select(t.id, t.no, t.name, t.standing, t.code_key).where(
            t.ledger_id == row.ledger_id, t.id != entry_id, t.standing != "deleted",
            or_(false(), *same),
        )  # fmt: skip
        found = connection.execute(living.order_by(t.number).limit(MOST)).all()
    return tuple(
        NearRow(
            one.id, one.no, one.name, STANDING_WORDS.get(one.standing, one.standing),
            "项目代码相同" if row.code_key and one.code_key == row.code_key else "名称相同",
        )
        for one in found
    )  # fmt: skip


def refuse_unasked(office: Office, ledger_id: str, texts: Texts) -> None:
    """Raise Problem E_CONFIRM (`rows`: the numbers) where a row may be there already and nobody has said that it is another."""
    found = near(office, ledger_id, texts)
    if found:
        told = "；".join(one.line for one in found)
        raise Problem(
            "E_CONFIRM",
            f"可能已经有了：{told}。还没有写入；确实是另一个，请加 --yes 再做一次",
            rows=[one.no for one in found],
        )


def _alike(name: str, names: dict[str, str]) -> dict[str, float]:
    """{row: how alike, 100 the same} of those worth a look."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - slow to load, and only adding by hand asks for it

    key = kinds.name_key(name)
    if not key:
        return {}
    keys = {row: kinds.name_key(text) for row, text in names.items()}
    found = process.extract(key, keys, scorer=fuzz.ratio, score_cutoff=likeness.ALIKE, limit=50)
    return {
        row: score
        for other, score, row in found
        if not likeness.contrary(name, names[row]) and not _numbered_apart(key, other)
    }


def _numbered_apart(one: str, other: str) -> bool:
    """Whether the numbers alone tell the two names apart: 项目1 and 项目10 are typed one after the other."""
    return one != other and _NUMBER.sub("#", one) == _NUMBER.sub("#", other)

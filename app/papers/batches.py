"""The batches of 回头看: what was drawn when and by which seed, how far the check is, and its rates (SB 六(四))."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from app.engine import calling, storing
from app.engine.rows import UNCOUNTED, Held
from app.figures import figure_sums
from app.ledger import ledgers, serving
from app.office import Office
from app.papers.sampling import UNSAID
from app.problem import Problem
from models.schema import entry as entry_table
from models.schema import journal as journal_table

WHOLE = "整个项目"
ONE_BY_ONE = "（没有抽样，逐条登记）"
_SIZE = re.compile(r"^(?P<ledger>.*?) ?(?P<on>\d{4}-\d\d-\d\d) (?P<n>\d+)/(?P<among>\d+)(?:（\d+）)?$")
_TOLD = re.compile(r"^抽样：(?P<rule>.*?)(?:，按单位比例)?，种子 .*，[\d,]+ 个$", re.S)


@dataclass(frozen=True)
class Checked:
    """One row of 回头看 with the row it is about (`no`, `unit`, `matter`); `real` and `rebound` None until it is checked."""

    entry_id: str
    record: str
    no: str
    item: str
    name: str
    unit: str
    matter: str
    standing: str
    batch: str
    seed: str
    on: str
    way: str
    real: bool | None
    rebound: bool | None
    finding: str
    handled_on: str
    reopened_on: str

    @property
    def bad(self) -> bool:
        return self.real is False or self.rebound is True


@dataclass(frozen=True)
class Batch:
    """A sample as it was filed: of which ledger, when, `n` of `among` rows by `rule` and `seed`."""

    name: str
    ledger: str
    on: str
    n: int
    among: int
    seed: str
    rule: str
    rows: tuple[Checked, ...]

    @property
    def checked(self) -> int:
        return sum(bool(row.on) for row in self.rows)

    @property
    def found(self) -> int:
        return sum(row.bad for row in self.rows)

    def as_json(self) -> dict[str, Any]:
        return {
            "batch": self.name, "ledger": self.ledger, "on": self.on, "n": self.n, "among": self.among, "seed": self.seed,
            "rule": self.rule, "rows": len(self.rows), "checked": self.checked, "found": self.found,
        }  # fmt: skip


@dataclass(frozen=True)
class Rate:
    """What the checks of one unit or matter came to; `true_rate` in percent of those checked, None where none was."""

    name: str
    drawn: int
    checked: int
    untrue: int
    rebounded: int
    reopened: int
    true_rate: str | None


@dataclass(frozen=True)
class Rates:
    """Of one batch, or of all of 回头看: per unit, per matter, all together; `rows` are the checks counted."""

    batch: str
    units: tuple[Rate, ...]
    matters: tuple[Rate, ...]
    total: Rate
    rows: tuple[Checked, ...]


def listed(office: Office) -> list[Batch]:
    """Every batch, the newest first; [] without a register."""
    with office.read() as connection:
        rows = _rows(connection, serving.found_in(connection, "recheck"))
        named: dict[str, list[Checked]] = {}
        for row in rows:
            if row.batch:
                named.setdefault(row.batch, []).append(row)
        said = _rules(connection, [members[0].entry_id for members in named.values()])
    found = [_batch(name, members, said.get(members[0].entry_id, "")) for name, members in named.items()]
    return [one for _, one in sorted(enumerate(found), key=lambda each: (each[1].on, each[0]), reverse=True)]


def find(office: Office, name: str) -> Batch:
    """A batch by its name, or by its seed where only one has it. Raises Problem E_NO_BATCH."""
    known, wanted = listed(office), name.strip()
    hits = [one for one in known if one.name == wanted] or [one for one in known if one.seed == wanted]
    if len(hits) == 1:
        return hits[0]
    told = "；".join(f"{one.name}（种子 {one.seed}）" for one in (hits or known)[:10]) or "还没有抽过样"
    said = f"种子“{wanted}”抽过几批，请写批次名" if hits else f"没有“{wanted}”这一批"
    raise Problem("E_NO_BATCH", f"{said}；已有：{told}", batch=wanted)


def rates(office: Office, batch: str = "") -> Rates:
    """How true what was closed turned out, per unit and per matter (SB 六(四)); `batch` '' counts all of 回头看.

    The unit is that of the row looked at; a check of no single matter counts under 整个项目. Raises Problem E_NO_BATCH.
    """
    if batch:
        rows: Sequence[Checked] = find(office, batch).rows
    else:
        with office.read() as connection:
            rows = _rows(connection, serving.found_in(connection, "recheck"))
    units, matters = _grouped(rows, lambda row: row.unit), _grouped(rows, lambda row: row.matter)
    return Rates(batch, units, matters, _rate("合计", rows), tuple(rows))


def _grouped(rows: Iterable[Checked], by: Callable[[Checked], str]) -> tuple[Rate, ...]:
    groups: dict[str, list[Checked]] = {}
    for row in rows:
        groups.setdefault(by(row), []).append(row)
    order = sorted(groups, key=lambda name: (name in (UNSAID, WHOLE), name))
    return tuple(_rate(name, groups[name]) for name in order)


def _rate(name: str, rows: Sequence[Checked]) -> Rate:
    checked = [row for row in rows if row.on]
    true = sum(row.real is True for row in checked)
    share = figure_sums.percent(true, len(checked))
    return Rate(
        name,
        len(rows),
        len(checked),
        sum(row.real is False for row in checked),
        sum(row.rebound is True for row in checked),
        sum(bool(row.reopened_on) for row in rows),
        share,
    )


def _rows(connection: Connection, register: str) -> list[Checked]:
    """The rows of 回头看 that count, with what is known of the rows they are about."""
    if not register:
        return []
    held = [each for each in storing.every_held(connection, register) if each.standing not in UNCOUNTED]
    numbers = {str(each.cells.get("about") or "").partition("/")[0] for each in held} - {""}
    t = entry_table.c
    query = select(t.id, t.no, t.unit, t.standing, t.ledger_id).where(
        t.no.in_(numbers), t.standing != "deleted"
    )
    lines = {line.id: line for line in ledgers.lines_in(connection)}
    rows = sorted(connection.execute(query), key=lambda row: lines[row.ledger_id].own)  # own ones rule
    about = {row.no: (row, lines[row.ledger_id].loaded) for row in rows}
    subjects = storing.held_of(connection, [row.id for row, _ in about.values()])
    return [_checked(each, about, subjects) for each in held]


def _checked(held: Held, about: dict[str, Any], subjects: dict[str, Held]) -> Checked:
    cells = held.cells
    no, _, item = str(cells.get("about") or "").partition("/")
    row, loaded = about.get(no, (None, None))
    own = subjects[row.id].items.get(item, {}) if row is not None else {}
    matter = calling.matter(loaded, item, own) if loaded is not None and item else item or WHOLE
    told = {
        key: str(cells.get(key) or "")
        for key in ("sample", "seed", "on", "way", "finding", "handled_on", "reopened_on")
    }
    return Checked(
        entry_id=held.id, record=held.no, no=no, item=item, name=held.name,
        unit=(row.unit if row is not None else "") or UNSAID, matter=matter,
        standing=calling.standing(loaded, row.standing) if row is not None else "查无此号",
        batch=told["sample"], seed=told["seed"], on=told["on"], way=told["way"], real=cells.get("real"),
        rebound=cells.get("rebound"), finding=told["finding"], handled_on=told["handled_on"], reopened_on=told["reopened_on"],
    )  # fmt: skip


def _rules(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """By row what the journal says it was drawn by."""
    j = journal_table.c
    query = select(j.subject, j.body).where(j.subject.in_(ids), j.verb == "add", j.body.is_not(None))
    return {
        row.subject: str(json.loads(row.body).get("facts", {}).get("reason", ""))
        for row in connection.execute(query)
    }


def _batch(name: str, rows: Sequence[Checked], said: str) -> Batch:
    size, rule = _SIZE.match(name), _TOLD.match(said)
    ordered = tuple(sorted(rows, key=lambda row: (row.no, row.record)))
    return Batch(
        name=name,
        ledger=size["ledger"] if size else name,
        on=size["on"] if size else min((row.on for row in rows if row.on), default=""),
        n=int(size["n"]) if size else len(rows),
        among=int(size["among"]) if size else len(rows),
        seed=next((row.seed for row in rows if row.seed), ""),
        rule=rule["rule"] if rule else "",
        rows=ordered,
    )

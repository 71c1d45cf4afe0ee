"""回头看: a sample anybody can draw again, filed and printed, and what was found of it (S54, SB 二, 六(四)).

How a row's place in the draw is found: SHA-256 of "seed, line feed, 台账编号" (UTF-8), as hexadecimal text; the rows with
the smallest texts are drawn. Neither the order of the rows nor the version of the program makes a difference, and a
larger sample with the same seed holds the smaller one. By shares: each unit is given n × its rows ÷ all rows, rounded
down, and what is left over goes to the largest remainders, the smaller name first; within a unit as above.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, select

from app.change import Change
from app.engine import calling, entering, expression_sql, storing
from app.engine.rows import UNCOUNTED, Held, patched
from app.journals.writing import Write
from app.ledger import attachments, deeds, entries, leaving, ledgers, serving, unsealed
from app.ledger.attachments import Kept
from app.ledger.entries import NewRow
from app.ledger.ledgers import LedgerLine
from app.ledger.recording import Recorder
from app.listing import list_rules, lists
from app.listing.list_rules import View
from app.office import Office
from app.papers import sample_rules
from app.problem import Problem
from app.words import wording
from app.words.templates import Loaded
from models.schema import entry as entry_table
from models.schema import journal as journal_table

Rule = Literal["closed", "all", "removed"]
GONE = ("approved", "started", "removed", "corrected")
RULES: Mapping[str, tuple[str, ...]] = {
    "closed": GONE,
    "all": ("open", "complete", *GONE),
    "removed": ("removed",),
}
"""Which standings a rule draws from."""
_LONGEST_SEED = 60
UNSAID = "（未填）"
Also = Callable[[Write, str, list[str]], object]


@dataclass(frozen=True)
class Drawn:
    """One row of the sample; `digest` is what its place in the draw goes by."""

    entry_id: str
    no: str
    name: str
    unit: str
    standing: str
    digest: str


@dataclass(frozen=True)
class Stratum:
    """How many rows of one unit could be drawn, and how many were."""

    unit: str
    rows: int
    drawn: int


@dataclass(frozen=True)
class Draw:
    """A sample: drawn of `among` rows of a ledger by these words; the same words draw the same rows."""

    ledger: str
    title: str
    n: int
    seed: str
    rule: str
    rule_words: str
    shares: bool
    among: int
    rows: tuple[Drawn, ...]
    strata: tuple[Stratum, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "ledger": self.ledger, "n": self.n, "seed": self.seed, "rule": self.rule, "shares": self.shares,
            "among": self.among, "rows": [{"no": r.no, "name": r.name, "unit": r.unit} for r in self.rows],
            "strata": [{"unit": s.unit, "rows": s.rows, "drawn": s.drawn} for s in self.strata],
        }  # fmt: skip


def draw(
    office: Office, ledger_id: str, *, n: int, seed: str, rule: str = "closed", shares: bool = False
) -> Draw:
    """Draw `n` rows. `rule`: closed, all, removed, or an expression over the row (invest > 50000000, amounts in 分).

    `shares`: each unit by its share of the rows. With fewer rows than `n` all of them are the sample.
    Raises Problem E_SEED, E_SAMPLE_SIZE, E_NOTHING, E_EXPRESSION, E_NO_LEDGER.
    """
    seed = wording.one_line(seed)
    if not seed or len(seed) > _LONGEST_SEED:
        raise Problem(
            "E_SEED", f"请写明种子（不超过 {_LONGEST_SEED} 个字），如开会的日期，重抽时要用", field="seed"
        )
    if n < 1:
        raise Problem("E_SAMPLE_SIZE", "抽几个要写 1 以上的整数", field="n")
    with office.read() as connection:
        seen = list_rules.view(office, connection, ledger_id)
        words, condition = _condition(seen, rule)
        t = entry_table.c
        query = select(t.id, t.no, t.name, t.unit, t.standing).where(t.ledger_id == ledger_id, condition)
        found = [
            Drawn(
                row.id,
                row.no,
                row.name or row.no,
                row.unit or UNSAID,
                calling.standing(seen.loaded, row.standing),
                place(seed, row.no),
            )
            for row in connection.execute(query)
        ]
    if not found:
        none = "还没有可抽的行" if rule == "all" else f"没有{words}，请换一个抽样范围"
        raise Problem("E_NOTHING", f"《{seen.line.title}》里{none}", ledger=ledger_id)
    chosen, strata = by_shares(found, n) if shares else (_first(found, n), ())
    rows = tuple(sorted(chosen, key=lambda row: row.no))
    return Draw(ledger_id, seen.line.title, n, seed, rule, words, shares, len(found), rows, tuple(strata))


def place(seed: str, no: str) -> str:
    """What the place of a row in the draw goes by: SHA-256 of seed, line feed and 台账编号, in hexadecimal."""
    return hashlib.sha256(f"{seed}\n{no}".encode()).hexdigest()


def by_shares(found: Sequence[Drawn], n: int) -> tuple[list[Drawn], list[Stratum]]:
    """The sample by units, by the largest remainders."""
    units: dict[str, list[Drawn]] = {}
    for row in found:
        units.setdefault(row.unit, []).append(row)
    wanted = min(n, len(found))
    given = {unit: wanted * len(rows) // len(found) for unit, rows in units.items()}
    left = sorted(units, key=lambda unit: (-(wanted * len(units[unit]) % len(found)), unit))
    for unit in left[: wanted - sum(given.values())]:
        given[unit] += 1
    chosen = [row for unit, rows in units.items() for row in _first(rows, given[unit])]
    return chosen, [Stratum(unit, len(units[unit]), given[unit]) for unit in sorted(units)]


def file(office: Office, drawn: Draw, *, also: Also | None = None) -> Change:
    """File every row of the sample in 回头看 as a batch of today, in one deed; the change's facts name the batch.

    `also` is done in the same deed, told the register and its new rows.

    Raises Problem E_SAMPLED when this very sample was filed already.
    """
    named = wording.one_line(f"{drawn.title[:30]} {office.today().isoformat()} {drawn.n}/{drawn.among}")
    with office.write("回头看抽样") as work:
        register = serving.within(work, office, "recheck")
        line = ledgers.line_of(work.connection, register)
        _refuse_again(work.connection, register, drawn)
        batch = _unused(work.connection, register, named)
        texts = (
            {"name": row.name, "about": row.no, "sample": batch, "seed": drawn.seed} for row in drawn.rows
        )
        new = [NewRow(entering.changes_of(line.loaded, text)) for text in texts]
        facts = {"reason": _told(drawn)}
        ids = entries.add_many(work, line, office, new, facts, basis=batch)
        if also is not None:
            also(work, register, ids)
    return Change(
        f"已登记回头看 {len(ids):,} 条：{batch}",
        frozenset({register}),
        ids[0],
        {"batch": batch, "filed": len(ids)},
    )


def refuse_again(office: Office, drawn: Draw) -> None:
    """Raise Problem E_SAMPLED when this very sample was filed already, on whatever day."""
    register = serving.found(office, "recheck")
    if register:
        with office.read() as connection:
            _refuse_again(connection, register, drawn)


def find(
    office: Office,
    ref: str,
    *,
    on: str,
    way: str,
    real: bool,
    rebound: bool,
    finding: str = "",
    handling: str = "",
    handled: str = "",
    checker: str = "",
    item: str | None = None,
    reopen: bool = False,
    second: str = "",
    slip: Path | None = None,
) -> Change:
    """What was found of a row that was looked at again, named by its number in 回头看.

    `item` is the matter of the row that it was found of, '' the whole of it, None what the row of 回头看 says already.
    `reopen`: what turned out untrue or came back is taken into 在账 again by the named event 恢复, whose reason names
    this row; never otherwise (SB 六(四)). In a sealed ledger that rests on a 更正单: its scan, signed by a second person,
    is kept with both rows (decision 6). Raises Problem E_NO_RECHECK, E_NOT_OPEN, E_FINDING, E_NOT_FOUND_OUT, E_NO_SUBJECT,
    E_NO_ITEM, E_SLIP, E_SECOND, those of `attachments.keep` and of `leaving.reopen`; nothing is written then.
    """
    held = _recheck(office, ref)
    if (not real or rebound) and not wording.clean(finding):
        raise Problem("E_FINDING", "不属实或反弹的，要写明发现的问题", field="finding")
    if reopen and real and not rebound:
        raise Problem("E_NOT_FOUND_OUT", "核查属实也没有反弹的，不能恢复入账", field="reopen")
    about = _about(office, held, item)
    subject, code = _subject(office, held, about) if reopen else ("", "")
    kept = _slip(office, subject, second, slip) if reopen else None
    texts = {
        "about": about, "on": on, "way": way, "real": "是" if real else "否", "rebound": "是" if rebound else "否",
        "finding": finding, "handling": handling, "handled_on": handled, "checker": checker or office.clerk,
    }  # fmt: skip
    touched: frozenset[str] = frozenset()
    said = f"已登记回头看结果：{held.name}"
    with office.write("回头看结果") as work:
        if reopen:
            agreed = f"（更正单，{second}签字同意）" if kept is not None else ""
            why = f"回头看{held.no}：{finding}{agreed}"
            back = leaving.reopen(office, subject, code, reason=why, on=on, within=work)
            touched, said = back.ledgers, f"{said}；{back.said}"
        _, new, line = entries.amend_in(work, office, held.id, {k: v for k, v in texts.items() if v})
        if reopen:
            _mark_reopened(work, office, line, new)
        if kept is not None:
            for entry in (held.id, subject):
                row, own = entries.held_for(work, entry)
                attachments.file_with(work, own.id, kept, entry_id=entry, subject=entry, rev=row.rev)
    return Change(said, touched | {line.id}, held.id, {"no": held.no, "reopened": reopen})


def _mark_reopened(work: Write, office: Office, line: LedgerLine, held: Held) -> None:
    """The day it came back is written with the deed alone, never by hand (SB 六(四))."""
    new = held.copy()
    new.cells = patched(held.cells, {"reopened_on": held.cells["on"]})
    recorder = Recorder(work, line, office.calendar())
    recorder.put(held, new, "amend")
    recorder.flush()


def _about(office: Office, held: Held, item: str | None) -> str:
    """What the row of 回头看 is about, with the matter it was found of."""
    about = str(held.cells.get("about") or "")
    no = about.partition("/")[0]
    if item is None or not no:
        return about
    known = lists.line(office, entries.find(office, no)).items
    if item and item not in known:
        raise Problem("E_NO_ITEM", f"“{held.name}”没有事项“{item}”，请从它的事项里选", field="item")
    return f"{no}/{item}" if item else no


def _slip(office: Office, subject: str, second: str, slip: Path | None) -> Kept | None:
    """The signed 更正单 by which a row of a sealed ledger comes back. Raises Problem E_SECOND, E_SLIP."""
    if not ledgers.get(office, lists.line(office, subject).ledger_id).sealed:
        return None
    deeds.refuse_same_person(office, second)
    if slip is None:
        raise Problem("E_SLIP", "恢复入账要凭更正单：请附上签字的更正单扫描件", field="scan")
    return attachments.keep(office, slip)


def _condition(seen: View, rule: str) -> tuple[str, ColumnElement[bool]]:
    """The rule in words, and as SQL. Raises Problem E_EXPRESSION."""
    t = entry_table.c
    if rule in RULES:
        return _rule_words(seen.loaded, rule), t.standing.in_(RULES[rule])
    told = expression_sql.condition(seen.loaded, rule, seen.now, item=False)
    return f"{sample_rules.told(seen.loaded, rule)} 的", t.standing.in_(RULES["all"]) & told


def _rule_words(loaded: Loaded, rule: str) -> str:
    own = loaded.t.words
    if rule == "removed":
        return f"只抽{own.removed}的"
    if rule == "all":
        return "台账里的全部"
    return f"已出账的（{'、'.join(calling.flow(own, kind) for kind in GONE)}）"


def _first(rows: Sequence[Drawn], n: int) -> list[Drawn]:
    return sorted(rows, key=lambda row: (row.digest, row.no))[:n]


def _told(drawn: Draw) -> str:
    """What the journal says of each row of a sample: by rule, seed and number it is known again on any day."""
    shared = "，按单位比例" if drawn.shares else ""
    return f"抽样：{drawn.rule_words}{shared}，种子 {drawn.seed}，{drawn.n:,} 个"


def _refuse_again(connection: Connection, register: str, drawn: Draw) -> None:
    """Raise Problem E_SAMPLED where rows of this ledger, seed, rule and number stand in the register, of whatever day."""
    alike = {
        held.id: held
        for held in storing.every_held(connection, register)
        if held.standing not in UNCOUNTED and held.cells.get("seed") == drawn.seed
    }
    t, j = entry_table.c, journal_table.c
    about = {str(held.cells.get("about")) for held in alike.values()}
    own = set(connection.scalars(select(t.no).where(t.ledger_id == drawn.ledger, t.no.in_(about))))
    added = select(j.subject, j.body).where(j.subject.in_(alike), j.verb == "add").order_by(j.seq)
    for subject, body in connection.execute(added):
        cells = alike[subject].cells
        said = json.loads(body or "{}").get("facts", {}).get("reason")
        if cells.get("about") in own and said == _told(drawn):
            batch = cells.get("sample", "")
            raise Problem(
                "E_SAMPLED",
                f"这一批已经登记过了（{batch}，种子 {drawn.seed}），不用再登记；要另抽一批请换种子",
                batch=batch,
            )


def _recheck(office: Office, ref: str) -> Held:
    register = serving.found(office, "recheck")
    with office.read() as connection:
        for held in storing.every_held(connection, register) if register else ():
            if held.standing != "deleted" and ref.strip() in (held.no, held.id):
                unsealed.refuse_void(ledgers.line_of(connection, register), held)
                return held
    raise Problem("E_NO_RECHECK", f"回头看里没有“{ref}”，请用登记号查找", ref=ref)


def _unused(connection: Connection, register: str, batch: str) -> str:
    """The name of a batch that no other of the same day and size bears: 待批项目台账 2022-09-20 5/40（2）."""
    cell = entry_table.c.cells["sample"].as_string()
    known = set(connection.scalars(select(cell).where(entry_table.c.ledger_id == register)))
    tries = (batch, *(f"{batch}（{n}）" for n in range(2, len(known) + 3)))
    return next(name for name in tries if name not in known)


def _subject(office: Office, held: Held, about: str) -> tuple[str, str]:
    """The row, and the matter of it, that was looked at again."""
    no, _, item = about.partition("/")
    if not no:
        raise Problem("E_NO_SUBJECT", f"{held.no} 没有写是哪个项目的回头看，不能恢复入账", entry=held.id)
    return entries.find(office, no), item

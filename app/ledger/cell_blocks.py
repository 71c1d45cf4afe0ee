"""Many cells of a ledger written as one deed: what fits is taken, what does not is handed back with its text."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as part
from itertools import islice
from typing import Any

from app.change import Change
from app.engine import calling, entering, expressions, storing
from app.engine.entering import Texts
from app.engine.freezing import refuse_frozen, refuse_locked, refuse_outside_part
from app.engine.rows import Cells, Changes, Held, fresh_items, in_base
from app.journals.writing import Write
from app.ledger import entries, ledgers, row_numbers
from app.ledger.entries import NewRow
from app.ledger.ledgers import LedgerLine
from app.ledger.recording import Recorder
from app.office import Office
from app.problem import Problem
from app.values import dates
from app.words import wording
from app.words.templates import Loaded
from models import rare_lines
from models.schema import journal as journal_table

CHUNK, LONGEST_SAID = 500, 300
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class CellFault:
    """A cell that was not written, and the text that was meant for it."""

    text: str
    problem: Problem


@dataclass(frozen=True)
class NewRows:
    """Rows to add in the same deed, each as {field id: text}; who declares them 不涉密, and in a sealed ledger the basis."""

    texts: Sequence[Texts]
    not_secret: str
    basis: str = ""
    on: str = ""


@dataclass(frozen=True)
class Amended(Change):
    """What was written. `faults` go by (entry id, field id); `refused` are new rows left out, by their place.

    The fact `cells` counts the cells of rows that were there whose value is another now.
    """

    faults: Mapping[tuple[str, str], CellFault] = part(default_factory=dict)
    added: tuple[str, ...] = ()
    refused: Mapping[int, Problem] = part(default_factory=dict)


def amend_many(
    office: Office,
    ledger_id: str,
    texts: Mapping[str, Texts],
    tell: Tell | None = None,
    *,
    new: NewRows | None = None,
) -> Amended:
    """Write {entry id: {field id: text}} of one ledger and add `new` rows, in one transaction; '' clears a cell.

    A cell that does not read, is frozen, or fails a check stays as it was and comes back among the faults; the others are
    written. `tell(done, total)` counts rows and may raise to give up: nothing is written then.
    Raises Problem E_FOREIGN, and for new rows E_SECRET, E_ADD_BASIS, E_ADD_REASON.
    """
    total = len(texts) + (len(new.texts) if new else 0)
    with office.write("修改") as work:
        line = ledgers.line_of(work.connection, ledger_id)
        ledgers.refuse_foreign(line)
        block = _Block(work, office, line)
        waiting = iter(texts)
        done = 0
        while chunk := list(islice(waiting, CHUNK)):
            if tell is not None:
                tell(done, total)
            block.amend({entry: texts[entry] for entry in chunk})
            done += len(chunk)
        block.recorder.flush()
        added = block.add(new) if new is not None and new.texts else ()
    said = f"已改 {block.cells:,} 格" + (f"，新增 {len(added):,} 行" if added else "")
    facts = {"cells": block.cells, "rows": block.rows, "added": len(added)}
    return Amended(said, frozenset({ledger_id}), None, facts, block.faults, added, block.refused)


class _Block:
    """The deed under way."""

    def __init__(self, work: Write, office: Office, line: LedgerLine) -> None:
        self.work, self.office, self.line = work, office, line
        self.sealed = work.ledger(line.id).sealed
        self.recorder = Recorder(work, line, office.calendar(), sparing=True)
        self.tied = frozenset(f.id for f in row_numbers.row_fields(line.loaded))
        self.reads = _Reads(line.loaded)
        self.faults: dict[tuple[str, str], CellFault] = {}
        self.refused: dict[int, Problem] = {}
        self.cells = self.rows = 0

    def amend(self, texts: Mapping[str, Texts]) -> None:
        """A few hundred rows that are there."""
        held = storing.held_of(self.work.connection, list(texts))
        destroyed = self._destroyed(texts)
        for entry, given in texts.items():
            old = held.get(entry)
            if old is None or old.standing == "deleted" or entry in destroyed:
                gone = Problem("E_NO_ENTRY", "这一行已经撤回或销毁，不能再改；请按 F5 刷新", entry=entry)
                self._refuse(entry, given, dict.fromkeys(given, gone))
                continue
            changes, wrong = self.reads.row(given)
            for key in [k for k in wrong if self._same(old, k, given[k])]:
                del wrong[key]
            new = self._fitting(old, changes, wrong)
            self._refuse(entry, given, wrong)
            if new is not None and self.recorder.put(old, new, "amend"):
                self.rows += 1
                self.cells += len([key for key in changes if old.cells.get(key) != new.cells.get(key)])

    def _same(self, old: Held, key: str, text: Any) -> bool:
        """Whether a text that does not read is what the cell shows already, as a code that is gone (decision 21)."""
        field, value = self.line.loaded.fields.get(key), old.cells.get(key)
        return field is not None and value is not None and calling.shown(self.line.loaded, field, value) == text

    def add(self, new: NewRows) -> tuple[str, ...]:
        """Rows past the end; one without what every row must have is left out whole."""
        person = entries.declare(new.not_secret)
        day = dates.business_day(new.on, self.office.today()) if new.on else ""
        rows: list[NewRow] = []
        wrongs: list[tuple[Texts, dict[str, Problem]]] = []
        for at, given in enumerate(new.texts):
            wrong: dict[str, Problem] = {}
            row = self._newcomer(given, wrong)
            if isinstance(row, Problem):
                self.refused[at] = row
            else:
                rows.append(row)
                wrongs.append((given, wrong))
        if not rows:
            return ()
        facts = {"not_secret": person}
        basis = wording.clean(new.basis)
        ids = entries.add_many(self.work, self.line, self.office, rows, facts, basis=basis, on=day)
        for entry, (given, wrong) in zip(ids, wrongs, strict=True):
            self._refuse(entry, given, wrong)
        return tuple(ids)

    def _refuse(self, entry: str, given: Texts, wrong: Mapping[str, Problem]) -> None:
        for key, problem in wrong.items():
            long = len(problem.text) > LONGEST_SAID  # it quotes the whole text
            short = Problem(problem.code, wording.brief(problem.text), field=problem.field) if long else problem
            self.faults[entry, key] = CellFault(str(given[key]), short)

    def _destroyed(self, entry_ids: Collection[str]) -> set[str]:
        """Which of these rows had their content destroyed (误入处置)."""
        query = rare_lines.query(self.line.stream).with_only_columns(journal_table.c.subject)
        found = self.work.connection.scalars(query.where(journal_table.c.verb == "purge"))
        return set(found).intersection(entry_ids)

    def _fitting(self, old: Held, changes: Changes, wrong: dict[str, Problem]) -> Held | None:
        """The row with as many of `changes` as it takes, None for none; the others go from `changes` into `wrong`."""
        while changes:
            try:
                return self._checked(old, changes)
            except Problem as problem:
                if problem.field not in changes:
                    return self._by_cells(old, changes, wrong)
                wrong[problem.field] = problem
                del changes[problem.field]
        return None

    def _by_cells(self, old: Held, changes: Changes, wrong: dict[str, Problem]) -> Held | None:
        """The same where the fault names none of the cells: one after the other, and once more those that came too early."""
        taken: Changes = {}
        found: Held | None = None
        for key in [*changes, *changes]:
            if key in taken:
                continue
            try:
                found = self._checked(old, taken | {key: changes[key]})
            except Problem as problem:
                wrong[key] = problem
            else:
                taken[key] = changes[key]
                wrong.pop(key, None)
        for key in changes.keys() - taken.keys():
            del changes[key]
        return found

    def _checked(self, old: Held, changes: Changes) -> Held:
        new = entries.amended(self.line, old, changes, {}, sharing=True)
        if self.line.purpose == ledgers.CHECK:
            refuse_outside_part(self.line.loaded, old, new)
        if self.sealed:
            refuse_frozen(self.line.loaded, old, new)
        refuse_locked(self.line.loaded, old, new)
        entries.refuse_faults(self.office, self.line, new, set(changes), {})
        linked = {k: new.cells.get(k) for k in self.tied & changes.keys() if new.cells.get(k) != old.cells.get(k)}
        self._refuse_misnamed(old.id, new.source, linked)
        return new

    def _newcomer(self, given: Texts, wrong: dict[str, Problem]) -> NewRow | Problem:
        """A row past the end with the cells it takes, or why it cannot be added."""
        loaded = self.line.loaded
        cells, unread = self.reads.row(given)
        wrong.update(unread)
        names = {"division": self.office.division, "office": self.office.name, "today": self.work.on}
        items = fresh_items(loaded)
        while True:
            full = entering.defaults(loaded, cells, names)
            if absent := entering.missing(loaded, full):
                return wrong.get(absent[0].id) or Problem(
                    "E_REQUIRED", f"“{absent[0].title}”不能空，请填写", field=absent[0].id
                )
            problem = self._new_fault(full, items, cells)
            if problem is None:
                break
            if problem.field not in cells:
                return problem
            wrong[problem.field] = problem
            del cells[problem.field]
        if self.sealed and not in_base(loaded, full, items):
            word = loaded.t.words.complete
            return Problem("E_ADD_COMPLETE", f"“{full.get('name', '')}”{word}、不算在基数里，不需要补录")
        return NewRow(cells)

    def _new_fault(self, full: Cells, items: dict[str, Cells], cells: Changes) -> Problem | None:
        try:
            self._refuse_misnamed("", "", {k: cells[k] for k in self.tied & cells.keys()})
        except Problem as problem:
            return problem
        return expressions.hard_faults(self.line.loaded, full, items, set(cells), {}, self.office.today())

    def _refuse_misnamed(self, entry: str, source: str, linked: Mapping[str, Any]) -> None:
        """A link may close a ring with one written just before, so that those are stored first."""
        if linked:
            self.recorder.flush()
            row_numbers.refuse_misnamed(self.work.connection, self.line, entry, source, linked)


class _Reads:
    """The texts of a block as values; of equal texts in a column one is read for all."""

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self._known: dict[tuple[str, Any], Any] = {}

    def row(self, given: Texts) -> tuple[Changes, dict[str, Problem]]:
        """The texts of one row as values, and what was wrong with those that do not read."""
        changes: Changes = {}
        wrong: dict[str, Problem] = {}
        known = self._known
        for at in given.items():
            key, text = at
            written = type(text) is str
            if written and at in known:
                changes[key] = known[at]
                continue
            field = self._loaded.fields.get(key)
            try:
                if field is None:
                    changes |= entering.changes_of(self._loaded, {key: text})  # by its title, or refused
                    continue
                value = changes[key] = entering.value_of(self._loaded, field, text)
            except Problem as problem:
                wrong[key] = problem
                continue
            if written and not isinstance(value, list):  # a list would be the same one in several rows
                known[at] = value
        return changes, wrong

"""What typing would refuse in rows that a list brings in: the template's checks of level error, one rule for both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.engine import expressions
from app.engine.expressions import Expression
from app.engine.rows import Cells, Held, ItemRows, born_item, fresh_items
from app.imports.drafts import BLANK, CellProblem, DraftRow, text_of
from app.imports.fates import PlanRow
from app.imports.mapping import Column
from app.ledger import entries
from app.ledger.ledgers import LedgerLine
from app.values import kinds
from app.words.templates import Check, Loaded

_ONLY_DATE = "只有日期"  # as the note says of a matter's cell that holds a date and no word


@dataclass
class _Rule:
    """A check with what it said of the values it met: most rows are alike."""

    check: Check
    expression: Expression
    names: frozenset[str]
    plain: bool
    """Whether it reads the row's own cells and nothing worked out from them."""
    said: dict[Any, bool] = field(default_factory=dict)

    def holds(self, names: Mapping[str, Any], today: dt.date) -> bool:
        read = self.expression.names
        key = names.get(read[0]) if len(read) == 1 else tuple([names.get(name) for name in read])
        try:
            found = self.said.get(key)
        except TypeError:  # a list among them
            return self.expression.holds(names, today)
        if found is None:
            found = self.said[key] = self.expression.holds(names, today)
        return found


def _rule(check: Check, expression: Expression, loaded: Loaded) -> _Rule:
    names = frozenset(expression.names)
    return _Rule(check, expression, names, names <= loaded.fields.keys())


@dataclass
class _Row:
    """What one row would write, and what has been left out of it so far."""

    source: DraftRow
    cells: Cells
    items: ItemRows
    problems: list[CellProblem] = field(default_factory=list)


@dataclass(frozen=True)
class _Fault:
    """A cell the row brings that a check refuses; `code` is '' for the row's own."""

    rule: _Rule
    code: str
    field: str
    value: Any


class RowFaults:
    """Looks at one row after the other, on one day. A cell at fault stays empty, and the row comes in with the rest."""

    def __init__(self, loaded: Loaded, today: dt.date, columns: Sequence[Column]) -> None:
        rules = expressions.rules_of(loaded)
        self._loaded = loaded
        self._today = today
        self._columns = {column.target: column for column in columns if column.target}
        self._fresh = fresh_items(loaded)
        self._rules = [_rule(c, e, loaded) for c, e in rules.checks if c.level == "error"]
        self._item_rules = [_rule(c, e, loaded) for c, e in rules.item_checks if c.level == "error"]
        self._read = frozenset[str]().union(*(rule.names for rule in self._item_rules))

    def judged(self, line: LedgerLine, row: PlanRow, held: Held | None) -> PlanRow:
        """The row as it may come in; what typing would refuse is left out of it and is a problem of its cell."""
        if row.verdict == "added":
            one = _Row(row.source, row.source.cells, row.source.items)
            while fault := self._of_new(one):
                self._leave_out(one, fault)
        elif row.verdict == "updated" and held is not None:
            one = _Row(row.source, row.cells, row.items)
            while fault := self._of_changed(line, one, held):
                self._leave_out(one, fault)
        else:
            return row
        return self._with(row, one) if one.problems else row

    def _with(self, row: PlanRow, one: _Row) -> PlanRow:
        """The row of the plan anew; the draft's own stays as it was read."""
        row = replace(row, problems=[*row.problems, *one.problems])
        if row.verdict == "added":
            return replace(row, source=replace(row.source, cells=one.cells, items=one.items))
        if one.cells or one.items:
            return replace(row, cells=one.cells, items=one.items)
        return replace(row, verdict="skipped", reason=one.problems[0].text, cells={}, items={})

    def _of_new(self, row: _Row) -> _Fault | None:
        unread = self._read.isdisjoint
        touched = {code: given for code, given in row.items.items() if not unread(given)}
        items = {
            code: born_item(self._loaded, self._fresh.get(code, {}), given) for code, given in touched.items()
        }
        return self._first(row.cells, items, row.cells, touched)

    def _of_changed(self, line: LedgerLine, row: _Row, held: Held) -> _Fault | None:
        touched = {code: given for code, given in row.items.items() if not self._read.isdisjoint(given)}
        if not touched and all(rule.names.isdisjoint(row.cells) for rule in self._rules):
            return None
        new = entries.amended(line, held, row.cells, row.items)
        return self._first(new.cells, new.items, row.cells, touched)

    def _first(
        self, cells: Cells, items: ItemRows, touched: Cells, item_touched: Mapping[str, Cells]
    ) -> _Fault | None:
        """The first cell at fault; `cells` and `items` are as they would be stored."""
        for rule in self._rules:
            if not rule.names.isdisjoint(touched):
                names: Mapping[str, Any] = cells
                if not rule.plain:
                    names = expressions.names_of_entry(self._loaded, cells, items, {"files": 0})
                if rule.holds(names, self._today):
                    return self._fault(rule, "", names, touched)
        for code, given in item_touched.items():
            names = expressions.names_of_item(self._loaded, code, items[code], cells, {"files": 0})
            for rule in self._item_rules:
                if not rule.names.isdisjoint(given) and rule.holds(names, self._today):
                    return self._fault(rule, code, names, given)
        return None

    def _fault(self, rule: _Rule, code: str, names: Mapping[str, Any], touched: Cells) -> _Fault:
        """Of the cells the row brings, the one without which the check would have nothing to say."""
        brought = [n for n in dict.fromkeys((rule.check.field, *rule.expression.names)) if n in touched]
        alone = (n for n in brought if not rule.holds({**names, n: None}, self._today))
        culprit = next(alone, brought[0])
        return _Fault(rule, code, culprit, names.get(culprit))

    def _leave_out(self, row: _Row, fault: _Fault) -> None:
        """The cell goes; so does a state that only the date of the cell spoke for."""
        row.problems.append(self._problem(row.source, fault))
        if not fault.code:
            row.cells = {k: v for k, v in row.cells.items() if k != fault.field}
            return
        gone = {fault.field}
        if (
            fault.field == "d_done"
            and "doc_no" not in row.items[fault.code]
            and self._dated_only(row, fault.code)
        ):
            gone |= {"state", "needed"}
        left = {k: v for k, v in row.items[fault.code].items() if k not in gone}
        row.items = {code: left if code == fault.code else given for code, given in row.items.items()}
        row.items = {code: given for code, given in row.items.items() if given}

    def _dated_only(self, row: _Row, code: str) -> bool:
        told = self._raw(row.source, code)
        return not told or any(target == code and _ONLY_DATE in note for target, note in row.source.notes)

    def _problem(self, row: DraftRow, fault: _Fault) -> CellProblem:
        field_ = (self._loaded.item_fields if fault.code else self._loaded.fields)[fault.field]
        target = f"{fault.code}.{fault.field}" if fault.code else fault.field
        raw = self._raw(row, target)
        if fault.code and not raw:  # a date or number inside the cell of the state
            target, raw = fault.code, self._raw(row, fault.code)
        column = self._columns.get(target)
        head = column.head if column else field_.title
        check = fault.rule.check
        clause = f"（{check.clause}）" if check.clause else ""
        said = f"{head}“{kinds.show(field_, fault.value)}”：{check.text}{clause}，这一格没有填进去"
        return CellProblem(row.row, target, "E_CHECK", said, raw, (), head, BLANK)

    def _raw(self, row: DraftRow, target: str) -> str:
        column = self._columns.get(target)
        return text_of(row.source[column.index]).strip() if column and column.index < len(row.source) else ""

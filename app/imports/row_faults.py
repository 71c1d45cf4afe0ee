"""What typing would refuse in rows that a list brings in: the template's checks of level error, the same for both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app import entries, expressions, kinds
from app.expressions import Expression
from app.imports.drafts import CellProblem, DraftRow, text_of
from app.imports.fates import PlanRow
from app.imports.mapping import Column
from app.ledgers import LedgerLine
from app.rows import Cells, Held, ItemRows, born_item, fresh_items
from app.templates import Check, Loaded


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


class RowFaults:
    """Looks at one row after the other, on one day."""

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
        """The row itself, or its problem where typing the same would be refused."""
        if row.verdict == "added":
            faults = self._of_new(row.source)
        elif row.verdict == "updated" and held is not None:
            faults = self._of_changed(line, row, held)
        else:
            return row
        if not faults:
            return row
        return replace(row, verdict="problem", reason=faults[0].text, problems=[*row.problems, *faults])

    def _of_new(self, row: DraftRow) -> list[CellProblem]:
        unread = self._read.isdisjoint
        touched = {code: given for code, given in row.items.items() if not unread(given)}
        items = {
            code: born_item(self._loaded, self._fresh.get(code, {}), given) for code, given in touched.items()
        }
        return self._found(row, row.cells, items, row.cells, touched)

    def _of_changed(self, line: LedgerLine, row: PlanRow, held: Held) -> list[CellProblem]:
        touched = {code: given for code, given in row.items.items() if not self._read.isdisjoint(given)}
        if not touched and all(rule.names.isdisjoint(row.cells) for rule in self._rules):
            return []
        new = entries.amended(line, held, row.cells, row.items)
        return self._found(row.source, new.cells, new.items, row.cells, touched)

    def _found(
        self, row: DraftRow, cells: Cells, items: ItemRows, touched: Cells, item_touched: Mapping[str, Cells]
    ) -> list[CellProblem]:
        """A problem for each cell of `row` that is at fault; `cells` and `items` are as they would be stored."""
        found: dict[str, CellProblem] = {}
        for rule in self._rules:
            if not rule.names.isdisjoint(touched):
                names: Mapping[str, Any] = cells
                if not rule.plain:
                    names = expressions.names_of_entry(self._loaded, cells, items, {"files": 0})
                if rule.holds(names, self._today):
                    self._tell(found, row, "", rule, names, touched)
        for code, given in item_touched.items():
            names = expressions.names_of_item(self._loaded, code, items[code], cells, {"files": 0})
            for rule in self._item_rules:
                if not rule.names.isdisjoint(given) and rule.holds(names, self._today):
                    self._tell(found, row, code, rule, names, given)
        return list(found.values())

    def _tell(
        self,
        found: dict[str, CellProblem],
        row: DraftRow,
        code: str,
        rule: _Rule,
        names: Mapping[str, Any],
        touched: Cells,
    ) -> None:
        """Of the cells the row brings, the one without which the check would have nothing to say."""
        brought = [n for n in dict.fromkeys((rule.check.field, *rule.expression.names)) if n in touched]
        alone = (n for n in brought if not rule.holds({**names, n: None}, self._today))
        culprit = next(alone, brought[0])
        problem = self._problem(row, rule.check, code, culprit, names[culprit])
        found.setdefault(problem.field, problem)

    def _problem(self, row: DraftRow, check: Check, code: str, field_: str, value: Any) -> CellProblem:
        fields = self._loaded.item_fields if code else self._loaded.fields
        target = f"{code}.{field_}" if code else field_
        raw = self._raw(row, target)
        if code and not raw:  # a date or number inside the cell of the state
            target, raw = code, self._raw(row, code)
        column = self._columns.get(target)
        head = column.head if column else fields[field_].title
        clause = f"（{check.clause}）" if check.clause else ""
        said = f"{head}“{kinds.show(fields[field_], value)}”：{check.text}{clause}"
        return CellProblem(row.row, target, "E_CHECK", said, raw, (), head)

    def _raw(self, row: DraftRow, target: str) -> str:
        column = self._columns.get(target)
        return text_of(row.source[column.index]).strip() if column and column.index < len(row.source) else ""

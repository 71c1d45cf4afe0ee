"""Filters and order of a ledger's grid: what drops from a head, and what the heads show of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt

from app.listing import conditions, list_rules, lists
from app.listing.conditions import Condition
from app.listing.lists import Query
from app.words.templates import Loaded
from ui import look
from ui.tables.columns import Column, light_word
from ui.tables.filter_popup import Asked, FilterPopup

if TYPE_CHECKING:
    from ui.tables.ledger_table import LedgerTable

NO_LIGHT = "（无灯，不在账或手续齐全）"
EXAMPLES = {conditions.DAY: "如 2022-08-25", conditions.NUMBER: "如 1000", conditions.TEXT: ""}


class Filters(QObject):
    """Of one grid; what was chosen is read at once and told by its `queried`."""

    def __init__(self, table: LedgerTable) -> None:
        super().__init__(table)
        self._table = table
        table.filter_wished.connect(self.drop)

    def drop(self, section: int, where: QPoint) -> None:
        """Open the filter of a column below its head."""
        table = self._table
        column = table.ledger_model.columns[section]
        popup = FilterPopup(self._asked(column), sortable=column.sortable, parent=table)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.chosen.connect(lambda op, values: self.ask(column.key, op, values))
        popup.sorted.connect(lambda down, further: self.sort(column.sort_key, down, further))
        popup.open_at(where)

    def _asked(self, column: Column) -> Asked:
        table, query = self._table, self._table.ledger_model.query
        if not column.filterable:
            return Asked(column.title)
        loaded, key = table.ledger.loaded, column.key
        with table.patience.over(f"values {key}", table.ledger.rows):
            values = table.rows.values(key, query)
        shape = conditions.shape(loaded, key)
        return Asked(
            column.title,
            [(value, words_of(column, value), n) for value, n in values],
            next((wanted for one, wanted in query.where if one == key), query.lights if key == "light" else ()),
            conditions.OPS.get(shape, ()),
            next((each for each in query.having if each.key == key), None),
            EXAMPLES.get(shape, ""),
            lambda op, values: conditions.read(loaded, Condition(key, op, values)),
        )

    def ask(self, key: str, op: str, values: tuple[str, ...]) -> None:
        """Filter a column by values (op ''), by a condition, or by nothing; what was asked of it before goes."""
        query = list_rules.without(self._table.ledger_model.query, key)
        if op:
            asked = Condition(key, op, values)
            if op != conditions.EXCEPT:
                asked = conditions.read(self._table.ledger.loaded, asked)
            query = replace(query, having=(*query.having, asked))
        elif values:
            query = replace(query, where=(*query.where, (key, values)))
        self._table.load(query)
        self._table.queried.emit()

    def sort(self, key: str, down: bool, further: bool = False) -> None:
        """Sort by a column, or, `further`, by it where rows are equal so far."""
        table = self._table
        before = tuple(each for each in table.ledger_model.query.sort if each[0] != key) if further else ()
        table.load(replace(table.ledger_model.query, sort=(*before, (key, down))))
        if table.ledger_model.rowCount():
            table.setCurrentIndex(table.ledger_model.index(0, max(0, table.currentIndex().column())))
            table.verticalScrollBar().setValue(0)
        table.queried.emit()

    def mark(self) -> None:
        """Show in the heads which columns are filtered and sorted by."""
        model = self._table.ledger_model
        asked = {key for key, _ in model.query.where} | {each.key for each in model.query.having}
        filtered = {model.column_of(key) for key in asked}
        if model.query.lights:
            filtered.add(model.column_of("light"))
        by: dict[int, tuple[int, bool]] = {}
        for place, (key, down) in enumerate(model.query.sort, 1):
            at = next((i for i, c in enumerate(model.columns) if key in (c.key, c.sort_key)), -1)
            if at >= 0:
                by[at] = (place if len(model.query.sort) > 1 else 0, down)
        self._table.mark(filtered, by)


def words_of(column: Column, value: str) -> str:
    """A value as the list of a filter has it: a light with its shape."""
    if column.light and value in look.LIGHTS:
        return f"{look.LIGHTS[value].shape} {light_word(column, value)}"
    return NO_LIGHT if column.light and value == lists.EMPTY else value


def tags(query: Query, loaded: Loaded, columns: Sequence[Column]) -> list[tuple[str, str]]:
    """(key, words) of every filter in force: 责任单位 = 水利局、住建局, 总投资(万元) 大于 5,000.00."""
    by_key = {c.key: c for c in columns}

    def title(key: str) -> str:
        return by_key[key].title if key in by_key else list_rules.title_of(loaded, key)

    def word(key: str) -> Callable[[str], str]:
        column = by_key.get(key)
        if column is not None and column.light:
            return lambda value: light_word(column, value) or NO_LIGHT
        return lambda value: value

    found = [("text", f"查找“{query.text}”")] if query.text else []
    for key, wanted in query.where:
        words = [word(key)(w) for w in wanted[:3]]
        more = f" 等 {len(wanted):,} 个" if len(wanted) > 3 else ""
        found.append((key, f"{title(key)} = {'、'.join(words)}{more}"))
    for asked in query.having:
        shown = replace(asked, values=tuple(map(word(asked.key), asked.values)))
        found.append((asked.key, f"{title(asked.key)} {conditions.said(shown)}"))
    if query.holder:
        found.append(("holder", f"卡在{query.holder}"))
    return found

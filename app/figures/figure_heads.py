"""What the columns of statistics are: the figures that every ledger has, and those its template names."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from app.journals import writing
from app.listing import list_rules
from app.values import amounts, kinds
from app.words.report_words import Figure, Words
from app.words.templates import Field, Loaded

Value = int | str | None
"""A count, an amount as it is stored (分, 1/10000 亩), a decimal as text, or nothing."""
ITEM = ".item"
FLOWS_IN, FLOWS_OUT = writing.FLOWS_IN[1:], writing.FLOWS_OUT[1:]
"""What comes and what leaves, without what stands at either end."""
RATES: Mapping[str, tuple[str, ...]] = {
    "closing_rate": ("approved", "removed"),
    "approval_rate": ("approved",),
}
"""办结率 = (核减 + 移除) / 期初 and 核减率 = 核减 / 期初, never one for the other (domain A5)."""
SCALED = ("money", "area", "percent")
_UNITS: Mapping[str, Mapping[str, Any]] = {"money": amounts.MONEY_UNITS, "area": amounts.AREA_UNITS}


@dataclass(frozen=True)
class Heading:
    """One figure. `unit` is what it is counted in, '' for a bare number; `better` more, less or ''.

    `field` is set where the value is an amount as stored. `shown` gives any value in words. `group` says of what a figure
    is that every ledger has: 项目 or 事项.
    """

    id: str
    title: str
    scope: str
    unit: str
    better: str = ""
    clause: str = ""
    field: Field | None = None
    group: str = ""

    @property
    def short(self) -> str:
        """The title under a head that says of what: 期初 under 项目."""
        return self.title.removeprefix(self.group)

    @property
    def head(self) -> str:
        """Title and unit, as a column is headed."""
        unit = (
            self.field.unit or {"money": "万元", "area": "亩"}.get(self.field.kind, "")
            if self.field
            else self.unit
        )
        return f"{self.title}（{unit}）" if unit else self.title

    def shown(self, value: Value) -> str:
        if value is None:
            return "—"
        if self.field is not None:
            return kinds.show(self.field, _to_cents(self.field, value))
        if isinstance(value, int):
            return f"{value:,}"
        text = f"{Decimal(value):,f}"
        return f"{text}%" if self.unit == "%" else text

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "title": self.title,
            "scope": self.scope,
            "unit": self.unit,
            "better": self.better,
        }


def _to_cents(field: Field, value: Value) -> Value:
    """An amount to the hundredth of its unit, half up: 6.67 公顷 where the rows say 亩, 0.41 万元 of 4050 元, so that a
    column has two decimals throughout. Sums are made before, of whole amounts."""
    units = _UNITS.get(field.kind, {})
    if not units or not isinstance(value, int):
        return value
    cent = Fraction(units[kinds.own_unit(field)]) / 100
    cents = math.floor(abs(value) / cent + Fraction(1, 2))
    return value if cent < 1 else round(cents * cent) * (-1 if value < 0 else 1)


def headings(loaded: Loaded) -> tuple[Heading, ...]:
    """Every figure of a ledger under this template: of its rows, of its items, then its own."""
    words = loaded.t.words
    reds = (
        next((clock.cause for clock in loaded.t.clocks if not clock.until), "审批超期"),
        "或".join(dict.fromkeys(clock.cause for clock in loaded.t.clocks if clock.until)) or "完成时限已过",
    )
    found = _universal(words, words.row, words.count, "", reds)
    if loaded.t.items is not None:
        found += _universal(words, words.item, words.item_count, ITEM, reds)
    return (*found, *(_own(loaded, each) for each in loaded.t.figures))


def _universal(words: Words, who: str, count: str, suffix: str, reds: tuple[str, str]) -> list[Heading]:
    """`reds` are the causes of the two reds, in the words of the template's clocks (decision 4); several limits of a row
    are counted together and named together: 完成时限已过或处置方案超期."""
    scope = "item" if suffix else "entry"
    named = {
        "base": "期初", "added": "新增", "restored": "恢复", "open": words.open, "approved": words.approved,
        "started": words.started, "removed": words.removed, "corrected": words.corrected, "red": reds[0],
        "deadline_past": reds[1],
    }  # fmt: skip
    better = {"open": "less", "approved": "more", "red": "less", "deadline_past": "less"}
    if suffix:
        del named["started"]  # matters know no 开工 (decision 2)
    out = [
        Heading(
            key + suffix, who + title.removeprefix(who), scope, count, better.get(key, ""),
            group="" if title.startswith(who) else who,
        )
        for key, title in named.items()
    ]  # fmt: skip
    out.append(Heading(f"longest_overdue{suffix}", f"{who}{reds[0]}最长", scope, "工作日", "less", group=who))
    out.append(Heading(f"longest_past{suffix}", f"{who}{reds[1]}最长", scope, "工作日", "less", group=who))
    out.append(Heading(f"closing_rate{suffix}", f"{who}办结率", scope, "%", "more", group=who))
    out.append(Heading(f"approval_rate{suffix}", f"{who}{words.approved}率", scope, "%", "more", group=who))
    return out


def _own(loaded: Loaded, figure: Figure) -> Heading:
    amount = None
    if figure.of in ("sum", "mean", "max") and not figure.over:
        known = field_of(loaded, figure)
        amount = in_unit(known, figure.unit) if known is not None and known.kind in SCALED else None
    unit = figure.unit or ("%" if figure.over else "工作日" if figure.of == "workdays" else "")
    return Heading(figure.id, figure.title, figure.scope, unit, figure.better, figure.clause, amount)


def in_unit(field: Field, unit: str) -> Field:
    """The field told in the unit that a figure names, where it is one of its kind: 元 as 万元, 亩 as 公顷."""
    known = _UNITS.get(field.kind, {})
    return msgspec.structs.replace(field, unit=unit) if unit in known else field


def field_of(loaded: Loaded, figure: Figure) -> Field | None:
    """The field that a figure adds up: its own of an item first, then the row's, or a computed value's."""
    own = loaded.item_fields.get(figure.field) if figure.scope == "item" else None
    found = own or loaded.fields.get(figure.field)
    if found is None and figure.field in loaded.computed:
        return list_rules.field_of(loaded, loaded.computed[figure.field])
    return found

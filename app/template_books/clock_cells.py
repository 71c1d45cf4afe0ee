"""Limits written beside the fields of `survey` instead of on a sheet of their own.

In the column `clock` of a date: `until` it is the day by which all is done; `10` it begins a limit of so many working
days; `accepted + 10` it ends the one that began with that date; `K1 start 10` and `K1 stop` beside two dates are one limit.
The columns `workdays`, `starts`, `stops` say the same apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from typing import Any

from app.template_books import naming, values
from app.template_books.grids import Line
from app.template_books.trees import Tree

COLUMNS = frozenset(("clock", "workdays", "starts", "stops", "until"))
_UNTIL = frozenset("until due deadline 到期 截止 期限 时限 完成时限".split()) | values.YES - {"1"}
_DAYS = r"(\d{1,3})\s*(?:个)?\s*(?:工作日|天|日|wd|days?|workdays?|working days)?(?:内)?"
_NUMBER = re.compile(_DAYS)
_AFTER = re.compile(rf"(?:自|从)?\s*(?:\$\{{)?\s*([^\s+{{}}]+?)\s*\}}?\s*(?:\+|后|起)\s*{_DAYS}")
_PART = re.compile(
    rf"(.+?)[\s.:：/]+(starts?|begin|from|起算?|开始|stops?|end|止|停|结束)(?:[\s:：=]+{_DAYS})?",
    re.IGNORECASE,
)
_STOPS = frozenset("stop stops end 止 停 结束".split())
SAID = (
    "时限看不懂“{}”。写在日期栏目旁：until 是到这一天为止；10 是从这一天起 10 个工作日；"
    "受理日期 + 10 是从那个日期起 10 个工作日、填了这一天就停"
)


class Clocks:
    """The limits met while the fields are laid; `lay` puts them into the tree."""

    def __init__(self, field_of: Callable[[str], str], known: Collection[str] = ()) -> None:
        """`known` are ids and titles of the sheet `clock`: a field beside which one of them stands says nothing new."""
        self._field_of, self._known = field_of, known
        self.found: dict[str, Tree] = {}

    def read(self, line: Line, field: str, title: str) -> None:
        """What the cells beside one field say. Raises ValueError in plain words."""
        said = {key: line.text(key) for key in COLUMNS if line.text(key)}
        if not said or (said.keys() == {"clock"} and said["clock"] in self._known):
            return
        text, days = said.get("clock", ""), _days(said.get("workdays", ""))
        starts, stops = said.get("starts", ""), _parts(said.get("stops", ""))
        if said.get("until") or text.lower() in _UNTIL:
            self._put(field, title, until=field)
        elif (part := _PART.fullmatch(text)) is not None:
            self._part(part, field, title, days)
        elif (after := _AFTER.fullmatch(text)) is not None:
            self._put(field, title, starts=after[1], stops=[field], workdays=int(after[2]))
        elif days or (days := _days(text)):
            called = title if not text or _NUMBER.fullmatch(text) else text
            if starts:
                self._put(field, called, starts=starts, stops=[field, *stops], workdays=days)
            else:
                self._put(field, called, starts=field, stops=stops, workdays=days)
        else:
            raise ValueError(SAID.format(text or "；".join(said.values())))

    def lay(self, tree: Tree, place: Callable[[int, str], None]) -> None:
        """Put them at the end of the tree's; `place(number, field)` is told where each stands."""
        rows: list[Tree] = tree.setdefault("clock", []) if self.found else []
        for one in self.found.values():
            field = one.pop("_field")
            rows.append(one)
            place(len(rows) - 1, field)

    def _part(self, part: re.Match[str], field: str, title: str, days: int) -> None:
        one = self.found.setdefault(part[1], {"id": self._id(part[1]), "title": part[1], "_field": field})
        if part[2].lower() in _STOPS:
            one["stops"] = [*one.get("stops", []), field]
        else:
            one["starts"] = field
        if part[3] or days:
            one["workdays"] = days or int(part[3])

    def _put(self, field: str, title: str, **parts: Any) -> None:
        if "starts" in parts:
            parts["starts"] = self._field_of(parts["starts"])
        if "stops" in parts:
            parts["stops"] = [self._field_of(one) for one in parts["stops"]]
        cause = {"cause": "到期未完成"} if "until" in parts else {}
        self.found[field] = {"id": self._id(field), "title": title, "_field": field, **parts, **cause}

    def _id(self, word: str) -> str:
        return naming.legal(word, [one["id"] for one in self.found.values()], naming.ID)


def _days(text: str) -> int:
    found = _NUMBER.fullmatch(text.strip())
    return int(found[1]) if found else 0


def _parts(text: str) -> list[str]:
    return [one for one in re.split(r"[；;、，,\s]+", text) if one]


def told(lines: Iterable[Line]) -> bool:
    """Whether any line says something of a limit."""
    return any(COLUMNS & line.cells.keys() for line in lines)

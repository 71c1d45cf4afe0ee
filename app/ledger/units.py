"""Which names stand for one unit: 发改委, 旗发改委 and 正镶白旗发改委 count as one, whatever was entered stays as it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from sqlalchemy import Connection, select

from app.change import Change
from app.ledger import settings
from app.office import Office
from app.problem import Problem
from app.values import divisions
from app.words import own_part, wording
from models.schema import setting as setting_table

_LEAST = 2
_NOT_OF_THE_PLACE = ("市场", "市政", "市容", "市民", "区域", "县域", "盟友", "旗帜")
"""Words that begin as a place of that rank ends: 市场监督管理局 of a city is none of 场监督管理局."""
SAME = "units.same"
"""Setting: {name of a unit: the name it is counted under}."""
MOST = 300
"""Names that are compared with one another for likeness."""


class Units:
    """The units of one place. What a person said to be one office (round.offices), or one unit with another (`same`), goes
    before what the names say."""

    def __init__(self, division: str, said: Mapping[str, str], same: Mapping[str, str] | None = None) -> None:
        self._places = _places(division)
        self._same = {self._bare(name): self._bare(other) for name, other in (same or {}).items()}
        self._said: dict[str, str] = {}
        first: dict[str, str] = {}
        for dept in sorted(said, key=lambda dept: (len(self._bare(dept)), dept)):
            if said[dept]:
                self._said[wording.key(dept)] = first.setdefault(said[dept], self._bare(dept))
        self._known: dict[str, str] = {}

    def counted(self, name: str) -> str:
        """The name it is counted under, '' for none: the same for every name of the unit, in any period."""
        if name not in self._known:
            key = wording.key(name)
            found = self._said.get(key) or self._bare(name)
            self._known[name] = self._same.get(found, found)
        return self._known[name]

    def together(self, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """{counted name: the names as they were entered, the fullest first}."""
        found: dict[str, list[str]] = {}
        for name in names:
            found.setdefault(self.counted(name), []).append(name)
        return {
            key: tuple(sorted(set(entered), key=lambda name: (-len(name), name)))
            for key, entered in found.items()
        }

    def alike(self, names: Collection[str]) -> tuple[tuple[str, str], ...]:
        """(name, short name) that may be one unit and are counted apart: 住房和城乡建设局, 住建局. To be looked at."""
        every = (
            sorted({self.counted(name): name for name in names if name}.items()) if len(names) <= MOST else []
        )
        found = []
        for key, name in every:
            longer = [other for bare, other in every if len(bare) > len(key) and own_part.fits(bare, key)]
            if len(longer) == 1:
                found.append((longer[0], name))
        return tuple(found)

    def _bare(self, name: str) -> str:
        key = wording.key(name)
        for place in self._places:
            rest = key.removeprefix(place)
            if (
                rest != key
                and len(rest) >= _LEAST
                and not (len(place) == 1 and key.startswith(_NOT_OF_THE_PLACE))
            ):
                return rest
        return key


def of(connection: Connection, division: str) -> Units:
    """The units of an office's place, by its code."""
    t = setting_table.c
    keys = (own_part.OFFICES, SAME)
    said = {row.key: row.value for row in connection.execute(select(t.key, t.value).where(t.key.in_(keys)))}
    return Units(division, said.get(own_part.OFFICES) or {}, said.get(SAME))


def unite(office: Office, name: str, other: str) -> Change:
    """Count `name` as `other` from now on, in every statistic; the name itself again: as a unit of its own.

    What was entered stays, reports that were sent stay as they were frozen. Raises Problem E_BLANK.
    """
    if not name.strip() or not other.strip():
        raise Problem("E_BLANK", "请写两个单位名称：先写要并过去的，再写并到哪个单位", field="unit")
    known = settings.get(office, SAME, {})
    with office.read() as connection:
        units = of(connection, office.division)
    apart = Units(office.division, {}).counted
    if apart(name) == apart(other):
        put = settings.put(office, SAME, {k: v for k, v in known.items() if apart(k) != apart(name)} or None)
        return replace(put, said=f"以后“{name}”单独统计")
    goal = units.counted(other)
    moved = {k: goal if apart(v) == apart(name) else v for k, v in known.items() if apart(k) != goal}
    put = settings.put(office, SAME, {**moved, name: goal})
    return replace(put, said=f"以后统计时“{name}”算作“{other}”，填写的名称不改")


def _places(division: str) -> tuple[str, ...]:
    """How the place may stand before a unit's name, the longest first: 锡林郭勒盟正镶白旗, 正镶白旗, 本旗, 旗."""
    name = divisions.name_of(division)
    rank = name[-1:]
    if divisions.find(division) is None:
        return ()
    every = {divisions.full_name(division), name, f"本{rank}", f"我{rank}", rank}
    return tuple(sorted(map(wording.key, every), key=len, reverse=True))

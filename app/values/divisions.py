"""The leagues, cities, banners and counties of the region, found by code, name or pinyin (GB/T 2260)."""

from __future__ import annotations

import csv
from functools import lru_cache

from msgspec import Struct

from app.storage.paths import RESOURCES

REGION = "150000"
STATUTORY = "法定"


class Division(Struct, frozen=True):
    """One division. `level` is 自治区, 盟市, 旗县 or 功能区; `parent` a code, '' for the region itself."""

    code: str
    name: str
    level: str
    parent: str

    @property
    def statutory(self) -> bool:
        """Whether it stands in GB/T 2260: a statistical zone does not."""
        return self.level != "功能区"


class City(Struct, frozen=True):
    """A league or city with its banners, counties and districts in the order of their codes."""

    division: Division
    members: tuple[Division, ...]


def every() -> tuple[Division, ...]:
    """All divisions by code: the region, 12 leagues and cities, 103 banners and 5 statistical zones."""
    return tuple(_by_code().values())


@lru_cache(maxsize=1)
def tree() -> tuple[City, ...]:
    """Leagues and cities, each with its statutory members."""
    cities = [d for d in every() if d.level == "盟市"]
    return tuple(City(c, tuple(d for d in every() if d.parent == c.code and d.statutory)) for c in cities)


def find(code: str) -> Division | None:
    """The division with this six-digit code."""
    return _by_code().get(code)


def name_of(code: str) -> str:
    """Its name, the code itself when unknown."""
    found = find(code)
    return found.name if found else code


def full_name(code: str) -> str:
    """'锡林郭勒盟正镶白旗'; the code itself when unknown."""
    found = find(code)
    if found is None:
        return code
    above = find(found.parent)
    return (above.name if above and above.code != REGION else "") + found.name


def code_of(name: str) -> str:
    """The code of a full or short name, '' when unknown or not unique ('正镶白', '锡盟正镶白旗' are not guessed)."""
    wanted = "".join(name.split())
    found = [d.code for d in every() if wanted in (d.name, full_name(d.code))]
    return found[0] if len(found) == 1 else ""


def search(text: str) -> list[Division]:
    """Statutory divisions for Chinese, full pinyin, initials or code, the closest first; all of them for ''.

    `zxbq`, `zhengxiang`, `镶白`, `1525` and `xlglm` (the league with its banners) all find 正镶白旗.
    """
    wanted = "".join(text.split()).lower()
    known = [d for d in every() if d.statutory]
    if not wanted:
        return known
    ranked = [(_rank(d, wanted), d.code, d) for d in known]
    return [d for rank, _, d in sorted(ranked, key=lambda row: row[:2]) if rank < _NEVER]


def closest(text: str) -> Division | None:
    """The one that `text` most likely means: of those equally close a banner, but never one further off than a league."""
    wanted = "".join(text.split()).lower()
    found = search(wanted) if wanted else []
    if not found:
        return None
    near = [d for d in found if _rank(d, wanted) == _rank(found[0], wanted)]
    return next((d for d in near if d.level == "旗县"), near[0])


_NEVER = 9


def _rank(division: Division, wanted: str) -> int:
    own = _spellings(division.name)
    if wanted in own or wanted == division.code:
        return 0
    if any(spelling.startswith(wanted) for spelling in (*own, division.code)):
        return 1
    if any(wanted in spelling for spelling in own):
        return 2
    above = find(division.parent)
    if above is not None and any(spelling.startswith(wanted) for spelling in _spellings(above.name)):
        return 3
    whole = _spellings(full_name(division.code))
    return 4 if any(wanted in spelling for spelling in whole) else _NEVER


@lru_cache(maxsize=512)
def _spellings(name: str) -> tuple[str, str, str]:
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - a quarter second, only for who searches the tree

    initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()
    return name, initials, "".join(lazy_pinyin(name)).lower()


@lru_cache(maxsize=1)
def _by_code() -> dict[str, Division]:
    found = {REGION: Division(REGION, "内蒙古自治区", "自治区", "")}
    with (RESOURCES / "divisions.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            city = row["city_code"]
            found.setdefault(city, Division(city, row["city_name"], "盟市", REGION))
            level = "旗县" if row["kind"] == STATUTORY else row["kind"]
            found[row["code"]] = Division(row["code"], row["name"], level, city)
    return dict(sorted(found.items()))

"""Which department of a check round is this office itself: its matters are filled in here and sent to nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select

from app.words import wording
from models.schema import office as office_table
from models.schema import setting as setting_table

OFFICES = "round.offices"
"""Setting: {department as the ledger names it: id of the office that answers for it}."""
_BESIDES = re.compile(r"(?<=.)[(（][^()（）]*[)）]\Z")


def of(connection: Connection, depts: Iterable[str]) -> frozenset[str]:
    """Those of `depts` that a person said to be this office, or that nobody said anything of and its name fits."""
    own = connection.execute(select(office_table.c.id, office_table.c.name)).one()
    said: Mapping[str, str] = (
        connection.scalar(select(setting_table.c.value).where(setting_table.c.key == OFFICES)) or {}
    )
    return frozenset(d for d in depts if said.get(d) == own.id or (d not in said and fits(own.name, d)))


def fits(office_name: str, dept: str) -> bool:
    """Whether an office of this name may be that department: its letters stand in the name in their order, the last
    at its end (住建局 in 正镶白旗住房和城乡建设局, 发改委 in …发展和改革委员会). What an office is called besides, in
    brackets at the end, is not looked at. Only ever a suggestion."""
    name, letters = (
        _BESIDES.sub("", wording.key(text)).replace("委员会", "委") for text in (office_name, dept)
    )
    rest = iter(name)
    return name[-1:] == letters[-1:] and all(letter in rest for letter in letters)

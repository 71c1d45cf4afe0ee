"""Ledgers and templates in the order they are chosen from: 行动 by campaign, then the registers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from msgspec import Struct

from app.ledger.ledgers import LedgerLine
from app.words.templates import Loaded

REGISTER = "register"
REGISTERS = "登记簿"
OTHERS = "其他"
T = TypeVar("T")


class Grouped(Struct, Generic[T], frozen=True):
    """One heading and what stands under it; `nature` is "campaign" or "register"."""

    title: str
    nature: str
    members: tuple[T, ...]


def grouped(every: Iterable[T], about: Callable[[T], tuple[str, str]]) -> list[Grouped[T]]:
    """What `about` says is (campaign, nature) of each, under one heading a campaign in the order first met, all
    registers under the last one."""
    found: dict[tuple[str, str], list[T]] = {}
    for one in every:
        campaign, nature = about(one)
        key = (REGISTERS, REGISTER) if nature == REGISTER else (campaign or OTHERS, nature)
        found.setdefault(key, []).append(one)
    made = [Grouped(title, nature, tuple(members)) for (title, nature), members in found.items()]
    return sorted(made, key=lambda group: group.nature == REGISTER)


def of_ledgers(lines: Iterable[LedgerLine]) -> list[Grouped[LedgerLine]]:
    """The ledgers of an office, own ones and those that came, by campaign."""
    return grouped(lines, lambda line: (line.loaded.t.campaign, line.loaded.t.nature))


def demanded(plan: str, clause: str) -> str:
    """What document asks for a ledger, in a line: its clauses, else the plan itself."""
    return clause or plan


def explained(loaded: Loaded) -> str:
    """What a ledger is for in a line: the remark at the head of its template, else what a line of it is."""
    first = loaded.source.lstrip("\ufeff").partition("\n")[0]
    said = first.lstrip("# ").partition("依据")[0].strip("。 ") if first.startswith("#") else ""
    said = said.partition("：")[2] or said
    words, items = loaded.t.words, loaded.t.items
    plain = f"一{words.count}{words.row}一行" + (f"，下分{items.title}" if items else "")
    return plain if not said or loaded.t.title in said or said in loaded.t.title else said

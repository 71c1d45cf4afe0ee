"""通报 with the ranking of the units of a ledger, of its statistics (SB 六(四), S54 六(四))."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.change import Change
from app.engine import ranking
from app.figures import figures
from app.figures.figures import UNSAID, Figures
from app.ledger import directory, ledgers
from app.ledger.ledgers import LedgerLine
from app.listing import lists
from app.listing.list_rules import Query
from app.listing.pages import day_words
from app.office import Office
from app.papers import notices, overdue, paper_forms, papers
from app.papers.papers import Draft
from app.problem import Problem

_APPROVAL, _DEADLINE = ("red", "longest_overdue"), ("deadline_past", "longest_past")
"""Which figures tell what is late: 审批超期 where clocks count working days (decision 4), else the day set for it."""
_ONLINE, _OFFLINE = "online-status", "offline"


def bulletin(office: Office, ledger_id: str, folder: Path, *, reply_by: str = "") -> Change:
    """A 通报 with the ranking of the units of a ledger (SB 六(四)). Raises Problem E_NOTHING and those of `papers.issue`."""
    line = notices.own(office, ledger_id)
    data = _ranked(line, figures.of(office, ledger_id, by=("unit",)), notices.answer_by(office, reply_by))
    slow = [unit for unit in data["slow"].split("、") if unit]
    data["cc"] = "、".join(directory.copied_to(office, slow, inspections=overdue.counted(line.loaded)))
    data["offline"] = "、".join(offline(office)) if overdue.counted(line.loaded) else ""
    return papers.issue(office, [Draft(paper_forms.form("bulletin"), data, "")], folder, deed="通报")


def offline(office: Office) -> list[str]:
    """The departments that do not approve online, of the office's own list of them (SB 六(三)、(四)); [] without one."""
    with office.read() as connection:
        known = [line for line in ledgers.lines_in(connection) if line.own and line.template_id == _ONLINE]
    listed = [each for line in known[:1] for each in lists.ids(office, line.id, Query(sublist=_OFFLINE))]
    return [line.name for line in lists.lines(office, listed)]


def _ranked(line: LedgerLine, found: Figures, day: str) -> dict[str, Any]:
    """The ranking: fewest overdue first, then the shortest, then the most done; units that nobody named come last."""
    words = line.loaded.t.words
    end = ".item" if line.loaded.t.items else ""
    keys = _APPROVAL if overdue.counted(line.loaded) else _DEADLINE
    counted = [_Counted(row.key[0], row.values, end, keys) for row in found.rows]
    named = sorted((c for c in counted if c.unit != UNSAID and any(c.counts)), key=lambda c: (c.rank, c.unit))
    if not named:
        raise Problem(
            "E_NOTHING", f"《{line.title}》还没有按单位可排名的数，请先填责任单位或审批部门", ledger=line.id
        )
    places = ranking.places([("", one.rank) for one in named], least=True)
    rows = [{"place": place, **one.texts} for place, one in zip(places, named, strict=True)]
    rows += [{"place": "—", **one.texts} for one in counted if one.unit == UNSAID and any(one.counts)]
    slow = "、".join(one.unit for one in reversed(named) if one.red)
    total = _Counted("", found.total, end, keys)
    return {
        "campaign": line.loaded.t.campaign, "plan": notices.plan_words(line.loaded), "ledger": line.title, "ranking": rows,
        "late": overdue.cause(line.loaded), "open_word": words.open, "approved_word": words.approved, "slow": slow,
        "counted": words.item if end else words.row, "count_word": words.item_count if end else words.count,
        "total": f"{total.open:,}", "red": f"{total.red:,}", "longest": total.longest_words, "done": f"{total.approved:,}",
        "none_slow": "" if slow else "1", "reply_by": day_words(day), "slow_reply_by": day if slow else "",
    }  # fmt: skip


class _Counted:
    """What a 通报 says of one unit."""

    def __init__(self, unit: str, values: Mapping[str, Any], end: str, late: tuple[str, str]) -> None:
        self.unit = unit
        self.open, self.red, self.approved = (
            int(values.get(key + end) or 0) for key in ("open", late[0], "approved")
        )
        self.longest: int | None = values.get(late[1] + end)

    @property
    def counts(self) -> tuple[int, ...]:
        return self.open, self.red, self.approved

    @property
    def rank(self) -> tuple[int, bool, int, int]:
        """What no calendar can count is not the shortest: it comes behind those of as many reds."""
        unknown = bool(self.red) and self.longest is None
        return self.red, unknown, self.longest or 0, -self.approved

    @property
    def longest_words(self) -> str:
        return "" if self.longest is None else f"，最长超期{self.longest:,}{paper_forms.WORKDAYS}"

    @property
    def texts(self) -> dict[str, str]:
        return {
            "unit": self.unit, "open": f"{self.open:,}", "red": f"{self.red:,}", "approved": f"{self.approved:,}",
            "longest": f"{self.longest:,}" if self.red and self.longest is not None else "—",
        }  # fmt: skip

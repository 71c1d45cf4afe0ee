"""领导口径: how a ledger stands at a moment, in one paragraph to paste into a message and as a page of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from app.change import Change
from app.engine import calling
from app.exports.official import OfficialPaper, Para, Table
from app.exports.official_pdf import write_official_pdf
from app.figures import figures
from app.figures.figures import Figures
from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from app.listing import pages
from app.office import Office
from app.page import Column
from app.reports import periods, report_forms, report_text
from app.values import divisions

TITLE = "情况简报"
LONGEST = "，最长超期{days}个工作日"
SAID = (
    "base", "open", "approved", "started", "removed", "red", "longest_overdue", "base.item", "open.item", "approved.item",
    "red.item",
)  # fmt: skip
COLUMNS = (
    Column("title", "指标", width=46),
    Column("whole", "至今", width=24, align="right"),
    Column("part", "本期", width=24, align="right"),
)
STANDING = ("base", "open", "red", "longest_overdue")
"""What is told of a moment: a period has none of its own."""


def say(office: Office, ledger_id: str, on: dt.date | None = None) -> str:
    """One paragraph: what was listed, stands in 在账, went in the period and until now, the reds, the longest overdue.

    In the words of the template; `on` is a past day, None for today. Raises Problem E_NO_LEDGER, E_FUTURE.
    """
    return _Moment(office, ledger_id, on).said()


def write(office: Office, ledger_id: str, out: Path, on: dt.date | None = None) -> Change:
    """The paragraph and its numbers on one page of PDF. Raises Problem E_NO_LEDGER and those of printing."""
    moment = _Moment(office, ledger_id, on)
    said = moment.said()
    paper = OfficialPaper(
        title=f"{divisions.name_of(office.division)}{moment.line.loaded.t.campaign}{TITLE}",
        blocks=(Para(said), Table(COLUMNS, moment.rows(SAID))),
        signed_by=office.name,
        on=pages.chinese_day(office.today()),
        unit=office.name,
    )
    printed = write_official_pdf(paper, out)
    return Change(
        f"已写好：{paper.title}，共 {printed.pages} 页",
        facts={"file": str(out), "pages": printed.pages, "said": said},
    )


class _Moment:
    """A ledger at the end of one day: from the beginning, and since the period of its reports began."""

    def __init__(self, office: Office, ledger_id: str, on: dt.date | None) -> None:
        self.office = office
        self.line: LedgerLine = ledgers.get(office, ledger_id)
        self.on = on or office.today()
        past = self.on if self.on != office.today() else None
        self.period, since = self._period()
        self.whole = figures.of(office, ledger_id, on=past)
        self.part = figures.of(office, ledger_id, on=past, since=since)

    def _period(self) -> tuple[str, dt.date]:
        """本期: the one its reports are in now, else the month."""
        loaded = self.line.loaded
        forms = report_forms.forms(loaded)
        known = report_forms.series(loaded, forms[0]) if forms else ()
        found = periods.containing(known, self.on) or periods.parse(f"{self.on:%Y-%m}")
        return found.title, found.starts

    def said(self) -> str:
        w = self.line.loaded.t.words
        place = divisions.name_of(self.office.division)[-1:]
        listed = self._listed()
        parts = [
            f"截至{report_text.day(self.on)}，全{place}{listed}{self._both('open', f'现{w.open}')}",
            f"本期（{self.period}）{self._both('approved', w.approved, self.part)}，累计{self._both('approved', w.approved)}",
            *(
                f"{calling.flow(w, key)}{self._n(key)}{w.count}"
                for key in ("started", "removed")
                if self.whole.total.get(key)
            ),
            self._red(),
        ]
        return "；".join(parts) + "。"

    def _listed(self) -> str:
        """期初465个项目，: what a report calls so, of whatever day; rows that were listed and never counted are none."""
        w = self.line.loaded.t.words
        return f"期初{self._n('base')}{w.count}{w.row}，"

    def _both(self, key: str, word: str, of: Figures | None = None) -> str:
        """核减3个项目、12项事项."""
        w = self.line.loaded.t.words
        items = (
            f"、{self._n(f'{key}.item', of)}{w.item_count}{w.item}"
            if self.line.loaded.t.items is not None
            else ""
        )
        return f"{word}{self._n(key, of)}{w.count}{w.row}{items}"

    def _red(self) -> str:
        if not self.whole.total.get("red"):
            return "没有红灯"
        longest = self.whole.total.get("longest_overdue")
        days = report_text.filled(LONGEST, {"days": self._n("longest_overdue")}) if longest else ""
        return f"{self._both('red', '红灯')}{days}"

    def _n(self, key: str, of: Figures | None = None) -> str:
        found = of or self.whole
        value = found.total.get(key)
        return found.column(key).shown(value) if value is not None else "0"

    def rows(self, keys: Sequence[str]) -> tuple[tuple[str, str, str], ...]:
        """The figures behind the paragraph."""
        out = []
        for key in keys:
            head = next((each for each in self.whole.columns if each.id == key), None)
            if head is not None:
                part = "" if key.removesuffix(".item") in STANDING else head.shown(self.part.total.get(key))
                out.append((head.head, head.shown(self.whole.total.get(key)), part))
        return tuple(out)

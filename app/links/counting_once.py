"""One project counted once, in however many campaigns, ledgers and offices it stands (S54 四(一), 六(二): 块 and 条)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from app.ledger import ledgers, row_numbers
from app.ledger.ledgers import CHECK, LedgerLine
from app.links import following
from app.office import Office
from app.problem import Problem
from models.schema import entry as entry_table

OPEN = ("open",)
LISTED = ("open", "approved", "started", "removed", "corrected")
"""Rows that are, or were, counted in a campaign: not those 手续齐全, 剔除 or withdrawn."""
_WORTH = {"open": 0, "excluded": 2, "deleted": 3}
REGISTER = "register"
Pair = tuple[str, str]


@dataclass(frozen=True)
class Share:
    """The projects of some ledgers. `rows` stand there, `listed` and `open` are how many projects these are.

    `campaign` is '' for all campaigns, `title` the kind of ledger, '' for a whole campaign.
    """

    campaign: str
    title: str
    rows: int
    listed: int
    open: int


@dataclass(frozen=True)
class Census:
    """The projects of all campaign ledgers held here: by campaign, by kind of ledger within, and in all.

    `shared` projects stand in more than one kind of ledger.
    """

    shares: tuple[Share, ...]
    whole: Share
    shared: int

    def as_json(self) -> dict[str, Any]:
        return {"shares": [asdict(each) for each in self.shares], **asdict(self.whole), "shared": self.shared}


def census(office: Office) -> Census:
    """How many distinct projects the own and received ledgers hold, rows that are linked or gathered counted once.

    Registers and ledgers taken for checking are none of them. Raises Problem E_NO_LEDGER where there is no ledger.
    """
    with office.read() as connection:
        lines = [
            line for line in ledgers.lines_in(connection)
            if line.purpose != CHECK and line.loaded.t.nature != REGISTER
        ]  # fmt: skip
        if not lines:
            raise Problem("E_NO_LEDGER", "还没有台账可数，请先新建台账或收下级报来的文件")
        crowd = _Crowd(connection)
    campaigns = dict.fromkeys(line.loaded.t.campaign for line in lines)
    shares: list[Share] = []
    for campaign in campaigns:
        inside = [line for line in lines if line.loaded.t.campaign == campaign]
        kinds = _kinds(inside)
        shares.append(crowd.share(campaign, "" if len(kinds) > 1 else inside[0].title, inside))
        if len(kinds) > 1:
            shares += [crowd.share(campaign, kind[0].title, kind) for kind in kinds]
    return Census(tuple(shares), crowd.share("", "", lines), crowd.shared(_kinds(lines)))


def lines_of(found: Census) -> list[str]:
    """One line a campaign, its kinds of ledger below it, then all."""
    out = []
    for each in found.shares:
        inner = bool(each.title) and any(x.campaign == each.campaign and not x.title for x in found.shares)
        out.append(f"{'　　' if inner else ''}{each.title if inner else each.campaign}：{_told(each)}")
    twice = f"，其中 {found.shared:,} 个在不止一种台账里" if found.shared else ""
    return [
        *out,
        f"合计：{_told(found.whole)}{twice}；同一项目关联后只算一个，没有关联的仍各算一个（pairs 找出疑似的）",
    ]


def _told(share: Share) -> str:
    return f"列入过 {share.listed:,} 个项目，现在账 {share.open:,} 个（共 {share.rows:,} 行）"


def counted_once(connection: Connection, ledger_ids: Sequence[str]) -> dict[str, list[str]]:
    """{ledger: ids of its rows that are not to be counted}, where rows of these ledgers are one project.

    Rows are one project when one follows the other or stands for it (gathered from it), also by way of a third in any
    ledger held here. Of such rows one in 在账 is counted before one that has left, any before one that was excluded;
    then the one that follows none; of several, that of the earliest ledger in `ledger_ids`.
    """
    crowd = _Crowd(connection)
    out: dict[str, list[str]] = {}
    for group in crowd.inside(ledger_ids):
        for one in group[1:]:
            out.setdefault(crowd.home(one), []).append(one)
    return out


def groups(connection: Connection, ledger_ids: Sequence[str]) -> list[list[str]]:
    """The rows of these ledgers that are one project with another of them, the one that is counted first."""
    return [group for group in _Crowd(connection).inside(ledger_ids) if len(group) > 1]


def projects(office: Office, ledger_ids: Sequence[str], *, standing: Sequence[str] = OPEN) -> int:
    """How many projects stand so in any of these ledgers, linked rows counted once.

    A project of several rows counts while one of them stands so.
    """
    with office.read() as connection:
        return _Crowd(connection).count(set(ledger_ids), standing)


class _Crowd:
    """All rows held here by ledger and standing, and those that are one project."""

    def __init__(self, connection: Connection) -> None:
        pairs = _pairs(connection)
        self.groups = joined({one for pair in pairs for one in pair}, pairs)
        self._behind = {one for one, _ in pairs}
        self._rows = following.rows_of(connection, {one for group in self.groups for one in group})
        e = entry_table.c
        counted = select(e.ledger_id, e.standing, func.count()).group_by(e.ledger_id, e.standing)
        self._many: Counter[Pair] = Counter({(home, at): n for home, at, n in connection.execute(counted)})

    def home(self, row: str) -> str:
        """The ledger of a row, '' where it is not held here."""
        return str(self._rows[row]["ledger_id"]) if row in self._rows else ""

    def inside(self, ledger_ids: Sequence[str]) -> list[list[str]]:
        """The rows of each project that stand in these ledgers, the one that is counted first; withdrawn ones are none."""
        place = {ledger: number for number, ledger in enumerate(ledger_ids)}
        found = [
            sorted(
                (one for one in group if self.home(one) in place and self._rows[one]["standing"] != "deleted"),
                key=lambda one: (*self.worth(one), place[self.home(one)], one),
            )
            for group in self.groups
        ]
        return sorted(group for group in found if group)

    def worth(self, row: str) -> tuple[int, bool]:
        return _WORTH.get(self._rows[row]["standing"], 1), row in self._behind

    def count(self, homes: set[str], standing: Sequence[str]) -> int:
        """Rows that stand so in these ledgers, less all but one of those that are one project."""
        every = sum(n for (home, at), n in self._many.items() if home in homes and at in standing)
        inside = (sum(self._stands(one, homes, standing) for one in group) for group in self.groups)
        return every - sum(max(0, many - 1) for many in inside)

    def share(self, campaign: str, title: str, lines: Sequence[LedgerLine]) -> Share:
        homes = {line.id for line in lines}
        rows = sum(n for (home, at), n in self._many.items() if home in homes and at in LISTED)
        return Share(campaign, title, rows, self.count(homes, LISTED), self.count(homes, OPEN))

    def shared(self, kinds: Sequence[Sequence[LedgerLine]]) -> int:
        """Projects with a row in more than one of these kinds of ledger."""
        kind = {line.id: number for number, lines in enumerate(kinds) for line in lines}
        met = (
            {kind[self.home(one)] for one in group if self._stands(one, kind.keys(), LISTED)}
            for group in self.groups
        )
        return sum(len(each) > 1 for each in met)

    def _stands(self, row: str, homes: Iterable[str], standing: Sequence[str]) -> bool:
        return self.home(row) in homes and self._rows[row]["standing"] in standing


def joined(rows: Iterable[str], pairs: Iterable[Pair]) -> list[set[str]]:
    """The rows put together into projects."""
    group = {row: {row} for row in rows}
    for one, other in pairs:
        if group[one] is not group[other]:
            merged = group[one] | group[other]
            for row in merged:
                group[row] = merged
    return list({id(found): found for found in group.values()}.values())


def _pairs(connection: Connection) -> list[Pair]:
    """(row, the one it follows or stands for) in all ledgers held here, also where that one itself is not held."""
    lines = [line for line in ledgers.lines_in(connection) if line.purpose != CHECK]
    pairs = [
        (one, place.id)
        for line in lines
        for one, places in row_numbers.followed(connection, line)
        for place in places
    ]
    e = entry_table.c
    query = select(e.id, e.source).where(
        e.ledger_id.in_([line.id for line in lines]),
        e.source.is_not(None),
        e.source != "",
        e.standing != "deleted",
    )
    return [*pairs, *((row.id, row.source) for row in connection.execute(query))]


def _kinds(lines: Sequence[LedgerLine]) -> list[list[LedgerLine]]:
    """The ledgers by template, in the order in which they were met."""
    out: Mapping[str, list[LedgerLine]] = {line.template_id: [] for line in lines}
    for line in lines:
        out[line.template_id].append(line)
    return list(out.values())

"""`verify --office`: the whole history of a lower office proved again from what this office holds of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, func, select

from app.engine import remains, sealed_leaving
from app.engine.rows import Held
from app.engine.sealed_leaving import WORDS
from app.journals.comparing import Difference
from app.ledger import attachments, checks, gap_words, ledgers, versions
from app.ledger.ledgers import CHECK, LedgerLine
from app.ledger.versions import ACT, Act
from app.listing import pages
from app.office import Office
from app.page import Page
from app.problem import Problem
from app.proof import proving, replay
from app.proof.told_ledger import LedgerTale
from app.proof.told_office import OfficeTale
from app.storage import files
from app.values import known_days
from models.schema import attachment as attachment_table
from models.schema import inbox as inbox_table
from models.schema import journal as journal_table
from models.schema import version as version_table


@dataclass
class Proof:
    """What was proved of one received ledger: `codes` are printed digests found again, `beyond` those that cannot be."""

    ledger: str
    title: str
    lines: int = 0
    sealed_on: str = ""
    sealed_rows: int = 0
    still_open: int = 0
    closed: int = 0
    versions: int = 0
    codes: int = 0
    beyond: int = 0
    receipts: int = 0
    differences: list[Difference] = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    """The proofs of every ledger an office sent."""

    office: str
    ledgers: tuple[Proof, ...]

    @property
    def differences(self) -> list[Difference]:
        return [found for proof in self.ledgers for found in proof.differences]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def verify_office(office: Office, ref: str) -> Report:
    """Prove every ledger received from an office (id or name): chain from its first line, seal roots, every sealed
    row open or closed with its grounds, receipts given, and the digest on the signed paper found again from the data.

    Raises Problem E_NO_OFFICE_LEDGER when nothing was received from such an office.
    """
    with office.read() as connection:
        mirrors = [
            line
            for line in ledgers.lines_in(connection)
            if not line.own and line.purpose != CHECK and ref.strip() in (line.origin_id, line.origin)
        ]
        if not mirrors:
            raise Problem(
                "E_NO_OFFICE_LEDGER", f"没有收到过“{ref}”报来的台账，请核对单位名称或编号", office=ref
            )
        told = OfficeTale()
        left = remains.of_stream(connection, office.stream)
        mine = list(replay.walk(connection, office.stream, "单位记录", left, told.take))
        proofs = tuple(_proved(office, connection, line, told) for line in mirrors)
    proofs[0].differences[:0] = mine
    return Report(mirrors[0].origin, proofs)


def lines(found: Report) -> list[str]:
    """The report as text."""
    out = []
    for proof in found.ledgers:
        out.append(f"《{proof.title}》（{found.office}）：{proof.lines:,} 条记录从第一条起首尾相接")
        if proof.sealed_on:
            out.append(
                f"  {proof.sealed_on} 确定 {proof.sealed_rows:,} 行：{proof.still_open:,} 行在账，"
                f"{proof.closed:,} 行有依据地办结或移出"
            )
        beyond = f"（{proof.beyond} 版印有签后变动或销毁的内容，不能复算）" if proof.beyond else ""
        printed = f"打印 {proof.versions} 版，{proof.codes} 版的内容摘要由数据复算相符{beyond}"
        out.append(f"  {printed if proof.versions else '还没有打印过'}")
        out.append(f"  本单位给过的 {proof.receipts:,} 份回执与记录核对过")
        out += [f"  不一致：{d.where}{d.text}" for d in proof.differences]
    return out


def _proved(office: Office, connection: Connection, line: LedgerLine, told: OfficeTale) -> Proof:
    retold = _Retold(connection, line, _last_day(office, connection, line))
    proof = retold.proof
    left = retold.left
    proof.differences += replay.walk(connection, line.stream, f"《{line.title}》", left, retold.take)
    proof.differences += retold.unaccounted()
    proof.differences += _receipts(connection, line, proof)
    proof.differences += _files(office, connection, line, left.files)
    calendar = known_days.load(connection, office.division)
    proof.differences += proving.ledger(connection, retold.tale, told, calendar)
    return proof


def _last_day(office: Office, connection: Connection, line: LedgerLine) -> dt.date:
    """Up to which day something may have happened: today, or the last receipt or the last day that the ledger itself
    tells where the clock here is behind."""
    i = inbox_table.c
    last = connection.scalar(select(func.max(i.on)).where(i.ledger_id == line.id, i.verdict == "accepted"))
    j = journal_table.c
    told = connection.scalar(select(func.max(j.on)).where(j.stream == line.stream))
    return max(office.today(), *(dt.date.fromisoformat(day) for day in (last, told) if day))


class _Retold:
    """One received ledger told again line by line, with what the seal and the papers say checked on the way."""

    def __init__(self, connection: Connection, line: LedgerLine, today: dt.date) -> None:
        self.today = today
        self.left = remains.of_stream(connection, line.stream)
        self.tale = LedgerTale(line, self.left)
        self.proof = Proof(line.id, line.title)
        self.division = ""
        self.sealed: dict[str, Held] = {}
        self.why: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self.acts: dict[str, dict[str, Act]] = {}
        self.codes: list[Difference] = []

    @property
    def line(self) -> LedgerLine:
        """The ledger under the template of the line that was told last."""
        return self.tale.line

    def take(self, row: Any, body: dict[str, Any]) -> None:
        self.proof.lines = row["seq"]
        self.tale.take(row, body)
        if "source" in body:
            self.division = body["division"]
        elif ACT in body:
            act = versions.act_of(body["step"])
            self.acts.setdefault(body["step"]["version_id"], {})[act.title] = act
        elif "version" in body:
            self._paper(body["version"])
        elif "seal" in body:
            self.proof.sealed_on = body["seal"]["on"]
            self.sealed = {i: held.copy() for i, held in self.tale.held.items() if held.standing != "deleted"}
        for event in body.get("events", ()):
            self.why.setdefault((row["subject"], event.get("item", "")), []).append(event)

    def unaccounted(self) -> Iterator[Difference]:
        """Sealed rows and matters that are neither open nor closed with their grounds (SB 四(一))."""
        yield from self.codes
        base = {i: held for i, held in self.sealed.items() if held.standing == "open"}
        self.proof.sealed_rows = len(base)
        for entry, was in base.items():
            now = self.tale.held[entry]
            faults = [self._ground(entry, "", now.standing)]
            faults += [
                self._ground(entry, code, now.standings.get(code, "deleted")) for code in was.open_items()
            ]
            self.proof.still_open += now.standing == "open"
            self.proof.closed += now.standing != "open" and not any(faults)
            for fault in filter(None, faults):
                yield Difference(f"《{self.line.title}》{was.no}", f"“{was.name}”{fault}", "entry.standing")

    def _ground(self, entry: str, code: str, standing: str) -> str:
        """'' or what is wrong with how a sealed row, or its matter, stands now."""
        if standing == "open":
            return ""
        what = f"的{self.line.loaded.preset_of(code).title}" if code else ""
        if standing not in WORDS:
            return f"{what}确定以后没有登记就不在账了"
        last = next((e for e in reversed(self.why.get((entry, code), [])) if e["kind"] == standing), None)
        if last is None:
            return f"{what}已{WORDS[standing]}，却没有{WORDS[standing]}的登记"
        if sealed_leaving.groundless(standing, last["facts"]):
            return f"{what}已{WORDS[standing]}，却没有写明依据"
        held = self.tale.held[entry]
        odd = sealed_leaving.misdated(self.line.loaded, held, standing, last["on"], self.today)
        return f"{what}{odd}" if odd else ""

    def _paper(self, told: dict[str, Any]) -> None:
        """The digest printed on every page of a version, worked out again from the rows of that moment."""
        self.proof.versions += 1
        if (
            self.tale.seal or self.left.entries
        ):  # 签后变动表, or destroyed content: not to be had again from the data
            self.proof.beyond += 1
            return
        tallies, root = self.tale.tallies(), self.tale.root()
        made = [versions.code_of(self.line, told["label"], page, root, tallies) for page in self._pages(told)]
        if told["code"] in made:
            self.proof.codes += 1
        else:
            where = f"《{self.line.title}》{told['label']}"
            self.codes.append(
                Difference(where, "印在纸上的内容摘要与数据复算的不同", "version.code", made[0], told["code"])
            )

    def _pages(self, told: dict[str, Any]) -> Iterator[Page]:
        """The page as it was printed: with the gaps in short, and row by row as earlier programs printed them."""
        on = dt.date.fromisoformat(told["on"])
        rows = sorted(self.tale.held.values(), key=lambda held: held.number)
        page = pages.drawn(
            self.line, rows, division=self.division, on=on, tallies=self.tale.tallies, acts=self._acts()
        )
        explain = told.get("explain", "")
        if not explain:
            yield page
            return
        finder = checks.GapFinder(self.line.loaded, on)
        gaps = [gap for held in rows for gap in finder.of(held)]
        yield replace(page, appendix=tuple(gap_words.told(self.line.loaded, explain, gaps, told["paper"])))
        yield replace(page, appendix=(explain, f"缺项共 {len(gaps):,} 处：", *checks.by_row(gaps)))

    def _acts(self) -> list[str]:
        newest = sorted(self.tale.versions.values(), key=lambda each: -each["number"])
        found = next((self.acts[each["id"]] for each in newest if each["id"] in self.acts), {})
        return [act.words for act in found.values()]


def _receipts(connection: Connection, line: LedgerLine, proof: Proof) -> Iterator[Difference]:
    """What this office acknowledged must still be the line of that number."""
    i, j = inbox_table.c, journal_table.c
    rows = (
        select(i.on, i.receipt)
        .where(i.ledger_id == line.id, i.verdict == "accepted")
        .order_by(i.on, i.bundle_id)
    )
    for row in connection.execute(rows):
        told = row.receipt or {}
        found = connection.scalar(
            select(j.hash).where(j.stream == told.get("stream"), j.seq == told.get("seq"))
        )
        proof.receipts += 1
        if found is None or bytes(found).hex() != told.get("head"):
            yield Difference(
                f"《{line.title}》{row.on}的回执",
                f"回执上第 {told.get('seq')} 条记录与现有的不是同一条",
                "inbox.receipt",
            )


def _files(office: Office, connection: Connection, line: LedgerLine, gone: set[str]) -> Iterator[Difference]:
    """Scans, attachments and prints of the ledger, hashed again."""
    a, v = attachment_table.c, version_table.c
    wanted = dict(connection.execute(select(a.sha256, a.name).where(a.ledger_id == line.id)).all())
    wanted |= dict(connection.execute(select(v.pdf, v.label).where(v.ledger_id == line.id)).all())
    for sha, name in wanted.items():
        path = attachments.path_of(office.folder, sha)
        if sha not in gone and (not path.is_file() or files.digest_of(path) != sha):
            yield Difference(f"《{line.title}》{name}", "附件文件不见了，或被改动", "files")

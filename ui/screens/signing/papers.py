"""What the page 签批办结 reads and does, as plain functions over an office."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.change import Change
from app.ledger import attachments, checks, gap_words, ledgers, versions
from app.ledger.checks import Finding
from app.ledger.ledgers import LedgerLine
from app.ledger.versions import Act, Version
from app.listing import counts
from app.office import Office
from app.problem import Problem
from app.signing import later, later_print, signoff, since
from app.signing.later import Moved
from app.storage import files, private_rooms, scans
from app.words.template_words import Step

GAP = "E_GAP"  # what a print counts as 缺项; the rest of a check is to be looked at
LINES_OF_PAGE = {"a3": 34, "a4": 25}


@dataclass(frozen=True)
class Signer:
    """One signature about to be filed."""

    role: str
    by: str
    on: str
    behalf: str = ""


@dataclass(frozen=True)
class Recognised:
    """What a scan turned out to be: its version, or why none was found."""

    scan: Path
    version: Version | None
    pages: int
    fault: str = ""


@dataclass(frozen=True)
class Paperwork:
    """Everything the page shows of one ledger.

    `later` are the lines of the 签后变动表 since the seal, before it since the newest print; `moved` the rows that
    changed since the newest print; `left` what that print waits for; `asked` all that its route asks for before the
    seal, roles and the act; `step` that act (政府研究), `after` those that follow the seal (decision 10).
    """

    line: LedgerLine
    roles: tuple[str, ...]
    versions: tuple[Version, ...]
    gaps: tuple[Finding, ...]
    faults: tuple[Finding, ...]
    later: tuple[Moved, ...]
    now: dict[str, dict[str, int]]
    moved: int = 0
    left: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    step: Step | None = None
    after: tuple[Step, ...] = ()


def paperwork(office: Office, ledger_id: str) -> Paperwork:
    """Versions, what is missing, and what changed since the newest print or the seal."""
    line = next(x for x in ledgers.all(office) if x.id == ledger_id)
    known = tuple(versions.of(office, ledger_id))
    found = checks.check(office, ledger_id) if line.own else []
    base = later_print.base_of(list(known))
    with office.read() as connection:
        fresh = later.changes_since(connection, line, known[0].seq) if known else []
        same = base is None or base.id == known[0].id
        moved = fresh if same or base is None else later.changes_since(connection, line, base.seq)
        left = since.left_to_sign(connection, line, known)
    return Paperwork(
        line,
        roles_of(line),
        known,
        tuple(f for f in found if f.code == GAP),
        tuple(f for f in found if f.code != GAP),
        tuple(moved),
        counts.now(office, ledger_id),
        len({one.no for one in fresh}),
        left,
        *_asked(line),
    )


def roles_of(line: LedgerLine) -> tuple[str, ...]:
    """The roles that sign this ledger, () when its template asks for none."""
    try:
        return tuple(versions.route_of(line).roles)
    except Problem:
        return ()


def _asked(line: LedgerLine) -> tuple[tuple[str, ...], Step | None, tuple[Step, ...]]:
    """(roles and act before the seal, the act, the acts after it); nothing where the template has no route."""
    try:
        route = versions.route_of(line)
    except Problem:
        return (), None, ()
    return versions.asked_for(line), versions.step_of(route), versions.steps_after(route)


def lacking(version: Version, papers: Paperwork) -> list[str]:
    """The signatures and the act this print still waits for."""
    done = {*(s.role for s in version.signatures), *(act.title for act in version.acts)}
    return [title for title in papers.asked if title not in done]


def sealed_version(papers: Paperwork) -> Version | None:
    return next((v for v in papers.versions if v.sealed), None)


def reported(papers: Paperwork) -> list[Act]:
    """The acts that followed the seal, as recorded: 报送盟行署."""
    version, after = sealed_version(papers), {step.title for step in papers.after}
    return [act for act in version.acts if act.title in after] if version else []


def more_pages(papers: Paperwork, explain: bool, paper: str) -> int:
    """About how many pages stand behind the table: 缺项情况说明 and 签后变动表."""
    lines = gap_words.length(papers.line.loaded, papers.gaps, paper) + 2 if explain else 0
    rows = len(papers.later) + 2 if papers.line.sealed and papers.later else 0
    return -(-(lines + 2 * rows) // LINES_OF_PAGE[paper])


def print_later(office: Office, ledger_id: str, tell: Any = None) -> Path:
    """The 签后变动表 alone, as a PDF in a folder of its own. Raises the Problems of printing."""
    out = private_rooms.until_the_end() / f"签后变动表{office.today():%Y%m%d}.pdf"
    later_print.print_later(office, ledger_id, out, tell=tell)
    return out


def print_version(office: Office, ledger_id: str, paper: str, explain: str, tell: Any = None) -> Change:
    """Make the next version; the page then looks at the office's own copy of it and says that no paper came out yet."""
    with private_rooms.room(private_rooms.LOOK) as folder:
        change = signoff.print_ledger(
            office, ledger_id, folder / "台账.pdf", paper=paper, explain=explain, tell=tell
        )
    told = change.facts
    gaps = f"，缺项 {told['gaps']:,} 处" if told["gaps"] else ""
    made = "内容没有变，还是" if told["again"] else "已生成 "
    said = f"{made}{told['label']}（{told['pages']:,} 页{gaps}）；要出纸点“打印…”"
    return replace(change, said=said, facts={**told, "quiet": True})


def recognise(office: Office, ledger_id: str, scan: Path) -> Recognised:
    """Read the codes on a scan and find its version. Raises the Problems of `scans.read_codes`."""
    codes = scans.read_codes(scan)
    known = {v.code: v for v in versions.of(office, ledger_id)}
    found = {c.code for c in codes}
    if not codes:
        return Recognised(scan, None, 0, "扫描件上没有读到二维码，请手工选是哪一版。")
    if len(found) != 1 or not found <= known.keys():
        raise Problem(
            "E_SCAN_OTHER",
            f"“{scan.name}”不是这本台账打印的版本，请核对扫描件；什么都没有登记",
            file=str(scan),
        )
    return Recognised(scan, known[found.pop()], len({c.page for c in codes}))


def other_paper(office: Office, ledger_id: str, scan: Path, number: int) -> str:
    """What a scan is by its codes where it is a print of ours other than this version, '' where nothing speaks for that."""
    found = {c.code for c in scans.read_codes(scan)}
    known = {v.code: v for v in versions.of(office, ledger_id)}
    others = [code for code in found if code not in known or known[code].number != number]
    if not others:
        return ""
    named = next((f"这本台账的{known[code].label}" for code in others if code in known), "另一份打印件")
    return f"“{scan.name}”上的二维码是{named}的，看着不是要附的那一份；请换一份，确实就是它再点一次登记。"


def sign_all(office: Office, ledger_id: str, scan: Path, number: int, signers: Sequence[Signer]) -> Change:
    """File one scan for several roles, in the order of the route."""
    done: list[Change] = []
    for one in signers:
        done.append(
            signoff.sign(
                office,
                ledger_id,
                role=one.role,
                by=one.by,
                on=one.on,
                scan=scan,
                version=number,
                behalf=one.behalf,
            )
        )
    said = (
        done[-1].said
        if len(done) == 1
        else f"已登记 {len(done):,} 个签字：{'、'.join(s.role for s in signers)}"
    )
    return Change(said, frozenset({ledger_id}), done[-1].subject, done[-1].facts)


def pdf_of(office: Office, version: Version) -> Path:
    """The office's own copy of a printed version."""
    return attachments.path_of(office.folder, version.pdf)


def scans_of(office: Office, version: Version) -> list[Path]:
    """The scans its signatures were filed with, each once, as far as they are here."""
    known = dict.fromkeys(attachments.path_of(office.folder, s.scan) for s in version.signatures)
    return [scan for scan in known if scan.is_file()]


def ending_of(scan: Path) -> str:
    """The ending that goes with what a kept file begins with; kept files have none."""
    with scan.open("rb") as opened:
        start = opened.read(8)
    known = ((b"%PDF", ".pdf"), (b"\xff\xd8", ".jpg"), (b"\x89PNG", ".png"))
    return next((ending for mark, ending in known if start.startswith(mark)), "")


def save_pdf(office: Office, version: Version, out: Path) -> Change:
    """Write a copy of a printed version."""
    files.write_whole(out, lambda part: shutil.copyfile(pdf_of(office, version), part))
    return Change(f"已另存：{out.name}")


def state_words(version: Version, papers: Paperwork) -> tuple[str, str]:
    """How far the signatures of a version are, and the tone of it."""
    if version.sealed:
        return "已定为台账", "green"
    left = lacking(version, papers)
    signed = "已签齐" if papers.step is None else f"已登记{papers.step.title}"
    if papers.line.sealed and not (version is papers.versions[0] and papers.left):
        unneeded = "不用再签" if version is papers.versions[0] else "确定以前的"
        return (unneeded, "muted") if left else (signed, "green")
    if not left:
        return signed, "green"
    return f"还差{'、'.join(left)}", "amber" if version.signatures else "muted"


def sealable(papers: Paperwork) -> tuple[Version | None, str]:
    """The version that 确定台账 would freeze, or why it cannot be done now."""
    if papers.line.sealed:
        return None, "已经确定"
    if not papers.versions:
        return None, "还没有打印"
    whole = next((v for v in papers.versions if not lacking(v, papers)), None)
    if whole is None:
        left = lacking(papers.versions[0], papers)
        return None, f"还差 {len(left):,} 个签字" if papers.step is None else f"还差{'、'.join(left)}"
    if bare(whole):
        return None, "缺项要附说明"
    return whole, ""


def bare(version: Version) -> bool:
    """Whether this print has gaps and no word about them: signed in full it still cannot be 确定."""
    return bool(version.gaps) and not version.explain


def bare_words(papers: Paperwork) -> str:
    """What to mind of the newest print while it is out for signature; '' for nothing."""
    newest = papers.versions[0] if papers.versions else None
    if newest is None or papers.line.sealed or not bare(newest):
        return ""
    return (
        f"第{newest.number}版缺 {newest.gaps:,} 处、没有附说明，签齐了也不能确定台账。"
        "请在第 1 步写好说明，重新打印再送签。"
    )


def by_what(gaps: Sequence[Finding]) -> list[tuple[str, int]]:
    """Gaps counted by what is missing, the most frequent first."""
    counted = Counter(f.text.partition("：")[2] for f in gaps)
    return counted.most_common()

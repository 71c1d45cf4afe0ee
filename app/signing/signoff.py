"""Printing a numbered version, and filing the signed scan against exactly that version (decision 8)."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from sqlalchemy import insert, select

from app.change import Change
from app.engine import storing
from app.engine.calling import PLAIN
from app.engine.rows import Held
from app.exports.ledger_pdf import write_pdf
from app.ids import new_id
from app.journals import merkle
from app.journals.writing import Write
from app.ledger import attachments, checks, deeds, gap_words, ledgers, versions
from app.ledger.attachments import Kept
from app.ledger.checks import Finding
from app.ledger.ledgers import LedgerLine
from app.ledger.versions import Version
from app.listing import counts, pages
from app.office import Office
from app.page import Listed, Mark, Page
from app.problem import Problem
from app.signing import later, since
from app.storage import files, scans
from app.words import wording
from models.schema import seal as seal_table
from models.schema import signature as signature_table
from models.schema import version as version_table


@dataclass(frozen=True)
class _Draft:
    """A page about to become a version."""

    page: Page
    label: str
    code: str
    root: str
    tallies: dict[str, Any]
    gaps: int


def print_ledger(
    office: Office, ledger_id: str, out: Path, *, paper: str = "a3", explain: str = "", tell: Any = None
) -> Change:
    """Print the ledger as the next numbered version; unchanged content on the same paper keeps its number.

    That is so on the same day, and on later ones while the version is being signed: signing takes days (decision 8).
    Another paper is another document with other pages, and so another version.
    Gaps never block a print (decision 9); with `explain` the 缺项情况说明 is printed and kept with the version.
    Raises Problem E_GLYPH, E_PAPER, E_DISK_FULL; no version is recorded then.
    """
    if paper not in ("a3", "a4"):
        raise Problem("E_PAPER", f"没有“{paper}”这种纸，可用 a3 或 a4", field="paper")
    done: list[Change] = []
    explain = wording.clean(explain)

    def fill(part: Path) -> None:
        with office.write("打印") as work:
            line = ledgers.line_of(work.connection, ledger_id)
            ledgers.refuse_foreign(line)
            draft = _draft(office, work, line, explain, paper)
            same = _same_as_before(work, line, draft, paper)
            if same is not None:
                shutil.copyfile(attachments.path_of(office.folder, same.pdf), part)
                done.append(_printed(line, same.label, same.code, same.pages, same.gaps, out, again=True))
                return
            printed = write_pdf(draft.page, part, paper=cast(Any, paper), tell=tell)
            kept = _keep_pdf(work, part, draft.label)
            _record(work, line, draft, kept, paper, printed.pages, explain)
            work.ledger(line.id).next_print += 1
            done.append(_printed(line, draft.label, draft.code, printed.pages, draft.gaps, out))

    files.write_whole(out, fill)
    office.note_head()
    return done[0]


def sign(
    office: Office,
    ledger_id: str,
    *,
    role: str,
    by: str,
    on: str,
    scan: Path,
    version: int | None = None,
    behalf: str = "",
    pen: str = "",
) -> Change:
    """File a signed scan: the QR on it says which version (decision 8). One scan may serve several roles.

    `version` chooses by hand when the scan cannot be read or is of an older print; `behalf` is the authorisation of
    a 代签, `pen` what was corrected by hand on the paper (手改).
    Raises Problem E_ROLE, E_SIGNER, E_TOO_LONG, E_SCAN_UNREADABLE, E_SCAN_OTHER, E_SCAN_VERSION, E_SIGNED, E_NO_PRINT.
    """
    line = _own_line(office, ledger_id)
    route = versions.route_of(line)
    if not route.roles:
        raise Problem("E_ROLE", f"《{line.title}》不由签字确定，请登记{route.seals_upon}", field="role")
    if role not in route.roles:
        raise Problem("E_ROLE", f"没有“{role}”这个签字角色，可用：{'、'.join(route.roles)}", field="role")
    by, behalf, pen = wording.one_line(by), wording.clean(behalf), wording.clean(pen)
    if not by:
        raise Problem("E_SIGNER", "请写明签字人", field="by")
    deeds.refuse_long(by=by, behalf=behalf)
    day = deeds.day_of(office, on)
    known = versions.of(office, ledger_id)
    if not known:
        raise Problem("E_NO_PRINT", f"《{line.title}》还没有打印过，请先打印再签字")
    attachments.inspect(scan)
    target = _matched(office, known, scan, version)
    if role in {s.role for s in target.signatures}:
        raise Problem("E_SIGNED", f"{target.label} 的“{role}”已经签过，不能重复", role=role)
    kept = attachments.keep(office, scan)
    with office.write("签字") as work:
        row = {
            "id": new_id(), "version_id": target.id, "role": role, "by": by, "on": day,
            "behalf": behalf or None, "pen": pen or None, "scan": kept.sha256,
        }
        attachments.file_with(work, line.id, kept, version_id=target.id, subject=target.id)
        seq = work.line(line.id, "sign", target.id, 1, {"sign": {k: v for k, v in row.items() if v}})
        work.connection.execute(insert(signature_table).values(**row, seq=seq))
    signed = {s.role for s in target.signatures} | {role}
    early = [r for r in route.roles[: route.roles.index(role)] if r not in signed]
    warning = f"；注意：{'、'.join(early)}还没有签" if early else ""
    if day < target.on:
        warning += f"；注意：签字日期早于打印日期 {target.on}，请核对"
    left = [r for r in route.roles if r not in signed]
    return Change(
        f"{target.label} 已由{role}签字{warning}",
        frozenset({line.id}),
        target.id,
        {"version": target.number, "left": left, "warning": warning.lstrip("；")},
    )


def seal(office: Office, ledger_id: str) -> Change:
    """确定台账: freeze the newest version that carries every signature (SB 四(一), decisions 6-9).

    Raises Problem E_SEALED, E_UNSIGNED, E_GAPS, E_CHANGED_SINCE.
    """
    with office.write("确定台账") as work:
        line = ledgers.line_of(work.connection, ledger_id)
        ledgers.refuse_foreign(line)
        ledgers.refuse_part(line)
        versions.refuse_register(line)
        if line.sealed:
            raise Problem("E_SEALED", f"《{line.title}》已经确定，不能再次确定")
        target = _signed_version(work, line)
        if target.gaps and not target.explain:
            raise Problem(
                "E_GAPS",
                f"{target.label} 有 {target.gaps:,} 处缺项，请补齐后重新打印签字，或打印时附“缺项情况说明”",
                gaps=target.gaps,
            )
        touched = since.touching_since(work.connection, line, target.seq)
        if touched or versions.root_of(work.connection, line) != target.root:
            what = "、".join(touched) or "冻结的内容"
            raise Problem(
                "E_CHANGED_SINCE", f"{target.label} 打印以后{what}有变动，请重新打印、签字后再确定", changed=touched
            )
        tallies = counts.stored(work.connection, line.id)
        row = {"version_id": target.id, "root": target.root, "counts": tallies, "on": work.on}
        seq = work.line(line.id, "seal", line.id, 1, {"seal": row})
        work.connection.execute(insert(seal_table).values(ledger_id=line.id, seq=seq, **row))
        work.mark_sealed(line.id, target.id)
    office.note_head()
    return Change(
        f"台账已确定（{target.label}）：{_begins(line, tallies)}",
        frozenset({line.id}),
        target.id,
        {"root": target.root, "version": target.number, "counts": tallies},
    )


def _begins(line: LedgerLine, tallies: dict[str, dict[str, int]]) -> str:
    """What a sealed ledger begins with, and by what it shrinks (SB 四(一)), in its own words."""
    words = line.loaded.t.words
    base = f"期初 {tallies['project']['base']:,} {words.count}{words.row}"
    items = f"、{tallies['item']['base']:,} 个{words.item}" if line.loaded.t.items else ""
    one = f"1{words.count}"
    done = "审批" if words.approved == PLAIN.approved else "办结"
    return f"{base}{items}，从现在起{done}{one}{words.approved}{one}"


def _own_line(office: Office, ledger_id: str) -> LedgerLine:
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
    ledgers.refuse_foreign(line)
    ledgers.refuse_part(line)
    return line


def _draft(office: Office, work: Write, line: LedgerLine, explain: str, paper: str) -> _Draft:
    """The page, its gaps and its Merkle root, from one reading of the rows."""
    connection = work.connection
    finder = checks.GapFinder(line.loaded, office.today())
    gaps: list[Finding] = []
    leaves: list[bytes] = []

    def watched() -> Iterator[Held]:
        for held in storing.every_held(connection, line.id):
            gaps.extend(finder.of(held))
            if held.standing != "deleted":
                leaves.append(versions.leaf(line, held))
            yield held

    page = pages.page(office, connection, line, watched())
    told = tuple(gap_words.told(line.loaded, explain, gaps, paper)) if explain else ()
    number = work.ledger(line.id).next_print
    label = f"{office.division}-{line.loaded.t.kind_code}-{line.loaded.t.start_year}-第{number}版"
    page = replace(page, appendix=told, after=_after_seal(work, line))
    tallies = counts.stored(connection, line.id)
    root = merkle.root(leaves).hex()
    code = versions.code_of(line, label, page, root, tallies)
    return _Draft(replace(page, mark=Mark(label, code, pages.chinese_day(office.today()))), label, code, root, tallies, len(gaps))


def _after_seal(work: Write, line: LedgerLine) -> tuple[Listed, ...]:
    """签后变动表 of a sealed ledger, when anything moved since."""
    sealed = next((v for v in versions.of_ledger(work.connection, line.id) if v.sealed), None) if line.sealed else None
    found = later.changes_since(work.connection, line, _sealed_at(work, line)) if sealed is not None else []
    words = line.loaded.t.words
    return (later.listed(found, since_words(sealed), words),) if found and sealed is not None else ()


def since_words(version: Version) -> str:
    """From which print the 签后变动表 counts."""
    return f"{version.label}（{pages.day_words(version.on)}打印）签字、确定台账以后的变动："


def _sealed_at(work: Write, line: LedgerLine) -> int:
    return work.connection.scalar(select(seal_table.c.seq).where(seal_table.c.ledger_id == line.id)) or 0


def _same_as_before(work: Write, line: LedgerLine, draft: _Draft, paper: str) -> Version | None:
    """The newest version when it says the same as the draft dated as that one is; else None."""
    known = versions.of_ledger(work.connection, line.id)
    if not known or known[0].paper != paper or not versions.stays(line, known[0], work.on):
        return None
    last = known[0]
    page = replace(draft.page, date_line=pages.date_line(dt.date.fromisoformat(last.on)))
    again = versions.code_of(line, last.label, page, draft.root, draft.tallies)
    return last if again == last.code else None


def _keep_pdf(work: Write, part: Path, label: str) -> Kept:
    digest = files.digest_of(part)
    work.keep(digest, part)
    return Kept(digest, f"{label}.pdf", "pdf", part.stat().st_size)


def _record(
    work: Write, line: LedgerLine, draft: _Draft, kept: Kept, paper: str, pages_: int, explain: str
) -> None:
    row: dict[str, Any] = {
        "id": new_id(),
        "number": work.ledger(line.id).next_print,
        "label": draft.label,
        "code": draft.code,
        "on": work.on,
        "paper": paper,
        "pages": pages_,
        "pdf": kept.sha256,
        "root": draft.root,
        "counts": draft.tallies,
        "gaps": draft.gaps,
    }
    if explain:
        row["explain"] = explain
    seq = work.line(line.id, "print", row["id"], 1, {"version": row})
    work.connection.execute(insert(version_table).values(**row, ledger_id=line.id, seq=seq))


def _printed(
    line: LedgerLine, label: str, code: str, pages_: int, gaps: int, out: Path, *, again: bool = False
) -> Change:
    said = f"{label}，共 {pages_} 页" + (f"，缺项 {gaps:,} 处" if gaps else "")
    if again:
        said += "（内容没有变，版号不变）"
    facts = {"label": label, "code": code, "pages": pages_, "gaps": gaps, "file": str(out), "again": again}
    return Change(f"已打印：{said}", frozenset({line.id}), line.id, facts)


def _matched(office: Office, known: list[Version], scan: Path, wanted: int | None) -> Version:
    by_number = {v.number: v for v in known}
    if wanted is not None and wanted not in by_number:
        raise Problem("E_NO_PRINT", f"没有第{wanted}版，已打印到第{known[0].number}版", field="version")
    codes = {c.code for c in scans.read_codes(scan)}
    if not codes:
        if wanted is None:
            raise Problem(
                "E_SCAN_UNREADABLE",
                f"“{scan.name}”上没有读到二维码，请用 200 dpi 以上重新扫描，或手工指定第几版",
                file=str(scan),
            )
        return by_number[wanted]
    found = [v for v in known if v.code in codes]
    if len(found) != 1 or codes - {v.code for v in found}:
        raise Problem(
            "E_SCAN_OTHER", f"“{scan.name}”不是这本台账打印的版本，请核对扫描件", file=str(scan), codes=sorted(codes)
        )
    target = found[0]
    if wanted is not None and wanted != target.number:
        raise Problem("E_SCAN_VERSION", f"“{scan.name}”是{target.label}，不是第{wanted}版，请核对", file=str(scan))
    if wanted is None and target.number != known[0].number:
        raise Problem(
            "E_SCAN_VERSION",
            f"“{scan.name}”是{target.label}，而最新打印的是{known[0].label}；确要按旧版签字请写明版号",
            file=str(scan),
            version=target.number,
        )
    return target


def _signed_version(work: Write, line: LedgerLine) -> Version:
    """The newest version that has all that its route asks for (decision 10)."""
    known = versions.of_ledger(work.connection, line.id)
    for version in known:
        if not versions.lacking(line, version):
            return version
    if not known:
        raise Problem("E_UNSIGNED", f"《{line.title}》还没有打印、签字，不能确定")
    left = list(versions.lacking(line, known[0]))
    roles = versions.route_of(line).roles
    signed = [title for title in left if title in roles]
    acts = [title for title in left if title not in roles]
    parts = [f"{'、'.join(signed)}签字"] * bool(signed) + [f"{'、'.join(acts)}的登记"] * bool(acts)
    raise Problem("E_UNSIGNED", f"{known[0].label} 还差{'和'.join(parts)}，齐了才能确定", left=left)

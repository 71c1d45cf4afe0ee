"""A report kept as a draft, and sent: frozen with its numbers and its three files in 报送登记, in one deed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.change import Change
from app.engine import entering, freezing, storing
from app.exports.ledger_xlsx import write_pages_xlsx
from app.exports.official_docx import write_official_docx
from app.exports.official_pdf import write_official_pdfs
from app.journals.writing import Write
from app.ledger import attachments, entries, ledgers, serving
from app.ledger.entries import NewRow
from app.ledger.recording import Recorder
from app.office import Office
from app.problem import Problem
from app.reports import report_numbers, report_papers, reporting
from app.reports.report_rows import NOT_SENT, SERVES, about, filed, newest
from app.reports.reporting import Draft
from app.storage import file_names, files, private_rooms

KEEP, SEND, FOLDER = "保存报告草稿", "报告归档", "报告"
LOOSE = ("note",)
"""Fields of 报送登记 that stay open when the rest of a row is locked."""
Said = Mapping[str, str]
"""What the clerk wrote: `text`, `problems`, `suggestions`, `to`, `cc`, `doc_no`, `note`; a key that is missing stays."""


def keep(office: Office, ledger_id: str, period: str, form: str = "", said: Said | None = None) -> Change:
    """Keep what the clerk wrote in the row of 报送登记 that the report will be (保存草稿).

    Raises the Problems of `reporting.draft` and of the fields' own kinds.
    """
    draft = told(reporting.draft(office, ledger_id, period, form), said or {})
    with office.write(KEEP) as work:
        register = serving.within(work, office, SERVES)
        entry, *_ = _put(work, office, register, draft, _texts(draft, said or {}), {})
    return Change(f"草稿已保存：{draft.title}", frozenset({register}), entry)


def send(
    office: Office,
    ledger_id: str,
    period: str,
    form: str = "",
    said: Said | None = None,
    *,
    zero: bool = False,
    early: bool = False,
    duplex: bool = False,
    out: Path | None = None,
) -> Change:
    """Make the report in its three files and freeze it in 报送登记, all three with its row, all in one deed.

    The files are laid into `out`, else into 报告 of the outbox; `write` makes them again at any time. Sent again it is a
    new edition beside the old one. `zero`: 零报告, refused where something moved. `early`: though its period still runs.
    `duplex` lays PDF and Word out for both sides of a sheet (GB/T 9704 6.2). Raises Problem E_NOT_ZERO, E_STILL_RUNNING,
    E_MEANWHILE, E_NO_FOLDER, and those of `reporting.draft`, printing and filing; nothing is kept then.
    """
    said = said or {}
    draft = told(reporting.draft(office, ledger_id, period, form), said)
    if zero and not draft.nothing:
        raise Problem("E_NOT_ZERO", f"{draft.period.title}有变化，不能作零报告，请按有变化的报", field="zero")
    if draft.running and not early:
        raise Problem(
            "E_STILL_RUNNING", f"{still_running(draft)}；确要提前报，命令行请加 --yes", field="period"
        )
    folder = _folder(office, out)
    numbers = _dumped(draft)
    with private_rooms.room(private_rooms.LOOK) as nest:
        made = write_files(office, draft, nest, duplex=duplex)
        every = [attachments.keep(office, file, written=True) for file in made]
        kept = every[0]
        with office.write(SEND) as work:
            _refuse_moved(work, draft)
            register = serving.within(work, office, SERVES)
            frozen = _frozen(office, draft, kept.sha256, numbers, zero=zero)
            entry, rev, edition = _put(work, office, register, draft, _texts(draft, said, every=True), frozen)
            for one in every:
                attachments.file_with(work, register, one, entry_id=entry, subject=entry, rev=rev)
        laid, fault = _laid(folder, made)
    words = "，".join(("零报告" if zero else draft.state, *([f"第 {edition} 版"] if edition > 1 else [])))
    facts = {
        "title": draft.title, "period": draft.period.id, "state": draft.state, "zero": zero, "edition": edition,
        "digest": kept.sha256, "files": laid,
    }  # fmt: skip
    return Change(f"已归档：{draft.title}（{words}）{fault}", frozenset({register, ledger_id}), entry, facts)


def still_running(draft: Draft) -> str:
    """Why not to file it yet, in words."""
    return f"{draft.period.title}到 {draft.period.ends} 才结束，现在报出，此后登记的要到下一期才能说"


def write(
    office: Office,
    ledger_id: str,
    period: str,
    form: str = "",
    out: Path | None = None,
    *,
    anew: bool = False,
    duplex: bool = False,
) -> Change:
    """The files of a report into a folder: as it was last sent, else (and always when `anew`) as it stands as a draft.

    Raises Problem E_NO_FOLDER and those of `reporting.draft` and printing.
    """
    sent = None if anew else reporting.sent(office, ledger_id, period, form)
    draft = sent or reporting.draft(office, ledger_id, period, form)
    made = write_files(office, draft, _folder(office, out), duplex=duplex)
    facts = {"title": draft.title, "edition": draft.edition, "files": [str(file) for file in made]}
    return Change(f"已写好：{draft.title}，{len(made):,} 个文件", facts=facts)


def write_files(
    office: Office, draft: Draft, folder: Path, *, duplex: bool = False
) -> tuple[Path, Path, Path]:
    """The report as .pdf, .docx and .xlsx in a folder. Raises the Problems of printing; no file is half-written."""
    edition = f"（第{draft.edition}版）" if draft.edition > 1 else ""
    # two ledgers of one template report into one folder
    mark = draft.ledger.called.removeprefix(draft.ledger.title)
    pdf, docx, book = (
        folder / file_names.fitted(draft.title, f"{mark}{edition}.{kind}") for kind in ("pdf", "docx", "xlsx")
    )
    print_paper(office, draft, pdf, duplex=duplex)
    filed = _filed(office, draft)
    if "docx" in filed:
        files.write_whole(docx, filed["docx"].read_bytes())
    else:
        write_official_docx(report_papers.paper(office, draft), docx, duplex=duplex)
    if "xlsx" in filed:
        files.write_whole(book, filed["xlsx"].read_bytes())
    else:
        write_pages_xlsx(report_papers.sheets(office, draft), book)
    return pdf, docx, book


def print_paper(office: Office, draft: Draft, out: Path, *, duplex: bool = False) -> None:
    """The report as a PDF, with its pages by department; of one that was sent the file that was filed.

    Raises the Problems of printing; nothing is written then.
    """
    found = _filed(office, draft).get("pdf")
    if found is not None:
        files.write_whole(out, found.read_bytes())
    else:
        write_official_pdfs(report_papers.papers(office, draft), out, duplex=duplex)


def _filed(office: Office, draft: Draft) -> dict[str, Path]:
    """{kind: the very file that was sent}; of a draft, and of what is no longer kept, nothing."""
    if draft.filed is None or not draft.filed.digest:
        return {}
    pdf = attachments.path_of(office.folder, draft.filed.digest)
    found = {
        one.kind: one.path for one in attachments.of(office, draft.filed.id) if one.kind in ("docx", "xlsx")
    }
    return {kind: file for kind, file in {"pdf": pdf, **found}.items() if file.is_file()}


def told(draft: Draft, said: Said) -> Draft:
    """The draft with what the clerk wrote in place of what was kept or drafted."""
    asks = tuple(replace(ask, text=said.get(ask.key, ask.text)) for ask in draft.asks)
    text, to, cc = said.get("text") or draft.text, said.get("to", draft.to), said.get("cc", draft.cc)
    return replace(draft, text=text, asks=asks, to=to, cc=cc)


def _folder(office: Office, out: Path | None) -> Path:
    """Where the files are laid: the folder asked for, else 报告 among what is to go out. Raises Problem E_NO_FOLDER."""
    folder = out or office.folder / "outbox" / FOLDER
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise Problem("E_NO_FOLDER", f"没有文件夹“{folder}”，请先建好或另选地方", path=str(folder)) from error
    return folder


def _laid(folder: Path, made: tuple[Path, ...]) -> tuple[list[str], str]:
    """Copies of the files where they were asked for. What is filed stays filed where that fails: it is said then."""
    laid: list[str] = []
    for file in made:
        try:
            files.write_whole(folder / file.name, file.read_bytes())
        except Problem as problem:
            return laid, f"；文件没有全部写出：{problem.text}"
        laid.append(str(folder / file.name))
    return laid, ""


def _texts(draft: Draft, said: Said, *, every: bool = False) -> dict[str, str]:
    """What goes into the register as texts; a text nobody touched is drafted anew next time, until it is sent."""
    texts = {
        "name": draft.title, "form": draft.form.id, "period": draft.period.id, "due_on": draft.period.due.isoformat(),
        "edition": str(draft.edition), "to": draft.to, "cc": draft.cc,
        "text": draft.text if every or draft.edited else "",
        **{ask.key: ask.text for ask in draft.asks},
    }  # fmt: skip
    return texts | {key: said[key] for key in ("doc_no", "note") if key in said}


def _dumped(draft: Draft) -> str:
    """The numbers as they are frozen, with what stands in a field that the lock does not cover. Raises E_TOO_LONG."""
    loose = {ask.key: ask.text for ask in draft.asks if ask.key in LOOSE and ask.text}
    return report_numbers.dump(draft.numbers, draft.before, loose)


def _frozen(office: Office, draft: Draft, digest: str, numbers: str, *, zero: bool) -> dict[str, Any]:
    """The cells that say it was sent; from then on they lock the row."""
    return {
        "sent_on": office.today().isoformat(), "sent_by": office.clerk, "report_state": draft.state, "zero": zero,
        "digest": digest, "head": draft.numbers.head, "figures": numbers,
    }  # fmt: skip


def _put(
    work: Write,
    office: Office,
    register: str,
    draft: Draft,
    texts: Mapping[str, str],
    frozen: Mapping[str, Any],
) -> tuple[str, int, int]:
    """Write the row of the draft, a new one where there is none yet; returns its id, revision and edition.

    What is filed is read here and now: somebody else may have sent the same draft. Raises Problem E_LOCKED then.
    """
    line = ledgers.line_of(work.connection, register)
    known = filed(work.connection, draft.ledger)
    one = draft.form.id, draft.period.id
    sent, kept = (newest(known, *one, sent=which) for which in (True, False))
    edition = sent.edition + 1 if sent else 1
    cells = entering.changes_of(line.loaded, texts) | dict(frozen)
    gone = draft.kept is not None and any(each.id == draft.kept.id and each.sent for each in known)
    cells |= {} if gone else {"edition": edition}
    if kept is None and not gone:
        state = {} if frozen else {"report_state": NOT_SENT}
        cells |= state | {"about_ledger": about(work.connection, draft.ledger)}
        facts = {"ledger": draft.ledger.id, "stream": draft.ledger.stream}
        row = NewRow({key: value for key, value in cells.items() if value is not None})
        return entries.add_many(work, line, office, [row], facts)[0], 1, edition
    there = draft.kept if gone else kept
    assert there is not None
    old = storing.held_of(work.connection, [there.id])[there.id]
    recorder = Recorder(work, line, office.calendar())
    new = entries.amended(line, old, cells, {})
    freezing.refuse_locked(line.loaded, old, new)
    recorder.put(old, new, "amend")
    recorder.flush()
    return new.id, new.rev, edition


def _refuse_moved(work: Write, draft: Draft) -> None:
    """Raise Problem E_MEANWHILE when the ledger went on since the numbers were read."""
    if ledgers.line_of(work.connection, draft.ledger.id).head_seq != draft.head:
        raise Problem("E_MEANWHILE", "生成报告的时候台账又有新的登记，请再点一次", ledger=draft.ledger.id)

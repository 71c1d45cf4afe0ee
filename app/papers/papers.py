"""Notices made and filed: numbered without gaps, .docx and PDF, a row in the register, the PDF with every row it speaks of."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.change import Change
from app.engine import entering, storing
from app.exports.ledger_pdf import Tell
from app.exports.official import OfficialPaper
from app.exports.official_docx import write_official_docx
from app.exports.official_fonts import OfficialShelf
from app.exports.official_pdf import write_official_pdf, write_official_pdfs
from app.journals.writing import Write
from app.keeping import staging
from app.keeping.staging import Stage
from app.ledger import attachments, entries, ledgers, serving, settings
from app.ledger.entries import NewRow
from app.listing.pages import chinese_day
from app.office import Office
from app.papers import paper_forms
from app.papers.paper_forms import PaperForm
from app.problem import Problem
from app.storage import file_names
from app.values import divisions
from app.words import wording
from models.schema import entry as entry_table

PREFIX, SIGNED_BY, CONTACT = "paper_prefix", "paper_signed_by", "paper_contact"
"""Settings: what stands before the number, who signs, 联系人和电话."""
NUMBERS = ("doc_no", "lift_doc")
"""The fields of a register that hold the numbers of papers made here."""
FOLDER = "papers"
"""The folder of an office in which papers stand where no other is named."""
_LONGEST = 60


@dataclass(frozen=True)
class Draft:
    """One paper to be made. `about` are the ids of the rows it speaks of, `row` the id of the register row it follows.

    `name` tells its files apart (the unit or person it goes to). `veiled` are the texts that the copy filed with rows
    shows masked; whom the paper goes to reads them in full.
    """

    form: PaperForm
    data: Mapping[str, Any]
    name: str
    about: tuple[str, ...] = ()
    row: str = ""
    veiled: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Issued:
    """One paper made: its number, the row it is filed in, its two files and their pages."""

    doc_no: str
    row: str
    no: str
    pdf: Path
    docx: Path
    pages: int
    paper: OfficialPaper = field(repr=False)

    def as_json(self) -> dict[str, Any]:
        return {
            "doc_no": self.doc_no, "row": self.no, "pdf": str(self.pdf), "docx": str(self.docx), "pages": self.pages,
        }  # fmt: skip


Also = Callable[[Write, Issued], object]


def issue(
    office: Office,
    drafts: Sequence[Draft],
    folder: Path,
    *,
    deed: str,
    also: Also | None = None,
    tell: Tell | None = None,
) -> Change:
    """Make, number and file these papers in one deed: all of them or none; `also` is done with each, in the same deed.

    `tell(done, total)` hears the papers done and may raise to cancel.
    Raises Problem E_GLYPH, E_DISK_FULL, E_NO_FOLDER, E_CANNOT_WRITE, E_FOREIGN: no file, no number, no row then.
    """
    shelf = OfficialShelf()
    common = _common(office)
    prefix = str(settings.get(office, PREFIX, "") or default_prefix(office))
    with staging.staged(folder, office.folder) as stage, office.write(deed) as work:
        made: list[Issued] = []
        for draft in drafts:
            if tell is not None:
                tell(len(made), len(drafts))
            made.append(_issue(office, work, draft, stage, shelf, common, prefix))
            if also is not None:
                also(work, made[-1])
        if len(made) > 1:
            whole = file_names.fitted(f"{drafts[0].form.called}（合订 {len(made):,} 份）", ".pdf")
            write_official_pdfs([one.paper for one in made], stage.place(whole), shelf=shelf)
    change = _told(drafts[0].form, made, shelf)
    return replace(change, facts={**change.facts, "bound": str(folder / whole)}) if len(made) > 1 else change


def folder(office: Office) -> Path:
    """Where papers are laid when nobody says where: beside the office's own data, so that they move with it."""
    return office.folder / FOLDER


def next_number(work: Write, register: str, stem: str) -> int:
    """The number after the highest of this stem (…督〔2022〕) that a paper of the register bears."""
    bears = re.compile(re.escape(stem) + r"(\d+)号")
    rows = work.connection.execute(select(entry_table.c.cells).where(entry_table.c.ledger_id == register))
    numbers = (str((cells or {}).get(key) or "") for (cells,) in rows for key in NUMBERS)
    return max((int(found[1]) for text in numbers if (found := bears.fullmatch(text))), default=0) + 1


def default_prefix(office: Office) -> str:
    """What stands before the number unless the office sets it: 正镶白旗大起底办 for the lead, else the office's name."""
    return f"{divisions.name_of(office.division)}大起底办" if "lead" in office.roles else office.name


def put(office: Office, key: str, text: str) -> Change:
    """Set one of PREFIX, SIGNED_BY, CONTACT; '' goes back to the usual. Raises Problem E_PREFIX, E_TOO_LONG."""
    text = wording.one_line(text)
    if key == PREFIX and re.search(r"[〔〕\s]", text):
        raise Problem("E_PREFIX", "编号字头只写机关代字，不要写年份、括号和空格", field="prefix")
    if len(text) > _LONGEST:
        raise Problem("E_TOO_LONG", f"最多 {_LONGEST} 个字，请写短一些", field=key)
    return settings.put(office, key, text or None)


def _common(office: Office) -> dict[str, str]:
    return {
        "office": office.name,
        "division": divisions.name_of(office.division),
        "signed_by": str(settings.get(office, SIGNED_BY, "") or office.name),
        "own_contact": str(settings.get(office, CONTACT, "") or f"联系人：{office.clerk}"),
        "clerk": office.clerk,
        "today": chinese_day(office.today()),
        "today_iso": office.today().isoformat(),
    }


def _issue(
    office: Office,
    work: Write,
    draft: Draft,
    stage: Stage,
    shelf: OfficialShelf,
    common: Mapping[str, str],
    prefix: str,
) -> Issued:
    made = draft.form
    register = serving.within(work, office, made.serves)
    stem = f"{prefix}{made.word}〔{office.today().year}〕"
    doc_no = f"{stem}{next_number(work, register, stem)}号"
    data = {**common, **draft.data, "doc_no": doc_no}
    paper = paper_forms.paper(made, data)
    name = f"{made.called} {doc_no} {draft.name}"
    pdf, docx = (file_names.fitted(name, end) for end in (".pdf", ".docx"))
    filed = stage.place(pdf)
    printed = write_official_pdf(paper, filed, shelf=shelf)
    write_official_docx(paper, stage.place(docx))
    if draft.veiled:
        filed = stage.aside(pdf)
        write_official_pdf(paper_forms.paper(made, {**data, **draft.veiled}), filed, shelf=shelf)
    row = draft.row or _row_added(office, work, register, paper_forms.row(made, data), doc_no)
    kept = attachments.keep(office, filed)
    for entry in dict.fromkeys((row, *draft.about)):
        held, line = entries.held_for(work, entry)
        attachments.file_with(work, line.id, kept, entry_id=entry, subject=entry, rev=held.rev)
    no = storing.held_of(work.connection, [row])[row].no
    return Issued(doc_no, row, no, stage.folder / pdf, stage.folder / docx, printed.pages, paper)


def _row_added(office: Office, work: Write, register: str, texts: Mapping[str, str], doc_no: str) -> str:
    line = ledgers.line_of(work.connection, register)
    row = NewRow(entering.changes_of(line.loaded, texts))
    return entries.add_many(work, line, office, [row], {"doc_no": doc_no}, basis=doc_no)[0]


def _told(made: PaperForm, issued: Sequence[Issued], shelf: OfficialShelf) -> Change:
    numbers = [one.doc_no for one in issued]
    ends = numbers[0] if len(numbers) == 1 else f"{numbers[0]} 至 {numbers[-1]}"
    said = f"已出{made.called} {len(issued):,} 份：{ends}，共 {sum(one.pages for one in issued):,} 页"
    facts = {"papers": [one.as_json() for one in issued], "fonts": shelf.said}
    return Change(said, frozenset(), issued[0].row, facts)

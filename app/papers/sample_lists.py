"""A sample of 回头看 printed and filed in one deed: the list stands with every row of the batch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.change import Change
from app.engine import storing
from app.exports.ledger_pdf import write_pdf
from app.exports.sample_pdf import SampleList, page_of
from app.journals.writing import Write
from app.keeping import staging
from app.ledger import attachments
from app.listing.pages import chinese_day
from app.office import Office
from app.papers import sampling
from app.papers.sampling import Draw
from app.storage import file_names


def issue(office: Office, drawn: Draw, folder: Path | None) -> Change:
    """File the sample, and with a folder print its list there. Raises what `sampling.file` and `write_pdf` raise."""
    if folder is None:
        return sampling.file(office, drawn)
    sampling.refuse_again(office, drawn)
    name = file_names.fitted(
        f"回头看抽样清单 {drawn.title} {office.today().isoformat()} {drawn.seed} {drawn.n:,} 个", ".pdf"
    )
    with staging.staged(folder) as stage:
        out = stage.place(name)
        printed = write_pdf(page_of(listed(office, drawn)), out, paper="a4")
        kept = attachments.keep(office, out)

        def also(work: Write, register: str, ids: list[str]) -> None:
            for entry, held in storing.held_of(work.connection, ids).items():
                attachments.file_with(work, register, kept, entry_id=entry, subject=entry, rev=held.rev)

        change = sampling.file(office, drawn, also=also)
    return replace(change, facts={**change.facts, "file": str(folder / name), "pages": printed.pages})


def listed(office: Office, drawn: Draw) -> SampleList:
    """The sample as it is printed."""
    return SampleList(
        ledger=drawn.title,
        office=office.name,
        today=chinese_day(office.today()),
        seed=drawn.seed,
        rule=drawn.rule_words,
        n=drawn.n,
        among=drawn.among,
        rows=[(row.no, row.name, row.unit, row.standing, row.digest) for row in drawn.rows],
        shares=[(one.unit, one.rows, one.drawn) for one in drawn.strata],
    )

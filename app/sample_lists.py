"""A sample of 回头看 printed and filed in one deed: the list stands with every row of the batch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app import attachments, file_names, papers, sampling, storing
from app.change import Change
from app.exports.sample_pdf import SampleList, write_sample
from app.office import Office
from app.pages import chinese_day
from app.sampling import Draw
from app.writing import Write


def issue(office: Office, drawn: Draw, folder: Path | None) -> Change:
    """File the sample, and with a folder print its list there. Raises what `sampling.file` and `write_sample` raise."""
    if folder is None:
        return sampling.file(office, drawn)
    with papers.undone_on_failure(folder) as written:
        out = folder / file_names.fitted(
            f"回头看抽样清单 {drawn.title} {office.today().isoformat()} {drawn.seed}", ".pdf"
        )
        written.append(out)
        printed = write_sample(listed(office, drawn), out)
        kept = attachments.keep(office, out)

        def also(work: Write, register: str, ids: list[str]) -> None:
            for entry, held in storing.held_of(work.connection, ids).items():
                attachments.file_with(work, register, kept, entry_id=entry, subject=entry, rev=held.rev)

        change = sampling.file(office, drawn, also=also)
    return replace(change, facts={**change.facts, "file": str(out), "pages": printed.pages})


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

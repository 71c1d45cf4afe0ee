"""A sample of 回头看 printed and filed in one deed: the list stands with every row of the batch."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from app.change import Change
from app.engine import storing
from app.exports.ledger_pdf import write_pdf
from app.exports.sample_pdf import SampleList, page_of
from app.journals.writing import Write
from app.keeping import staging
from app.ledger import attachments
from app.listing.pages import chinese_day
from app.office import Office
from app.papers import batches, sampling
from app.papers.batches import Batch
from app.papers.sampling import Draw
from app.storage import file_names, files
from app.values import masking

NAMED = "回头看抽样清单"
"""How the file begins by which the list of a batch is known among the attachments of its rows."""


def issue(office: Office, drawn: Draw, folder: Path | None) -> Change:
    """File the sample with its printed list, and with a folder lay the list there.

    Raises what `sampling.file` and `write_pdf` raise.
    """
    sampling.refuse_again(office, drawn)
    name = file_names.fitted(
        f"{NAMED} {drawn.title} {office.today().isoformat()} 种子{drawn.seed} {drawn.n:,} 个", ".pdf"
    )
    with (
        TemporaryDirectory(prefix="qidi-") as nest,
        staging.staged(folder or Path(nest), office.folder) as stage,
    ):
        out = stage.place(name)
        printed = write_pdf(page_of(listed(office, drawn)), out, paper="a4")
        kept = attachments.keep(office, out)

        def also(work: Write, register: str, ids: list[str]) -> None:
            for entry, held in storing.held_of(work.connection, ids).items():
                attachments.file_with(work, register, kept, entry_id=entry, subject=entry, rev=held.rev)

        change = sampling.file(office, drawn, also=also)
    laid = {"file": str(folder / name)} if folder else {}
    return replace(change, facts={**change.facts, **laid, "pages": printed.pages})


def again(office: Office, batch: str, out: Path) -> Change:
    """The list of a batch once more, as it was printed when it was drawn: into a folder, or as the file `out` (.pdf).

    A batch that was filed without a list is printed from its rows; a row that has left 回头看 stands in both.
    Raises Problem E_NO_BATCH, E_NO_FOLDER, E_CANNOT_WRITE and those of `write_pdf`.
    """
    found = batches.find(office, batch)
    kept = [f for row in found.rows for f in attachments.of(office, row.entry_id) if f.name.startswith(NAMED)]
    same = next((one for one in kept if one.path.is_file()), None)
    name = same.name if same else file_names.fitted(f"{NAMED} {found.name}", ".pdf")
    target = out if out.suffix.lower() == ".pdf" else out / name
    if same is not None:
        files.write_whole(target, lambda part: shutil.copyfile(same.path, part))
    else:
        write_pdf(page_of(_listed_again(office, found)), target, paper="a4")
    said = f"已再次打印抽样清单：{found.name}，种子 {found.seed}，{len(found.rows):,} 个"
    return Change(said, facts={"batch": found.name, "seed": found.seed, "file": str(target)})


def _listed_again(office: Office, found: Batch) -> SampleList:
    """The list of a batch from what its rows say."""
    return SampleList(
        ledger=found.ledger,
        office=office.name,
        today=chinese_day(dt.date.fromisoformat(found.on)),
        seed=found.seed,
        rule=found.rule,
        n=found.n,
        among=found.among,
        rows=[
            (r.no, masking.mask_in(r.name), r.unit, r.standing, sampling.place(found.seed, r.no))
            for r in found.rows
        ],
    )


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
        rows=[(row.no, masking.mask_in(row.name), row.unit, row.standing, row.digest) for row in drawn.rows],
        shares=[(one.unit, one.rows, one.drawn) for one in drawn.strata],
    )

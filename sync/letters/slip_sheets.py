"""The return slips this office has given, as they are read on the desk and printed (decision 30)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.canon import strict_loads
from app.change import Change
from app.exports.ledger_pdf import Tell, write_pdf
from app.exports.slip_pdf import Fault, SlipSheet, page_of
from app.listing import pages
from app.office import Office
from app.problem import Problem
from sync.letters import boxes, returning, slips
from sync.letters.boxes import Received


@dataclass(frozen=True)
class Given:
    """One slip: what is printed of it, and the file that is carried back."""

    sheet: SlipSheet
    file: Path


def of_file(office: Office, file: Path) -> Given:
    """The slip in a file of this office's outbox. Raises Problem E_NO_FILE, E_SLIP."""
    try:
        slip = slips.of(strict_loads(file.read_bytes().rstrip(b"\n")))
    except OSError as error:
        raise Problem(
            "E_NO_FILE", f"找不到退回单“{file.name}”；把来件再收一次就会重做", file=str(file)
        ) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Problem("E_SLIP", f"“{file.name}”不是有效的退回单，或被改动过", file=str(file)) from error
    row = next((r for r in boxes.received(office) if r.bundle == slip.bundle), None)
    to, title = (row.from_name, row.title) if row else (slip.to, "")
    faults = tuple(Fault(r.rows, r.text) for r in slip.reasons)
    whole = slip.verdict == slips.RETURNED
    sheet = SlipSheet(
        office.name, to, title, pages.day_words(slip.on), whole, faults, pages.chinese_day(office.today())
    )
    return Given(sheet, file)


def file_of(office: Office, one: Received) -> Path | None:
    """Where the slip given for this bundle lies, None when there is none or it was cleared away."""
    by_row = one.verdict != slips.RETURNED
    found = [
        file
        for file in (office.folder / "outbox").glob(f"*_{one.bundle[-12:]}{slips.SUFFIX}")
        if file.name.startswith(returning.BY_ROW) == by_row
    ]
    return max(found, key=lambda file: file.stat().st_mtime_ns) if found and one.reasons else None


def write(office: Office, given: Given, out: Path, *, tell: Tell | None = None) -> Change:
    """Print the slip into `out`."""
    printed = write_pdf(page_of(given.sheet), out, paper="a4", tell=tell)
    said = f"退回单已排好：{len(given.sheet.faults):,} 处，共 {printed.pages} 页"
    return Change(said, facts={"file": str(out), "pages": printed.pages, "quiet": True})

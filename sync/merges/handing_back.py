"""退回: what is wrong with a returned check list, written as comments into the department's own workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.change import Change
from app.checking.check_answers import CheckReturn, Fault
from app.engine import calling, wire
from app.exports import check_comments
from app.imports import check_heads, check_reading
from app.imports.check_reading import Returned
from app.office import Office
from app.problem import Problem
from app.rounds import pushing
from sync.checking import joining
from sync.checking.joining import Arrival
from sync.comparing.merging import REFUSED, Difference, Plan
from sync.merges import arrivals, merges


def hand_back(office: Office, file: Path, out: Path) -> Change:
    """Copy the returned check list `file` to `out` with a comment on all that could not be read, placed or taken.

    Theirs is only read. What the copy cannot keep of it is in the sentence. Raises Problem E_SAME_FILE,
    E_NOT_WORKBOOK, and those of `merges.rehearse` and of writing.
    """
    if file.suffix.lower() not in arrivals.BOOKS:
        raise Problem(
            "E_NOT_WORKBOOK", f"“{file.name}”不是核查表，只有交回的核查表才能批注退回", file=str(file)
        )
    if out.exists() and out.samefile(file):
        raise Problem("E_SAME_FILE", f"“{out.name}”就是交回的原件，不能改，请另写一个文件名", file=str(out))
    back = check_reading.look(file)
    arrival, plan = merges.rehearse(office, back)
    found = with_refused(office, back, arrival, plan)
    made = check_comments.hand_back(file, found, out)
    wrong = len(found.faults) + len(found.unplaced) + len(found.touched)
    said = (
        f"已写出退回件“{made.file.name}”：{wrong:,} 处问题，批注在 {made.marked:,} 格"
        if wrong
        else "没有要退回的问题"
    )
    said += f"；{made.notice}" if made.notice else ""
    facts = {
        "file": str(made.file), "marked": made.marked, "notice": made.notice, "faults": len(found.faults),
        "unplaced": len(found.unplaced), "touched": len(found.touched),
    }  # fmt: skip
    return Change(said, facts=facts)


def with_refused(office: Office, back: Returned, arrival: Arrival, plan: Plan) -> CheckReturn:
    """What the workbook said, with the values that merging would refuse among its faults."""
    assert arrival.read is not None
    refused = [(row, d) for row in plan.rows for d in row.differences if d.verdict == REFUSED]
    if not refused:
        return arrival.read
    places = _places(office, back, arrival)
    faults = [f for row, d in refused for f in _faults(arrival, row.id, d, places)]
    return replace(arrival.read, faults=(*arrival.read.faults, *faults))


def _faults(arrival: Arrival, row: str, d: Difference, places: dict[str, int]) -> Iterator[Fault]:
    assert arrival.read is not None
    field = arrival.line.loaded.item_fields.get(d.field)
    title = field.title if field else d.field
    here = f"，台账里是“{_text(arrival, d.field, d.mine)}”" if d.mine is not None else ""
    for number in arrival.read.rows.get((row, d.code), ()):
        yield Fault(
            number, places.get(d.field, 0), title, "E_REFUSED", f"这一格没有采用：{d.reason}{here}",
            _text(arrival, d.field, d.theirs),
        )  # fmt: skip


def _text(arrival: Arrival, key: str, value: Any) -> str:
    field = arrival.line.loaded.item_fields.get(key)
    if value is None or field is None:
        return "" if value is None else str(value)
    loaded = arrival.line.loaded
    return calling.text(loaded, field, wire.from_wire(loaded, {key: value}, item=True)[key])


def _places(office: Office, back: Returned, arrival: Arrival) -> dict[str, int]:
    """Field -> column of the returned table, counted from 1."""
    line, part = arrival.line, arrival.part
    with office.read() as connection:
        push = next(p for p in part.pushes if p.mark == arrival.origin)
        ids = joining.listed(connection, line)
        sent = pushing.pushed_then(connection, line, ids, part.dept, push.upto)
    table = check_heads.find(
        back, line.loaded, pushing.sheet_of(office, line, arrival.round, part, list(sent.values()))
    )
    return {field: places[0] + 1 for field, places in table.places.items() if places}

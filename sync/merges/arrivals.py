"""Files that came in, many at once: each received and, where it is a return, merged; one bad one stops no other."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.change import Change
from app.imports import check_reading
from app.ledger import ledgers
from app.office import Office
from app.problem import Problem
from app.rounds.rounds import WORKBOOK
from app.storage import files as whole
from sync import exchange
from sync.comparing.merging import ASK, MINE, Key
from sync.letters import receipts, registers, returning, sealed_slips, slips
from sync.merges import merges, returns
from sync.receiving import keeping

NEEDED = "E_PASSPHRASE_NEEDED"
BOOKS = frozenset((".xlsx", ".xls", ".et", ".ods", ".csv"))
RECEIVED, MERGED, WAITING, REFUSED = "received", "merged", "waiting", "refused"
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Result:
    """What became of one file: received, merged, waiting for a person's decision, or refused with code and reason."""

    file: str
    state: str
    said: str
    code: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"file": self.file, "state": self.state, "said": self.said, "code": self.code, **self.facts}


def take(
    office: Office,
    files: Sequence[Path],
    *,
    default: str = ASK,
    choices: Mapping[Key, Any] | None = None,
    confirmed: bool = False,
    passphrase: str = "",
    tell: Tell | None = None,
    anew: bool = False,
    blank: bool = False,
) -> list[Result]:
    """Take every file in, in the order given; a return is merged as far as nobody has to decide.

    `confirmed`: a person vouches for unsigned workbooks, and takes with `anew` what is of another record than before,
    having seen what differs; `blank`: a workbook in which nothing was filled in is an answer too. Nothing is raised for
    a single file: its result says why;
    only E_PASSPHRASE_NEEDED is, before any is taken.
    """
    ask_first(office, files, passphrase)

    def one(file: Path) -> Result:
        try:
            if anew and file.suffix.lower() not in BOOKS:
                return _bundle(
                    office,
                    file,
                    default,
                    choices or {},
                    passphrase,
                    anew=_agreed(office, file, confirmed, passphrase),
                )
            return _one(office, file, default, choices or {}, confirmed, passphrase, blank)
        except Problem as problem:
            state = WAITING if problem.code in ("E_UNDECIDED", "E_CONFIRM") else REFUSED
            return Result(str(file), state, problem.text, problem.code, dict(problem.facts))

    out = []
    for number, file in enumerate(files):
        if tell:
            tell(number, len(files))
        out.append(one(file))
    out = completed(out, one)
    if tell:
        tell(len(files), len(files))
    return out


def ask_first(office: Office, files: Sequence[Path], passphrase: str = "") -> None:
    """Raise Problem E_PASSPHRASE_NEEDED where one of these files wants the keys and no passphrase was given yet."""
    if passphrase or office.passphrase or not any(_wants_keys(file) for file in files):
        return
    try:
        exchange.own_keys(office, "")
    except Problem as problem:
        if problem.code == NEEDED:
            raise  # anything else is the matter of the file that meets it


def _wants_keys(file: Path) -> bool:
    open_ = receipts.is_receipt(file) or slips.is_slip(file) or registers.is_register(file)
    return sealed_slips.is_sealed(file) or (file.suffix.lower() not in BOOKS and not open_)


def slipped(office: Office, mirror: str, merged: Change, passphrase: str = "") -> Change:
    """The merging of a return with the fact `slip`: the file for rows it did not adopt, '' for none.

    A slip that cannot be written does not undo the merging; it is said. Keys are to be loaded before merging.
    """
    try:
        slip = returning.of_merge(office, mirror, merged.facts["refused"], passphrase)
    except (Problem, OSError) as error:
        problem = error if isinstance(error, Problem) else whole.unforeseen(error)
        said = f"{merged.said}；给对方的退回单没有写成：{problem.text}"
        return replace(merged, said=said, facts={**merged.facts, "slip": "", "slip_fault": problem.code})
    return replace(merged, facts={**merged.facts, "slip": str(slip or "")})


def completed(results: Sequence[Result], again: Callable[[Path], Result]) -> list[Result]:
    """The results, those of volumes whose last one came after them taken once more."""
    if all(result.state == REFUSED for result in results):
        return list(results)
    return [again(Path(r.file)) if r.code == keeping.VOLUMES else r for r in results]


def choices_of(file: Path) -> dict[Key, Any]:
    """The decisions of a JSON file: {"entry/item or -/field": "mine" | "theirs" | {"value": …}}. Raises E_CHOICE."""
    try:
        told = json.loads(file.read_text("utf-8-sig"))
        return choices_in(told)
    except (OSError, ValueError, AttributeError) as error:
        raise Problem("E_CHOICE", f"“{file.name}”不是决定文件，请检查路径和写法", file=str(file)) from error


def choices_in(told: Mapping[str, Any]) -> dict[Key, Any]:
    """The same of what such a file holds. Raises ValueError for a name that is none."""
    return {_key(name): choice for name, choice in told.items()}


def name_of(key: Key) -> str:
    """How a decision file names a cell, or a whole added row."""
    entry, item, cell = key
    return f"{entry}/{item or '-'}/{cell or '-'}"


def _key(name: str) -> Key:
    entry, item, cell = name.split("/")
    return entry, "" if item == "-" else item, "" if cell == "-" else cell


def _one(
    office: Office,
    file: Path,
    default: str,
    choices: Mapping[Key, Any],
    confirmed: bool,
    passphrase: str,
    blank: bool = False,
) -> Result:
    if file.suffix.lower() in BOOKS:
        back = check_reading.look(file)
        change = merges.merge(office, back, choices, default=default, confirmed=confirmed, blank=blank)
        return Result(str(file), MERGED, change.said, "", {**change.facts, "medium": WORKBOOK})
    return _bundle(office, file, default, choices, passphrase)


def _agreed(office: Office, file: Path, confirmed: bool, passphrase: str) -> bool:
    """That a person has seen what taking the sender's record as it is would change. Raises E_CONFIRM, which says it."""
    if not confirmed:
        found = exchange.look(office, file, passphrase=passphrase, anew=True)
        raise Problem("E_CONFIRM", f"{found.said}。还没有收；确实要接受对方现在的记录，请加 --yes", anew=True)
    return True


def _bundle(
    office: Office, file: Path, default: str, choices: Mapping[Key, Any], passphrase: str, anew: bool = False
) -> Result:
    change = exchange.receive(office, file, passphrase=passphrase, anew=anew)
    if change.facts.get("kind") != "return":
        return Result(str(file), RECEIVED, change.said, "", change.facts)
    mirror = str(change.facts["ledger"])
    facts = {**change.facts, "mirror": mirror}
    before = returns.left_out(office, ledgers.get(office, mirror).origin_ledger, mirror)  # not asked again
    try:
        merged = merges.merge(office, mirror, dict.fromkeys(before, MINE) | dict(choices), default=default)
    except Problem as problem:
        said = f"已收下“{ledgers.get(office, mirror).origin}”的回传；{problem.text}"
        return Result(str(file), WAITING, said, problem.code, {**facts, **problem.facts})
    merged = slipped(office, mirror, merged, passphrase)
    return Result(str(file), MERGED, merged.said, "", {**facts, **merged.facts})

"""Scans whose bytes are no longer those they were: found, put back from another copy, and named to the clerk."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from sqlalchemy import select

from app.keeping import backup_notes, store
from app.keeping.lying import lying, stand_in
from app.keeping.store import Ask, Tell
from app.ledger import handover_records, kept_forms
from app.office import Office
from app.problem import Problem
from app.storage import files
from models.schema import attachment as attachment_table
from models.schema import entry as entry_table
from models.schema import ledger as ledger_table
from models.schema import version as version_table

AGAIN = 64 * 1024**2
"""Bytes of older scans that each backup reads again in turn, so that all are read in time."""
REMEDY = "请把原件重新附到那一行（内容一样就补上了），或插上第二个地方再备份一次"
SHOWN, LONGEST = 3, 72
WHERE = {"outbox": "报出去的", "inbox": "收到的"}
_MOST = 500
Naming = Callable[[Collection[str]], dict[str, set[str]]]


def wanted(office: Office) -> set[str]:
    """The digests of the files that rows of this office have now."""
    t = attachment_table.c
    with office.read() as connection:
        held = select(t.sha256).where(t.deleted_seq.is_(None), t.entry_id.is_not(None)).distinct()
        return set(connection.scalars(held))


def mended(target: Path, sha256: str, stores: Iterable[Path]) -> bool:
    """Put a file back from the first store that has it as it was; False where none has."""
    for kept in stores:
        copy = store.stored(kept, sha256)
        if sound(copy, sha256):
            with suppress(Problem, OSError):
                target.parent.mkdir(parents=True, exist_ok=True)
                files.make_way(target)
                files.write_whole(target, partial(files.copy_known, copy, sha256=sha256))
                return True
    return False


def sound(file: Path, sha256: str, ask: Ask | None = None) -> bool:
    """Whether a file is there, can be read and has the bytes of its digest; every byte is read."""
    return files.same(file, sha256, ask) is True


def read_again(
    office: Path, kept: Path, stores: Sequence[Path], naming: Naming, tell: Tell | None = None
) -> set[str]:
    """Read some older scans of the store `kept` again, and the office's own of the same digest.

    Those that are known to be spoilt are read first, the others in turn. What is spoilt in one place is put right from
    the other, or from one of `stores`. What is spoilt everywhere goes out of the store and is noted with the backups that
    want it: `naming(digests)` tells {name: digests}. What cannot be read just now is noted, too, but stays where it
    is; its digests are handed back.
    """
    notes = backup_notes.of(office)
    names = sorted(p.name for p in kept.glob("??/*") if p.suffix != store.HALF and not p.name.startswith(store.ASIDE))
    doubted = {*notes.spoilt, *(sha for shas in notes.lost.values() for sha in shas)}
    known = [name for name in names if name in doubted]
    reading = _Reading(office, kept, stores)
    cursor = notes.cursor
    try:
        for done, name in enumerate(known):
            if tell is not None:
                tell(done, len(known))
            reading.read(name)
        read = 0
        for name in [n for n in names if n > cursor] or names:
            read += 0 if name in doubted else reading.read(name)
            cursor = name
            if read >= AGAIN:
                break
    finally:  # what was found stays known, whatever stops the rest
        _lose(office, naming(reading.lost) if reading.lost else {})
    backup_notes.change(office, cursor="" if names[-1:] == [cursor] else cursor)
    return reading.unread


class _Reading:
    """One reading of a store. `lost`: what is good nowhere; `unread`: those of them that may be good, yet cannot be read."""

    def __init__(self, office: Path, kept: Path, stores: Sequence[Path]) -> None:
        self.lost: set[str] = set()
        self.unread: set[str] = set()
        self._office, self._kept, self._stores = office, kept, stores

    def read(self, name: str) -> int:
        """The bytes of the file that was read; 0 for one that is not there any more."""
        there, own = store.stored(self._kept, name), files.stored(self._office, name)
        try:
            size, second = there.stat().st_size, own.is_file() and not own.samefile(there)
        except FileNotFoundError:
            return 0
        except OSError:
            size, second = 0, True
        good = files.same(there, name)
        if second and not sound(own, name):
            mended(own, name, [self._kept, *self._stores])
        if good:
            return size
        if (sound(own, name) and not own.is_symlink()) or (os.path.lexists(own) and mended(own, name, self._stores)):
            self._away(there)  # the backup that follows takes it from the office again
        elif not mended(there, name, self._stores):
            self.lost.add(name)
            if good is None:
                self.unread.add(name)
            elif os.path.lexists(own):
                self._away(there)
            else:  # something may still be seen on it
                there.replace(there.with_name(f"{store.ASIDE}{name}"))
        return size

    def _away(self, file: Path) -> None:
        files.make_way(file)
        file.unlink(missing_ok=True)


def _lose(office: Path, found: Mapping[str, Collection[str]]) -> None:
    lost = dict(backup_notes.of(office).lost)
    for name, shas in found.items():
        lost[name] = sorted({*lost.get(name, ()), *shas})
    backup_notes.change(office, lost=lost)


def found_again(office: Path, kept: Path, lacking: Mapping[str, Collection[str]]) -> None:
    """Forget what was lost and is whole in the store `kept` by now, but for `lacking` {name of a backup: digests}."""
    _lose(office, lacking)
    known = {sha for shas in lacking.values() for sha in shas}
    lost = backup_notes.of(office).lost
    whole = {sha for shas in lost.values() for sha in shas if sha not in known and sound(store.stored(kept, sha), sha)}
    there = {name: shas for name, shas in lost.items() if os.path.lexists(kept.parent / name)}
    left = {name: still for name, shas in there.items() if (still := [sha for sha in shas if sha not in whole])}
    backup_notes.change(office, lost=left)


def named(office: Office, shas: Collection[str]) -> list[str]:
    """Each spoilt file as the clerk knows it: of which row of which ledger, and its own name; sorted."""
    listed = sorted(shas)
    found: dict[str, str] = {}
    for start in range(0, len(listed), _MOST):
        found |= _named(office, listed[start : start + _MOST])
    if any(sha not in found for sha in listed):
        paths = (path.relative_to(office.folder) for path in lying(office.folder, tuple(WHERE)))
        found = {stand_in(path.as_posix()): f"{WHERE[path.parts[0]]}文件“{path.name}”" for path in paths} | found
    return sorted(found.get(sha, f"存档文件 {sha[:12]}") for sha in listed)


def _named(office: Office, shas: Sequence[str]) -> dict[str, str]:
    a, e, le, v = attachment_table.c, entry_table.c, ledger_table.c, version_table.c
    rows = select(a.sha256, a.name, le.title, e.name.label("row"), e.no).where(a.sha256.in_(shas))
    rows = rows.join(ledger_table, le.id == a.ledger_id).outerjoin(entry_table, e.id == a.entry_id)
    prints = select(v.pdf, v.label, le.title).where(v.pdf.in_(shas)).join(ledger_table, le.id == v.ledger_id)
    with office.read() as connection:
        others = kept_forms.files(connection) | handover_records.files(connection)
        found = {sha: f"存档的“{name}”" for sha, name in others.items() if sha in shas}
        found |= {r.pdf: f"《{r.title}》打印版“{r.label}”" for r in connection.execute(prints)}
        for r in connection.execute(rows.order_by(a.deleted_seq.is_(None), a.seq)):
            whose = f"“{r.row or r.no}”的" if r.no else "签字页"
            found[r.sha256] = f"《{r.title}》{whose}附件“{r.name}”"
    return found


def said(names: Sequence[str]) -> str:
    """What is said of spoilt files where there is room: the first few by name and how they come back; '' for none."""
    return f"{brief(names, SHOWN)}。{REMEDY}" if names else ""


def brief(names: Sequence[str], shown: int = 1) -> str:
    """The same in passing: one by name."""
    if not names:
        return ""
    more = f"等 {len(names):,} 个" if len(names) > shown else ""
    return f"文件坏了、不见了或读不出来：{'、'.join(_short(name) for name in names[:shown])}{more}；其余都备份好了"


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST // 2]}…{name[-LONGEST // 2 :]}"

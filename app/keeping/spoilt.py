"""Scans whose bytes are no longer those they were: found, put back from another copy, and named to the clerk."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from sqlalchemy import select

from app.keeping import backup_notes, store
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
_MOST = 500


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
                if target.is_dir() and not target.is_symlink():
                    target.rename(target.with_name(f".{sha256}"))
                files.write_whole(target, copy.read_bytes())
                return True
    return False


def sound(file: Path, sha256: str) -> bool:
    """Whether a file is there whose bytes are those of its digest; every byte is read."""
    try:
        return file.is_file() and files.digest_of(file) == sha256
    except OSError:
        return False


def read_again(office: Path, kept: Path, stores: Sequence[Path], naming: Callable[[str], list[str]]) -> None:
    """Read some older scans of the store `kept` again, and the office's own of the same digest.

    What is spoilt in one place is put right from the other, or from one of `stores`. What is spoilt everywhere goes out
    of the store and is noted with the backups that want it: `naming(digest)` tells their names.
    """
    notes = backup_notes.of(office)
    names = sorted(p.name for p in kept.glob("??/*") if not p.name.endswith(store.HALF))
    read, cursor = 0, ""
    for name in [n for n in names if n > notes.cursor] or names:
        read += _read(office, kept, stores, name, naming)
        cursor = name
        if read >= AGAIN:
            break
    backup_notes.change(office, cursor="" if names[-1:] == [cursor] else cursor)


def _read(office: Path, kept: Path, stores: Sequence[Path], name: str, naming: Callable[[str], list[str]]) -> int:
    there, own = store.stored(kept, name), files.stored(office, name)
    try:
        size, second = there.stat().st_size, own.is_file() and not own.samefile(there)
    except FileNotFoundError:
        return 0
    good = sound(there, name)
    if second and not sound(own, name):
        mended(own, name, [kept, *stores])
    if good:
        return size
    there.unlink()  # the backup that follows takes it from the office again
    if not sound(own, name) and not mended(own if own.exists() else there, name, stores):
        _lose(office, name, naming(name))
    return size


def _lose(office: Path, sha256: str, backups: Iterable[str]) -> None:
    lost = dict(backup_notes.of(office).lost)
    for name in backups:
        lost[name] = sorted({*lost.get(name, ()), sha256})
    backup_notes.change(office, lost=lost)


def found_again(office: Path, kept: Path) -> None:
    """Forget what was lost and is in the store `kept` by now."""
    left = {
        name: still
        for name, shas in backup_notes.of(office).lost.items()
        if (still := [sha for sha in shas if not store.stored(kept, sha).is_file()])
    }
    backup_notes.change(office, lost=left)


def named(office: Office, shas: Collection[str]) -> list[str]:
    """Each spoilt file as the clerk knows it: of which row of which ledger, and its own name; sorted."""
    listed = sorted(shas)
    found: dict[str, str] = {}
    for start in range(0, len(listed), _MOST):
        found |= _named(office, listed[start : start + _MOST])
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
    return f"附件坏了或不见了：{'、'.join(_short(name) for name in names[:shown])}{more}；其余都备份好了"


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST // 2]}…{name[-LONGEST // 2 :]}"

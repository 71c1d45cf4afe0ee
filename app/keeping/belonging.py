"""Which files of an office belong into a backup, and how they come into its store."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from app.keeping import spoilt, store
from app.keeping.contents import Part
from app.keeping.lying import lying, stand_in
from app.keeping.store import Ask, Tell
from app.office import Office
from app.storage import files

Seen = tuple[str, int, int]
"""A file by path, size and time of change."""


def taken(
    office: Office,
    kept: Path,
    others: Sequence[Path],
    before: dict[Seen, str],
    tell: Tell | None,
    unread: Collection[str] = (),
) -> tuple[list[Part], list[Part]]:
    """Bring what is new into the store `kept`; the files that belong to the backup, and those that are spoilt or gone.

    `before` holds digests worked out earlier, `others` are stores a spoilt file may come back from. `unread` are in the
    store and cannot be read just now: what of them is good nowhere else is both. What was there for a moment only is
    neither.
    """
    odd: list[Part] = []
    parts = parts_of(office.folder, before, odd)
    lost = {part.path: part for part in odd}
    there = {part.path for part in parts}
    for sha in sorted(spoilt.wanted(office)):
        if _place(sha) not in there:  # gone, or no file any more
            back = spoilt.mended(files.stored(office.folder, sha), sha, [kept, *others])
            part = _own(office.folder, kept, sha)
            if back or sha in unread:
                parts.append(part)
            if not back:
                lost[part.path] = part

    def fit(part: Part, file: Path, ask: Ask) -> bool:
        own, good = _is_own(part), files.same(file, part.sha256, ask)
        if good or (own and spoilt.mended(file, part.sha256, others)):
            return True
        if good is None or own:
            lost[part.path] = part
            return False
        return True  # gone or changed meanwhile: that is seen as it is taken

    new = store.lacking(kept, parts, {*unread, *_doubted(kept, parts, before, tell)})
    take: dict[bool, list[store.Source]] = {True: [], False: []}
    for part in new:
        take[_is_own(part)].append((part, office.folder / part.path))
    # an attachment never changes in place: a second name will do
    gone = store.take(kept, take[True], linked=True, tell=tell, fit=fit)
    gone += store.take(kept, take[False], linked=False, tell=tell, fit=fit)
    lost |= {part.path: part for part in gone if part.sha256 in unread}
    away = {part.sha256 for part in (*lost.values(), *gone)}.difference(unread)
    return [part for part in parts if part.sha256 not in away], list(lost.values())


def _doubted(kept: Path, parts: Sequence[Part], before: dict[Seen, str], tell: Tell | None) -> Iterator[str]:
    """Attachments that became other files since the last backup, for they were put right, and whose copies in the store are
    not: those may be what was spoilt.
    """
    changed = [part for part in parts if _is_own(part) and (part.path, part.size, part.changed) not in before]
    for done, part in enumerate(changed):
        copy = store.stored(kept, part.sha256)
        try:
            older = copy.stat().st_mtime_ns < part.changed  # a second name of it, or a copy made of it, is not
        except OSError:
            continue
        if older and tell is not None:
            tell(done, len(changed))
        if older and not spoilt.sound(copy, part.sha256):
            yield part.sha256


def _is_own(part: Part) -> bool:
    return part.path == _place(part.sha256)


def _own(office: Path, kept: Path, sha256: str) -> Part:
    for file in (files.stored(office, sha256), store.stored(kept, sha256)):
        with suppress(OSError):
            if file.is_file():
                return Part(_place(sha256), sha256, file.stat().st_size)
    return Part(_place(sha256), sha256, 0)


def _place(sha256: str) -> str:
    return files.stored(Path(), sha256).as_posix()


def parts_of(office: Path, before: dict[Seen, str], unread: list[Part] | None = None) -> list[Part]:
    """The files that lie there now; an attachment's digest is its name, not read again here.

    What cannot be read comes into `unread` with what stands for its digest; without `unread` Problem E_IO is raised.
    """
    found = []
    for path in lying(office):
        name = path.relative_to(office).as_posix()
        own = name == _place(path.name)
        with suppress(FileNotFoundError):  # another program's, there for a moment only
            seen = path.stat()
            try:
                digest = path.name if own else before.get((name, seen.st_size, seen.st_mtime_ns)) or files.digest_of(path)
            except FileNotFoundError:
                raise
            except OSError as error:
                if unread is None:
                    raise files.unread(path, error) from error
                unread.append(Part(name, stand_in(name), seen.st_size, seen.st_mtime_ns))
                continue
            found.append(Part(name, digest, seen.st_size, seen.st_mtime_ns))
    return found

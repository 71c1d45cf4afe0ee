"""What comes with a bundle: attachments inspected and stored, the file itself kept, and what is missing still."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from app.ledger import attachments
from app.office import Office
from app.problem import Problem
from app.storage import files, inspecting
from sync.bundles import bundle, progress, splitting, tidying
from sync.bundles.bundle import Opened
from sync.bundles.faults import Faults
from sync.bundles.progress import Tell

VOLUMES = "E_VOLUMES"
INSPECTORS = 2
WAITING = ".volumes-"
WAITS = 60 * 24 * 3600
"""Seconds; the volumes can be received anew from the sticks they came on."""


def inspected(office: Office, found: Opened, tell: Tell | None = None) -> tuple[dict[str, Path], Faults]:
    """The clean attachments that are not in the store yet, on the disk for good, and the faults of the others.

    The faults are E_ATTACHMENT_*: what is damaged, active or not what its name says. What was found of a bundle that
    was looked at is not asked a second time.
    """
    faults = Faults()
    clean: dict[str, Path] = {}
    new = {digest: file for digest, file in found.attachments.items() if not _stored(office, digest)}
    moved = progress.phase(tell, progress.INSPECTING, sum(file.stat().st_size for file in new.values()))
    with files.syncing() as sync, ThreadPoolExecutor(INSPECTORS) as pool:
        asked = [pool.submit(_refusal, digest, file, found.inspected) for digest, file in new.items()]
        try:
            for (digest, file), refused in zip(new.items(), asked, strict=True):
                moved(file.stat().st_size)
                with faults.noted():
                    if problem := refused.result():
                        raise problem
                    sync(file)
                    clean[digest] = file
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return clean, faults


def waiting(office: Office, found: Opened) -> dict[str, Path]:
    """The attachments that other volumes of this delivery brought before, as they were proved."""
    if not found.info.group:
        return {}
    listed = {digest for each in found.volumes for digest in each}
    files_ = [file for file in _waiting_room(office, found).glob("*") if file.name in listed]
    return {file.name: file for file in files_ if files.digest_of(file) == file.name}


def wait(office: Office, found: Opened, clean: Mapping[str, Path]) -> None:
    """Keep what this volume brought until the others are here, apart from the store: no ledger names it yet.

    It goes when the delivery is taken in, or when no volume of it came for WAITS. Raises Problem E_CANNOT_WRITE.
    """
    room = _waiting_room(office, found)
    try:
        room.mkdir(mode=0o700, exist_ok=True)
        for digest, file in clean.items():
            file.replace(room / digest)
        files.sync_folder(room)
    except OSError as error:
        raise files.refusal(room, error) from error


def wait_no_more(office: Office, found: Opened) -> None:
    """Clear away what waited for this delivery, and what waited too long for any other."""
    tidying.sweep(office.folder / "inbox", WAITING, WAITS)
    if found.info.group:
        shutil.rmtree(_waiting_room(office, found), ignore_errors=True)


def _waiting_room(office: Office, found: Opened) -> Path:
    return office.folder / "inbox" / f"{WAITING}{found.info.sender}-{found.info.group}"


@contextmanager
def original(office: Office, found: Opened, tell: Tell | None = None) -> Iterator[Path]:
    """The received file as it came, in the inbox under sender and bundle id; gone again when it is not taken in.

    It is for the transaction alone: what fails after that must not take the file of an accepted bundle away.
    """
    info = found.info
    kept = office.folder / "inbox" / f"{info.on}_{info.sender}_{info.id}{bundle.SUFFIX}"

    moved = progress.phase(tell, progress.KEEPING, found.original.stat().st_size)

    def fill(part: Path) -> None:
        found.original.replace(part)  # what was judged, not what the stick holds by now

    moved(found.original.stat().st_size)
    files.write_whole(kept, fill)
    try:
        yield kept
    except BaseException:
        kept.unlink(missing_ok=True)
        raise


def missing_volumes(office: Office, found: Opened, coming: Collection[str] = ()) -> list[int]:
    """The volumes whose attachments are neither in the store nor `coming`."""
    every = {digest for each in found.volumes for digest in each} - set(coming)
    wanted = {digest for digest in every if not attachments.path_of(office.folder, digest).is_file()}
    return splitting.missing(found.volumes, wanted)


def refuse_missing_volumes(office: Office, found: Opened, coming: Collection[str] = ()) -> None:
    """Nothing of a delivery is taken in before all its volumes are here; what this one brought waits for them."""
    lacking = missing_volumes(office, found, coming)
    if lacking:
        said = f"附件已存好，台账没有动；{volumes_said(found, lacking)}"
        raise Problem(VOLUMES, said, volume=found.info.volumes[0], missing=lacking, bundle=found.info.id)


def volumes_said(found: Opened, lacking: Sequence[int]) -> str:
    number, count = found.info.volumes
    names = "、".join(str(each) for each in lacking)
    return f"这是第 {number} 卷（共 {count} 卷），还缺第 {names} 卷，请接着收，收齐后一并入账"


def refuse_missing_files(office: Office, wanted: set[str]) -> None:
    missing = sorted(d for d in wanted if not attachments.path_of(office.folder, d).is_file())
    if missing:
        raise Problem(
            "E_NEED_ATTACHMENTS",
            f"有 {len(missing):,} 个附件对方以为本单位已有、其实没有，没有收；请对方连附件全部重发",
            missing=missing,
        )


def _stored(office: Office, digest: str) -> bool:
    return files.same(attachments.path_of(office.folder, digest), digest) is True


def _refusal(digest: str, file: Path, known: dict[str, Problem | None]) -> Problem | None:
    if digest not in known:
        try:
            inspecting.inspect(file, pixels=False, written=True)
            known[digest] = None
        except Problem as problem:
            known[digest] = problem
    return known[digest]

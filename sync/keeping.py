"""What comes with a bundle: attachments inspected and stored, the file itself kept, and what is missing still."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from app import attachments, files, scans
from app.office import Office
from app.problem import Problem
from sync import archive, bundle, progress, splitting
from sync.bundle import Opened
from sync.faults import Faults
from sync.progress import Tell

VOLUMES = "E_VOLUMES"
INSPECTORS = 2  # pictures are decoded whole: more at once would ask a small machine for its memory


def inspected(office: Office, found: Opened, tell: Tell | None = None) -> tuple[dict[str, Path], Faults]:
    """The clean attachments that are not in the store yet, on the disk for good, and the faults of the others.

    The faults are E_ATTACHMENT_*: what is damaged, active or not what its name says.
    """
    faults = Faults()
    clean: dict[str, Path] = {}
    new = {digest: file for digest, file in found.attachments.items() if not _stored(office, digest)}
    moved = progress.phase(tell, progress.INSPECTING, sum(file.stat().st_size for file in new.values()))
    with files.syncing() as sync, ThreadPoolExecutor(INSPECTORS) as pool:
        inspecting = [pool.submit(_refusal, file) for file in new.values()]
        try:
            for (digest, file), refused in zip(new.items(), inspecting, strict=True):
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


def keep(office: Office, clean: Mapping[str, Path]) -> None:
    """Move inspected files into the store by digest; harmless when the deed is given up later."""
    files.move_in(office.folder, clean)


@contextmanager
def original(office: Office, file: Path, found: Opened, tell: Tell | None = None) -> Iterator[Path]:
    """The received file as it came, in the inbox under sender and bundle id; gone again when it is not taken in.

    It is for the transaction alone: what fails after that must not take the file of an accepted bundle away.
    """
    info = found.info
    kept = office.folder / "inbox" / f"{info.on}_{info.sender}_{info.id}{bundle.SUFFIX}"

    def fill(part: Path) -> None:
        moved = progress.phase(tell, progress.KEEPING, file.stat().st_size)
        with file.open("rb") as source, part.open("wb") as sink:
            for block in archive.blocks(source, moved):
                sink.write(block)

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


def refuse_missing_volumes(office: Office, found: Opened) -> None:
    """Nothing of a delivery is taken in before all its volumes are here; what this one brought stays in the store."""
    lacking = missing_volumes(office, found)
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
            f"有 {len(missing)} 个附件对方以为本单位已有、其实没有，没有收；请对方连附件全部重发",
            missing=missing,
        )


def _stored(office: Office, digest: str) -> bool:
    target = attachments.path_of(office.folder, digest)
    return target.exists() and attachments.digest_of(target) == digest


def _refusal(file: Path) -> Problem | None:
    try:
        scans.inspect(file)
    except Problem as problem:
        return problem
    return None

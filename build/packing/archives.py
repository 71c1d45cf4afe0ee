"""The two packages of a packed program: an archive for a user without root, and a .deb; the same program makes the same bytes."""

from __future__ import annotations

import email.utils
import gzip
import hashlib
import lzma
import os
import shutil
import subprocess
import tarfile
import tomllib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from packing.contents import ICON, ROOT

FILES = Path(__file__).parent / "files"
DEB_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}
PACKAGE = "qidi"
HOME = f"opt/{PACKAGE}"
MAINTAINER = "Qidi <qidi@localhost>"
COPYRIGHT = f"""Copyright: the authors of Qidi.
License: Apache-2.0, whose text follows. What else is shipped, and under which licences: /{HOME}/licenses/.

"""
ICONS = {"scalable/apps/qidi.svg": ICON.replace(".png", ".svg"), "256x256/apps/qidi.png": ICON}


def version() -> str:
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def made_at() -> int:
    """Seconds since 1970 that the packages bear: SOURCE_DATE_EPOCH, else the last commit, else the newest change told."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    if shutil.which("git"):
        said = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
        if said.isdigit():
            return int(said)
    return int((ROOT / "CHANGELOG.md").stat().st_mtime)


def archive(program: Path, out: Path, machine: str, made: int) -> Path:
    """`qidi-VERSION-linux-MACHINE.tar.xz`: the program, install.sh, a desktop entry, icons."""
    name = f"{PACKAGE}-{version()}-linux-{machine}"
    target = out / f"{name}.tar.xz"
    part = target.with_name(target.name + ".part")
    with lzma.open(part, "wb", preset=3) as packed, tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar:
        _folder(tar, name, made)
        for path, inside in _beside():
            _file(tar, path, f"{name}/{inside}", made)
        for path in [program, *sorted(program.rglob("*"))]:
            inside = f"{name}/{PACKAGE}/{path.relative_to(program).as_posix()}".removesuffix("/.")
            if path.is_dir():
                _folder(tar, inside, made)
            else:
                _file(tar, path, inside, made)
    part.replace(target)
    return target


def _beside() -> Iterator[tuple[Path, str]]:
    yield FILES / "install.sh", "install.sh"
    yield FILES / "qidi.desktop", "qidi.desktop"
    for source in ICONS.values():
        yield ROOT / source, PurePosixPath(source).name


def _folder(tar: tarfile.TarFile, name: str, made: int) -> None:
    info = tarfile.TarInfo(name)
    info.type, info.mode, info.mtime = tarfile.DIRTYPE, 0o755, made
    tar.addfile(info)


def _file(tar: tarfile.TarFile, path: Path, name: str, made: int) -> None:
    info = tarfile.TarInfo(name)
    info.mode, info.mtime = _mode(path), made
    if path.is_symlink():
        info.type, info.linkname = tarfile.SYMTYPE, str(path.readlink())
        tar.addfile(info)
        return
    info.size = path.stat().st_size
    with path.open("rb") as stream:
        tar.addfile(info, stream)


def _mode(path: Path) -> int:
    """Only what is run may be run, whoever packed it."""
    return 0o755 if path.name in ("install.sh", PACKAGE) else 0o644


def deb(program: Path, out: Path, machine: str, made: int, glibc: tuple[int, int]) -> Path | None:
    """`qidi_VERSION_ARCH.deb`; None where there is no dpkg-deb. No maintainer scripts: nothing runs but the unpacking."""
    if shutil.which("dpkg-deb") is None:
        return None
    arch = DEB_MACHINES.get(machine, machine)
    target = out / f"{PACKAGE}_{version()}_{arch}.deb"
    tree = out / f".{PACKAGE}-deb"
    shutil.rmtree(tree, ignore_errors=True)
    try:
        lay_out(program, tree, made)
        _control(tree, arch, glibc)
        _set_times(tree, made)
        part = target.with_name(target.name + ".part")
        command = ["dpkg-deb", "--root-owner-group", "-Zxz", "-z3", "--build", str(tree), str(part)]
        env = {**os.environ, "SOURCE_DATE_EPOCH": str(made), "DPKG_DEB_THREADS_MAX": "1"}  # threads change the bytes
        subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL)
        part.replace(target)
    finally:
        shutil.rmtree(tree, ignore_errors=True)
    return target


def lay_out(program: Path, tree: Path, made: int) -> None:
    """The files of the package under `tree`, as they will stand under /."""
    shutil.copytree(program, tree / HOME, symlinks=True)
    share = tree / "usr/share"
    _copy(FILES / "qidi.desktop", share / "applications/qidi.desktop")
    for inside, source in ICONS.items():
        _copy(ROOT / source, share / "icons/hicolor" / inside)
    doc = share / "doc" / PACKAGE
    doc.mkdir(parents=True)
    (doc / "copyright").write_text(COPYRIGHT + (ROOT / "LICENSE").read_text("utf-8"), "utf-8")
    day = email.utils.formatdate(made)
    told = f"{PACKAGE} ({version()}) unstable; urgency=medium\n\n  * See CHANGELOG.md.gz.\n\n -- {MAINTAINER}  {day}\n"
    _squeeze(told.encode(), doc / "changelog.gz")
    _squeeze((ROOT / "CHANGELOG.md").read_bytes(), doc / "CHANGELOG.md.gz")
    page = (FILES / "qidi.1").read_text("utf-8").replace("@VERSION@", version())
    _squeeze(page.encode(), share / "man/man1/qidi.1.gz")
    (tree / "usr/bin").mkdir(parents=True)
    (tree / "usr/bin/qidi").symlink_to(f"/{HOME}/qidi")
    for path in tree.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else _mode(path))


def control(arch: str, kilobytes: int, glibc: tuple[int, int]) -> str:
    """The control file. What the program brings itself is asked of nobody; printing wants CUPS, typing Chinese wants ibus."""
    fields = {
        "Package": PACKAGE,
        "Version": version(),
        "Architecture": arch,
        "Maintainer": MAINTAINER,
        "Installed-Size": str(kilobytes),
        "Depends": f"libc6 (>= {glibc[0]}.{glibc[1]})",
        "Suggests": "libcups2, ibus | fcitx5",
        "Section": "misc",
        "Priority": "optional",
        "Description": "ledger of an approval campaign, from the list to the seal\n"
        " 起底台账：从上级清单，经补齐、核查、签字，到逐项核减的台账。\n"
        " A desktop program and a command line for the clerk of one office; no server,\n"
        " no account, no network. One folder is one office; installing, upgrading and\n"
        " removing the program leave it alone.",
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def _control(tree: Path, arch: str, glibc: tuple[int, int]) -> None:
    files = sorted(path for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    size = sum(-(-path.stat().st_size // 1024) for path in files)
    sums = "".join(
        f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}  {path.relative_to(tree).as_posix()}\n"
        for path in files
    )
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN/control").write_text(control(arch, size, glibc), "utf-8")
    (tree / "DEBIAN/md5sums").write_text(sums, "utf-8")
    for path in (tree / "DEBIAN").iterdir():
        path.chmod(0o644)
    (tree / "DEBIAN").chmod(0o755)
    tree.chmod(0o755)


def _set_times(tree: Path, made: int) -> None:
    for path in [*tree.rglob("*"), tree]:
        os.utime(path, (made, made), follow_symlinks=False)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _squeeze(content: bytes, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    stream: IO[bytes]
    with target.open("wb") as stream, gzip.GzipFile("", "wb", 9, stream, mtime=0) as packed:
        packed.write(content)

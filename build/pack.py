"""The installable program into dist/: PyInstaller's folder, judged; its licences and list; a .tar.xz and a .deb.

`.venv/bin/python build/pack.py [--bare] [--reuse]`, or `python3 build/make.py pack -- …`.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import system_libraries
from benches import runs
from packing import archives, bare, contents, icu, libraries, licences, sbom
from packing.contents import ROOT
from talk import say

DIST = ROOT / "dist"
PROGRAM = DIST / "qidi"
MOST_BYTES = 200_000_000  # unpacked; the parts of ICU that stay out are the largest of what keeps it below


class Unfit(Exception):
    """The packed program is not one to hand out; the text says why, a fault a line."""


def main() -> int:
    """Exit code 0 when the packages lie in dist/, 1 when something is unfit, 3 where no bare system can be made."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bare", action="store_true", help="try it in a bare system too (root, debootstrap)")
    parser.add_argument("--reuse", action="store_true", help="keep the folder and packages that lie in dist/")
    args = parser.parse_args()
    if not sys.platform.startswith(("linux", "win32")):
        say("只能在 Linux 或 Windows 上做安装包")
        return 1
    if missing := system_libraries.fetch_programs(system_libraries.PACKING):
        say(missing)
        return 1
    made = archives.made_at()
    try:
        if not (args.reuse and (PROGRAM / sbom.FOLDER).is_dir()):
            freeze(made)
        found = judge()
        packages = [] if sys.platform == "win32" else package(made, found, reuse=args.reuse)
    except Unfit as unfit:
        say(str(unfit))
        return 1
    if not args.bare:
        return 0
    for line in compare_starts():
        say(line)
    return bare.run(packages, DIST / "bare")


def compare_starts() -> Iterator[str]:
    """Processor seconds of the packed program and of the same from source, by turns."""
    with tempfile.TemporaryDirectory(prefix="qidi-pack-") as home:
        for words in (["--help"], ["templates"]):
            packed, source = runs.by_turns(
                3,
                lambda words=words: runs.child([PROGRAM / "qidi", *words], Path(home)),
                lambda words=words: runs.child([sys.executable, "-m", "ui", *words], Path(home)),
            )
            ours, theirs = (runs.middle(side, lambda run: run.processor) for side in (packed, source))
            yield f"启动 {' '.join(words)}：{ours:.2f} 秒，从源代码 {theirs:.2f} 秒（处理器时间，{ours / theirs:.2f} 倍）"


def freeze(made: int) -> None:
    """PyInstaller's folder in dist/qidi, stripped, with licences and list. Raises Unfit."""
    say("收集程序（约一分钟）")
    DIST.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="qidi-pack-") as work:
        command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
        command += ["--workpath", work, "--distpath", str(DIST), str(ROOT / "build" / "qidi.spec")]
        steady = {"SOURCE_DATE_EPOCH": str(made), "PYTHONHASHSEED": "0", "PYINSTALLER_CONFIG_DIR": work}
        if subprocess.run(command, cwd=ROOT, env={**os.environ, **steady}, check=False).returncode:
            raise Unfit("PyInstaller 没有做成，见上面的原因")
    if sys.platform != "win32":
        say(f"去掉调试用的内容，省下 {libraries.strip(PROGRAM) / 1e6:.1f} MB")
        try:
            say(f"去掉 Qt 用不到的语言数据，省下 {icu.trim(PROGRAM) / 1e6:.1f} MB")
        except icu.Odd as odd:
            raise Unfit(str(odd)) from odd
    shipped = sbom.parts(PROGRAM, _modules())
    if faults := licences.faults(shipped):
        raise Unfit("许可不清楚，不能发：\n" + "\n".join(faults))
    sbom.write(PROGRAM, shipped, archives.version(), made)
    say(f"列出 {len(shipped)} 个部件和它们的许可：{PROGRAM / sbom.FOLDER}")


def judge() -> list[libraries.Library]:
    """What stands in dist/qidi is what should, and no more. Raises Unfit."""
    names = [path.relative_to(PROGRAM).as_posix() for path in PROGRAM.rglob("*") if path.is_file()]
    faults = [f"不该带的库：{name}" for name in contents.strangers(names)]
    inside = {name.removeprefix(f"{contents.INNER}/") for name in names}
    for path, folder in contents.resources():
        if f"{folder}/{path.name}" not in inside:
            faults.append(f"缺少：{folder}/{path.name}")
    found = [] if sys.platform == "win32" else libraries.read(PROGRAM)
    faults += [f"缺少 {name}，{whose[0]} 要用" for name, whose in libraries.missing(found).items()]
    newer = libraries.newer_glibc(found)
    faults += [f"{lib.name} 要 glibc {_dotted(lib.glibc)}" for lib in newer if not libraries.of_build_host(lib)]
    size = sum((PROGRAM / name).stat().st_size for name in names)
    if size >= MOST_BYTES:
        faults.append(f"展开后 {size / 1e6:.1f} MB，要在 {MOST_BYTES / 1e6:.0f} MB 以内")
    if faults:
        raise Unfit("\n".join(faults))
    say(f"展开后 {size / 1e6:.1f} MB（{size:,} 字节），{len(names)} 个文件，其中 {len(found)} 个动态库")
    for line in _about_glibc(found, newer):
        say(line)
    return found


def _about_glibc(found: list[libraries.Library], newer: list[libraries.Library]) -> Iterator[str]:
    wheels = [lib.glibc for lib in found if not libraries.of_build_host(lib)]
    yield f"从 PyPI 来的库最高要 glibc {_dotted(max(wheels, default=(0, 0)))}"
    if newer:
        top = max(lib.glibc for lib in newer)
        yield f"打包机自己的 {len(newer)} 个库要到 glibc {_dotted(top)}：装的电脑不能更旧"
        yield f"要给 glibc {_dotted(libraries.WHEELS_GLIBC)} 的系统（统信 UOS 20、银河麒麟 V10），请在那样的系统上打包"


def package(made: int, found: list[libraries.Library], *, reuse: bool) -> list[Path]:
    """The archive and the .deb, in this order; what lies there is kept when asked to and newer than the program."""
    machine = platform.machine()
    glibc = max(lib.glibc for lib in found)
    there = sorted(DIST.glob(f"qidi[-_]{archives.version()}*"))
    if reuse and len(there) >= 2 and min(p.stat().st_mtime for p in there) > PROGRAM.stat().st_mtime:
        return there
    say("压缩（几分钟）")
    with ThreadPoolExecutor() as side_by_side:
        jobs = [
            side_by_side.submit(archives.archive, PROGRAM, DIST, machine, made),
            side_by_side.submit(archives.deb, PROGRAM, DIST, machine, made, glibc),
        ]
        packages = [job.result() for job in jobs]
    for path in packages:
        say(f"{path}：{path.stat().st_size / 1e6:.1f} MB" if path else "没有 dpkg-deb，没有做 .deb")
    return [path for path in packages if path]


def _modules() -> list[str]:
    """The names inside the archive of the program."""
    from PyInstaller.archive.readers import CArchiveReader  # noqa: PLC0415 - of the build machine alone

    program = PROGRAM / ("qidi.exe" if sys.platform == "win32" else "qidi")
    reader = CArchiveReader(str(program))
    name = next(each for each in reader.toc if each.endswith(".pyz"))
    return list(reader.open_embedded_archive(name).toc)


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"


if __name__ == "__main__":
    began = time.monotonic()
    code = main()
    say(f"用时 {time.monotonic() - began:.0f} 秒")
    sys.exit(code)

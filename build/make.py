"""The one driver: setup, run, test, bench, screens, pack, lock. Runs on a bare Python 3.11."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

if sys.version_info < (3, 11):
    sys.exit("需要 Python 3.11 或更新的版本，现在是 " + sys.version.split()[0])

import environment
import locks
import real_window
import system_libraries
from talk import ROOT, Beside, call, say

LIBRARIES_MISSING = 1

# Neighbours stay in one process, which makes what they share once. ARGS given: one process, which prints and stops as asked
SPREAD = ("-n", "auto", "--maxprocesses", "4", "--dist", "worksteal", "-q")
MYPY = ["-m", "mypy"]
MEMORY, MEMORY_BYTES = "/dev/shm", 2 << 30
LANES = (
    ("ruff", ["-m", "ruff", "check", "."]),
    ("lint-imports", ["-c", "from importlinter.cli import lint_imports_command as c; c()"]),
)


def setup(rest: Sequence[str]) -> int:
    """Install only; `setup dev` adds what test, bench, screens and lock need."""
    level = "dev" if "dev" in rest else "run"
    complete = system_libraries.fetch(display=has_display())
    environment.ready(level)
    environment.fonts_ready()
    say("已准备好。运行：python3 build/make.py run" if complete else "其余已装好，只差上面的系统库")
    return 0 if complete else LIBRARIES_MISSING


def run(rest: Sequence[str]) -> int:
    """The window on a sample office, or without a display the demo journey; `-- ARGS` go to the program."""
    window = not rest and has_display()
    if not rest or not environment.is_current("run"):
        complete = system_libraries.fetch(display=has_display())
        if window and not complete:
            return LIBRARIES_MISSING
    python = environment.ready("run")
    environment.fonts_ready()
    if rest:
        return call([python, "-m", "ui", *rest])
    if window:
        return call([python, "-m", "ui", "--sample"])
    folder = ROOT / "demo" / dt.datetime.now().strftime("%Y%m%d-%H%M%S")
    say(f"这里没有显示器，改为把全过程演示一遍，结果放在 {folder}")
    folder.parent.mkdir(exist_ok=True)
    return call([python, "-m", "ui", "demo", "-o", str(folder)])


def test(rest: Sequence[str]) -> int:
    """ruff, mypy, the floors, pytest, real windows: all run even if one fails; `-- ARGS` go to pytest."""
    if not system_libraries.fetch(display=False):
        return LIBRARIES_MISSING
    python = environment.ready("dev")
    with Beside([python, *MYPY]) as mypy:  # half a minute of one core
        failed = []
        for name, args in LANES:
            say(f"== {name}")
            if call([python, *args]):
                failed.append(name)
        environment.fonts_ready()
        codes = _pytest(python, rest)
        say("== mypy")
        codes["mypy"] = mypy.tell()
    failed += [name for name, code in codes.items() if code]
    if failed:
        say(f"== 未通过：{'、'.join(failed)}")
    return next((code for code in codes.values() if code), 1 if failed else 0)


def _pytest(python: Path, rest: Sequence[str]) -> dict[str, int]:
    """Name -> exit code. Offscreen, and beside it on a real screen; tests named by ARGS run only where they belong."""
    if any(part.startswith(real_window.FOLDER) for part in rest):
        say("== 真窗口")
        return {"真窗口": real_window.run(python, rest)}
    if rest:
        say("== pytest")
        code = call([python, "-m", "pytest", *rest])
        say(f"真窗口测试没有跑：只跑点名的测试；要跑它，点名 {real_window.FOLDER}")
        return {"pytest": code}
    with Beside([python, real_window.__file__], _world()) as windows, ExitStack() as stack:
        say("== pytest")
        codes = {"pytest": call([python, "-m", "pytest", *SPREAD, *_in_memory(stack)], _world())}
        say("== 真窗口")
        codes["真窗口"] = windows.tell()
    return codes


def _in_memory(stack: ExitStack) -> list[str]:
    """Options of pytest: its files in memory where that has room. Each commit waits for a disk, a third of the time."""
    try:
        told = os.statvfs(MEMORY)
        if told.f_bavail * told.f_frsize < MEMORY_BYTES or told.f_flag & os.ST_NOEXEC:
            return []
        nest = tempfile.TemporaryDirectory(prefix="qidi-", dir=MEMORY, ignore_cleanup_errors=True)
    except (OSError, AttributeError):  # no such place, or a system that knows none
        return []
    folder = Path(stack.enter_context(nest))
    return [f"--basetemp={folder / 't'}", "-o", "tmp_path_retention_policy=failed"]


def _world() -> dict[str, str]:
    """The many processes that tests start find our modules compiled."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def bench(rest: Sequence[str]) -> int:
    """Measure against the neighbours and draw the table into README; `pack` tries the packages in a bare system."""
    if list(rest[:1]) == ["pack"]:
        return pack(["--bare", *rest[1:]])
    return _script("bench.py", rest)


def screens(rest: Sequence[str]) -> int:
    """Write pictures of all screens."""
    return _script("screens.py", rest)


def pack(rest: Sequence[str]) -> int:
    """The installable program into dist/: a folder, a .tar.xz and a .deb; `-- --bare` tries them in a bare system."""
    if not system_libraries.fetch(display=True):  # they are copied beside the program
        return LIBRARIES_MISSING
    return _script("pack.py", rest)


def lock(rest: Sequence[str]) -> int:
    """Make requirements.lock and requirements-dev.lock anew; `-- --upgrade` takes newer versions."""
    locks.make(environment.ready("dev"), rest)
    return 0


COMMANDS: dict[str, tuple[Callable[[Sequence[str]], int], str]] = {
    "setup": (setup, "只安装（setup dev 连同测试所需）"),
    "run": (run, "打开样例单位的窗口；没有显示器时演示全过程。-- 之后的参数交给程序"),
    "test": (test, "ruff、mypy、层次约定、pytest、真窗口。-- 之后的参数交给 pytest"),
    "bench": (bench, "测速，并把结果表写进 README；bench pack 把安装包放进光系统里试"),
    "screens": (screens, "把各屏画面存成图片"),
    "pack": (pack, "做安装包，放在 dist/。-- --bare 再在光系统里试一遍（要 root）"),
    "lock": (lock, "重做 requirements.lock 和 requirements-dev.lock"),
}


def has_display() -> bool:
    """True where a window can be shown."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _script(name: str, rest: Sequence[str]) -> int:
    script = Path(__file__).with_name(name)
    if not system_libraries.fetch(display=False):
        return LIBRARIES_MISSING
    python = environment.ready("dev")
    environment.fonts_ready()
    return call([python, str(script), *rest])


def main(argv: Sequence[str]) -> int:
    """Exit code of the command; 2 on wrong usage, 1 when a step could not be done."""
    ours, rest = _split(argv)
    parser = argparse.ArgumentParser(prog="make.py", description="起底台账：安装、运行、测试")
    subs = parser.add_subparsers(dest="command", metavar="命令")
    for name, (_, words) in COMMANDS.items():
        subs.add_parser(name, help=words, description=words).add_argument("args", nargs="*")
    subs.add_parser("help", help="这段说明")
    args = parser.parse_args(ours)
    if args.command in (None, "help"):
        parser.print_help()
        return 0
    try:
        return COMMANDS[args.command][0]([*args.args, *rest])
    except environment.SetupError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        return 130


def _split(argv: Sequence[str]) -> tuple[list[str], list[str]]:
    """What is ours, and what stands after `--`."""
    args = list(argv)
    at = args.index("--") if "--" in args else len(args)
    return args[:at], args[at + 1 :]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A bare system without Python (debootstrap's minbase in a chroot), and the packages played in it: demo, window, upgrade."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import real_window
import system_libraries
from talk import ROOT, say

CANNOT = 3
SUITE = "bookworm"
DAY = "2022-09-15"  # the last day of the demo
SHOWN = "旗发改委"
CLERK, NOBODY = 1000, 65534  # the second is known to the system, with a home that is not there
WORLD = ("PATH=/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL=C")  # no Chinese locale either
FEWEST_PICTURE_BYTES = 20_000  # a window painted blank packs smaller
LONGEST_SECONDS = 900  # of one command: a window with a question on it waits for ever
STICK = "/srv/移动 硬盘"

_ENTER = """root="$1" user="$2" locked="$3"; shift 3
mount -t proc proc "$root/proc"
if [ "$locked" ]; then
    mount --bind "$root$locked" "$root$locked"
    mount -o remount,bind,ro "$root$locked"
fi
exec chroot --userspec="$user" "$root" "$@"
"""


class Failed(Exception):
    """A step in the bare system ended badly; its last words."""


def run(packages: Sequence[Path], folder: Path) -> int:
    """Play the packages in a bare system under `folder`. 0 when all went well, 1 when not, 3 when it cannot be made."""
    why = _why_not()
    if why:
        say(f"没有在光系统里试：{why}")
        return CANNOT
    root = folder / "root"
    try:
        _make(root)
        system = System(root)
        for words, step in STEPS:
            say(f"… {words}")
            told = step(system, packages)
            if told:
                say(f"    {told}")
    except Failed as failed:
        say(f"光系统里没有通过：{failed}")
        return 1
    say("光系统里全部通过")
    return 0


def _why_not() -> str:
    if not sys.platform.startswith("linux"):
        return "只在 Linux 上能做"
    if os.geteuid() != 0:
        return "要 root（chroot、挂载），请用 sudo 再运行"
    if missing := [name for name in ("unshare", "chroot") if shutil.which(name) is None]:
        return f"缺少 {'、'.join(missing)}"
    return system_libraries.fetch_programs(system_libraries.BARE)


def _make(root: Path) -> None:
    """The base system, made once from the archive that apt itself uses; what was installed before is taken out."""
    if not (root / "var/lib/dpkg/status").is_file() or not (root.parent / ".made").is_file():
        shutil.rmtree(root, ignore_errors=True)
        root.parent.mkdir(parents=True, exist_ok=True)
        say("装一个光系统（debootstrap，一两分钟）")
        told = subprocess.run(
            ["apt-get", "indextargets", "--format", "$(SITE) $(RELEASE)"], capture_output=True, text=True, check=False
        )
        site = next((line.split()[0] for line in told.stdout.splitlines() if line.endswith(f" {SUITE}")), "")
        _call(["debootstrap", "--variant=minbase", SUITE, str(root), *([site] if site else [])])
        (root.parent / ".made").touch()
    for name in ("opt/qidi", "srv/keeper", "srv/clerk", STICK.lstrip("/"), "tmp"):
        shutil.rmtree(root / name, ignore_errors=True)
        (root / name).mkdir(parents=True)
    (root / "opt/qidi").rmdir()
    (root / "tmp").chmod(0o1777)
    os.chown(root / "srv/clerk", CLERK, CLERK)


@dataclass(frozen=True)
class System:
    """The bare system. Its /proc is mounted in a name space of its own and goes with each command."""

    root: Path

    def do(
        self, *command: str, user: int = 0, home: str | None = "/srv/keeper", world: Mapping[str, str] | None = None,
        locked: str = "",
    ) -> str:  # fmt: skip
        """What the command said on stdout; `locked` is a folder nothing can be written into meanwhile. Raises Failed."""
        given = [*WORLD, *([f"HOME={home}"] if home else []), *(f"{name}={value}" for name, value in (world or {}).items())]
        return _call([
            "unshare", "--mount", "--propagation", "private", "sh", "-euc", _ENTER, "sh", str(self.root), f"{user}:{user}",
            locked, "/usr/bin/env", "-i", *given, *command,
        ])  # fmt: skip

    def path(self, name: str) -> Path:
        return self.root / name.lstrip("/")


def _call(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", check=False, timeout=LONGEST_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise Failed(f"{' '.join(command[-4:])}：{LONGEST_SECONDS} 秒还没有完") from error
    if done.returncode:
        words = (done.stderr.strip() or done.stdout.strip())[-1500:]
        raise Failed(f"{' '.join(command[-4:])}：{done.returncode}\n{words}")
    return done.stdout


def _no_python(system: System, packages: Sequence[Path]) -> str:
    found = [p for p in system.root.rglob("*python*") if p.name.startswith(("python", "libpython")) and "share" not in p.parts]
    if found:
        raise Failed(f"这个系统里有 Python：{found[0]}")
    return f"没有 Python、没有 Qt、没有 X；{len(list(system.path('/var/lib/dpkg/info').glob('*.list')))} 个软件包"


def _install(system: System, packages: Sequence[Path]) -> str:
    package = next((path for path in packages if path.suffix == ".deb"), None)
    if package is None:
        raise Failed("没有 .deb")
    shutil.copyfile(package, system.path("/tmp/qidi.deb"))
    system.do("dpkg", "-i", "/tmp/qidi.deb")
    return system.do("qidi", "--help").splitlines()[0]


def _demo(system: System, packages: Sequence[Path]) -> str:
    return system.do("qidi", "demo", "-o", "/srv/keeper/demo").strip().splitlines()[-1]


def _proved(system: System, packages: Sequence[Path]) -> str:
    return system.do("qidi", "--data", f"/srv/keeper/demo/{SHOWN}", "verify").strip().splitlines()[-1]


def _older(system: System, packages: Sequence[Path]) -> str:
    """Offices of every older schema, as the tests keep them: opened by the packed program, brought up and proved."""
    found = sorted((ROOT / "tests" / "data").glob("office-*.zip"))
    for file in found:
        shutil.copyfile(file, system.path(f"/tmp/{file.name}"))
        folder = f"/srv/keeper/{file.stem}"
        system.do("qidi", "--data", folder, "restore", f"/tmp/{file.name}")
        system.do("qidi", "--data", folder, "ledgers")
        system.do("qidi", "--data", folder, "verify")
        if not list(system.path(f"{folder}/backups").glob("upgrade-from-*")):
            raise Failed(f"{file.name} 升级前没有留底")
    return "、".join(file.stem for file in found)


def _offscreen(system: System, packages: Sequence[Path]) -> str:
    return _picture(system, "offscreen", world={"QT_QPA_PLATFORM": "offscreen"})


def _on_a_screen(system: System, packages: Sequence[Path]) -> str:
    """On a screen of the host, reached as any X client does; in the bare system there is no X library at all."""
    why = system_libraries.fetch_screen()
    if why:
        return f"没有试：{why}"
    try:
        with real_window.screen() as world:
            return _picture(system, "xcb", world={"DISPLAY": world["DISPLAY"], "QT_QPA_PLATFORM": "xcb"})
    except real_window.NoScreen as error:
        return f"没有试：{error}"


def _picture(system: System, name: str, folder: str = f"/srv/keeper/demo/{SHOWN}", **given: Any) -> str:
    """The window of an office, looked at; a fault that the program caught and wrote down counts as one."""
    inside = f"/tmp/{name}.png"
    system.do("qidi", "--data", folder, "--today", DAY, "--picture", inside, **given)
    made, kept = system.path(inside), system.root.parent / f"window-{name}.png"
    size = made.stat().st_size if made.is_file() else 0
    if size < FEWEST_PICTURE_BYTES:
        raise Failed(f"{name}：窗口没有画出来（{size} 字节）")
    faults = system.path(f"{folder}/log/faults.txt")
    if faults.is_file():
        raise Failed(f"{name}：程序出了错\n{faults.read_text('utf-8')[-1500:]}")
    shutil.copyfile(made, kept)
    return f"{kept}（{size:,} 字节）"


def _hard_places(system: System, packages: Sequence[Path]) -> str:
    """Not root, no HOME, a place that cannot be written and whose name holds a blank, a program nobody may change."""
    shutil.copytree(system.path(f"/srv/keeper/demo/{SHOWN}"), system.path(f"{STICK}/{SHOWN}"))
    before = _stamps(system.path(STICK))
    plain: dict[str, Any] = {"user": NOBODY, "home": None, "locked": STICK}
    system.do("qidi", "--data", f"{STICK}/{SHOWN}", "verify", **plain)
    told = _picture(system, "readonly", f"{STICK}/{SHOWN}", **plain, world={"QT_QPA_PLATFORM": "offscreen"})
    if _stamps(system.path(STICK)) != before:
        raise Failed("只读的单位被动了")
    return told


def _upgrade(system: System, packages: Sequence[Path]) -> str:
    """Installed again over itself, then removed: what the clerk made stays byte for byte."""
    data = system.path(f"/srv/keeper/demo/{SHOWN}")
    before = _stamps(data)
    system.do("dpkg", "-i", "/tmp/qidi.deb")
    if _stamps(data) != before:
        raise Failed("升级动了数据文件夹")
    system.do("dpkg", "-r", "qidi")
    if _stamps(data) != before:
        raise Failed("卸载动了数据文件夹")
    if left := [name for name in ("/opt/qidi", "/usr/bin/qidi") if os.path.lexists(system.path(name))]:
        raise Failed(f"卸载留下了 {left}")
    return f"数据文件夹 {len(before)} 个文件没有动"


def _stamps(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def _without_root(system: System, packages: Sequence[Path]) -> str:
    """The archive, unpacked and installed by a clerk, twice; in a home whose name holds a blank."""
    package = next(path for path in packages if path.name.endswith(".tar.xz"))
    home = system.path("/srv/clerk/我的 电脑")
    home.mkdir()
    os.chown(home, CLERK, CLERK)
    subprocess.run(["tar", "-C", str(system.path("/tmp")), "-xJf", str(package)], check=True)
    script = f"/tmp/{package.name.removesuffix('.tar.xz')}/install.sh"
    place = "/srv/clerk/我的 电脑"
    for _ in range(2):
        system.do("sh", script, user=CLERK, home=place)
    told = system.do(f"{place}/.local/bin/qidi", "templates", user=CLERK, home=place)
    entry = system.path(f"{place}/.local/share/applications/qidi.desktop").read_text("utf-8")
    if f'Exec="{place}/.local/share/qidi/qidi"' not in entry:
        raise Failed("菜单里的路径不对")
    system.do("sh", script, "--remove", user=CLERK, home=place)
    if system.path(f"{place}/.local/share/qidi").exists():
        raise Failed("卸载留下了程序")
    return f"{len(told.splitlines())} 个模板"


Step = Callable[[System, Sequence[Path]], str]
STEPS: tuple[tuple[str, Step], ...] = (
    ("光系统", _no_python),
    ("安装 .deb", _install),
    ("演示全过程（几分钟）", _demo),
    ("逐条核对演示的单位", _proved),
    ("旧版本的单位逐个打开、升级、核对", _older),
    ("窗口，没有屏幕", _offscreen),
    ("窗口，在屏幕上（Xvfb）", _on_a_screen),
    ("别的用户、没有 HOME、不能写的盘、带空格的路径", _hard_places),
    ("升级和卸载不动数据", _upgrade),
    ("不要 root 的安装", _without_root),
)

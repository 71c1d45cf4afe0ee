"""The packed program's lists: every file it opens and every module it loads by name goes in, nothing of the build host's does."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.house.rooms import PACKAGES, ROOT, short, tracked, tree

MADE = 1_700_000_000


@pytest.fixture(scope="module")
def pack() -> Iterator[SimpleNamespace]:
    """The modules of build/packing."""
    sys.path.insert(0, str(ROOT / "build"))
    try:
        from packing import archives, bare, contents, icu, libraries, licences, sbom, windows  # noqa: PLC0415 - build/ is on no path

        yield SimpleNamespace(
            archives=archives, bare=bare, contents=contents, icu=icu, libraries=libraries, licences=licences, sbom=sbom,
            windows=windows,
        )
    finally:
        sys.path.remove(str(ROOT / "build"))


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A packed program in small: it answers, and has a library and a text."""
    folder = tmp_path / "dist" / "qidi"
    (folder / "_internal").mkdir(parents=True)
    (folder / "qidi").write_text('#!/bin/sh\necho "qidi 旧" "$@"\n')
    (folder / "qidi").chmod(0o700)
    (folder / "_internal" / "libz.so.1").write_bytes(b"\x7fELF")
    (folder / "_internal" / "text.toml").write_text("x")
    return folder


# what goes in


def test_every_file_the_program_opens_goes_in(pack: SimpleNamespace) -> None:
    """Resources and migrations whole; no module finds files in another way."""
    inside = {f"{folder}/{path.name}" for path, folder in pack.contents.resources()}
    asked = {
        short(path)
        for path in tracked()
        if short(path).startswith("resources/") or (path.suffix == ".py" and path.is_relative_to(ROOT / "models/migrations"))
    }
    assert asked <= inside
    assert {f"resources/fonts/{name}" for name in ("NotoSansSC-Regular.ttf", "NotoSerifSC-Regular.ttf", "OFL.txt")} <= inside
    beside = {
        short(path)
        for floor in PACKAGES
        for path in (ROOT / floor).rglob("*.py")
        if "__file__" in path.read_text("utf-8")
    }
    assert beside == {"app/storage/paths.py", "models/database.py"}, "what is found beside a module has to be packed beside it"


def test_every_module_loaded_by_name_goes_in_and_is_there(pack: SimpleNamespace) -> None:
    asked = pack.contents.imported_by_name()
    assert {"psutil", "resource", "qtawesome", "app.imports.markup", "ui.screens.first_run_screen"} <= asked
    hidden = set(pack.contents.hidden())
    assert asked <= hidden
    missing = [name for name in pack.contents.BY_NAME if not _there(name)]
    assert missing == []
    assert not hidden & set(pack.contents.LEFT_OUT)


def test_what_migrations_import_goes_in(pack: SimpleNamespace) -> None:
    """They are read as files, so nobody sees what they import."""
    named = {
        f"{node.module}.{alias.name}" if isinstance(node, ast.ImportFrom) else alias.name
        for path in (ROOT / "models/migrations").rglob("*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    plain = {"sqlalchemy", "alembic.context", "__future__.annotations", *sys.stdlib_module_names}
    assert {name for name in named if name.partition(".")[0] not in sys.stdlib_module_names} - plain <= set(pack.contents.BY_NAME)


def _there(name: str) -> bool:
    """Whether a module can be found, without loading it or its package."""
    top, *rest = name.split(".")
    found = importlib.util.find_spec(top)
    if found is None or not rest:
        return found is not None
    folder = Path(str(found.origin)).parent.joinpath(*rest)
    return folder.is_dir() or folder.with_suffix(".py").is_file()


@pytest.mark.parametrize("system", ["linux", "win32"])
def test_the_spec_asks_for_all_of_it(pack: SimpleNamespace, system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Windows branch cannot be run here; that its lists are whole can be."""
    if not sys.platform.startswith("linux") and system == "linux":
        pytest.skip("it looks the host's libraries up")
    monkeypatch.setattr(sys, "platform", system)
    asked: dict[str, Any] = {"exe": []}
    found = [("PySide6/Qt/plugins/platformthemes/libqgtk3.so", "x", "BINARY"), ("PySide6/Qt6Core.dll", "x", "BINARY")]

    def analysis(scripts: list[str], **given: Any) -> SimpleNamespace:
        asked.update(given, scripts=scripts)
        return SimpleNamespace(binaries=list(found), datas=[], pure=[], scripts=scripts)

    names: dict[str, Callable[..., object] | str] = {
        "SPECPATH": str(ROOT / "build"),
        "Analysis": analysis,
        "PYZ": lambda pure: None,
        "EXE": lambda *parts, **given: asked["exe"].append(given),
        "COLLECT": lambda *parts, name: asked.update(collected=parts),
    }
    spec = ROOT / "build" / "qidi.spec"
    exec(compile(spec.read_text("utf-8"), str(spec), "exec"), names)  # noqa: S102 - as PyInstaller runs it
    assert [Path(path) for path in asked["scripts"]] == [ROOT / "ui/__main__.py"]
    assert len(asked["datas"]) == len(list(pack.contents.resources()))
    windows = system == "win32"
    assert asked["hiddenimports"] == pack.contents.hidden(windows=windows)
    assert ("resource" in asked["hiddenimports"]) is not windows
    assert [(each["name"], each["console"]) for each in asked["exe"]] == (
        [("qidi", False), ("qidi-cli", True)] if windows else [("qidi", True)]
    )
    assert bool(asked["binaries"]) is not windows
    assert found[0] not in asked["collected"][-2] and found[1] in asked["collected"][-2]


def test_the_windows_list_is_whole_and_names_what_is_there(pack: SimpleNamespace) -> None:
    """Against the files of Qt's wheel for Windows: what goes in finds all it loads, and every pattern finds something."""
    head, files = pack.windows.read((ROOT / "tests/data/qt-on-windows.txt").read_text("utf-8"))
    assert head.replace(" ", "==") in (ROOT / "requirements.lock").read_text("utf-8"), "a new Qt: see build/packing/windows.py"
    out = {name.removeprefix("PySide6.") for name in pack.contents.LEFT_OUT if name.startswith("PySide6.")}
    inside = {place for place in files if pack.contents.wanted(place, windows=True) and Path(place).stem not in out}
    inside -= {"PySide6/pyside6qml.abi3.dll"}  # beside QtQml alone
    ours = pack.windows.OF_WINDOWS | pack.windows.OF_PYTHON | {Path(place).name.lower() for place in inside}
    lost = {f"{place}: {name}" for place in inside for name in files[place] if name not in ours}
    assert {each for each in lost if f": {pack.windows.OF_WINDOWS_ALL}" not in each} == set()
    modules = {place for place in inside if place.endswith(".pyd")}
    assert modules == {f"PySide6/Qt{name}.pyd" for name in ("Core", "Gui", "Widgets", "PrintSupport", "Svg")}
    names = [place.rpartition("plugins/")[2].removeprefix("PySide6/").removeprefix("translations/") for place in files]
    asked = [*pack.contents.QT_DLLS, *pack.contents.QT_PLUGINS, *pack.contents.NOT_OF_QT, *pack.contents.TRANSLATIONS]
    asked = [pattern for pattern in asked if not pattern.startswith("platforminputcontexts/") and ".so" not in pattern]
    assert [pattern for pattern in asked if not any(fnmatch(name, pattern) for name in names)] == []


def test_what_the_build_host_would_drag_in_stays_out(pack: SimpleNamespace) -> None:
    """Of Qt's plug-ins the typing of Chinese stays; no theme of GTK, no GL, no network, no SQL, no QML."""
    inside = "PySide6/Qt/plugins/"
    kept = ("platforms/libqxcb.so", "platforms/libqoffscreen.so", "platforminputcontexts/libibusplatforminputcontextplugin.so")
    kept += ("platforminputcontexts/libcomposeplatforminputcontextplugin.so", "imageformats/libqsvg.so")
    out = ("platformthemes/libqgtk3.so", "xcbglintegrations/libqxcb-glx-integration.so", "tls/libqopensslbackend.so")
    out += ("sqldrivers/libqsqlite.so", "platforms/libqwayland-generic.so")
    assert [name for name in kept if not pack.contents.wanted(inside + name)] == []
    assert [name for name in out if pack.contents.wanted(inside + name)] == []
    more = ("libgtk-3.so.0", "libcups.so.2", "PySide6/Qt/lib/libQt6Qml.so.6", "PySide6/Qt/qml/QtQuick/x.qml")
    more += ("reportlab/fonts/DarkGarden.sfd", "qtawesome/fonts/fontawesome6-solid-webfont-6.7.2.ttf", "PySide6/opengl32sw.dll")
    assert [name for name in more if pack.contents.wanted(name)] == []
    strange = ["_internal/libgtk-3.so.0", "_internal/numpy/core/x.so", "_internal/PySide6/Qt/lib/libQt6Qml.so.6"]
    known = ["qidi", "_internal/libz.so.1", "_internal/lxml/etree.cpython-311-x86_64-linux-gnu.so", "_internal/resources/a.toml"]
    assert pack.contents.strangers([*strange, *known]) == strange


def test_a_library_that_is_nowhere_and_a_newer_glibc_are_seen(pack: SimpleNamespace) -> None:
    seen = [
        pack.libraries.Library("_internal/a.so", ("libb.so.1", "libc.so.6", "libcups.so.2"), (2, 17)),
        pack.libraries.Library("_internal/lxml/etree.so", ("a.so",), (2, 30)),
        pack.libraries.Library("_internal/libz.so.1", (), (2, 36)),
    ]
    assert pack.libraries.missing(seen) == {"libb.so.1": ["_internal/a.so"]}
    newer = pack.libraries.newer_glibc(seen)
    assert [(lib.name, pack.libraries.of_build_host(lib)) for lib in newer] == [
        ("_internal/lxml/etree.so", False),
        ("_internal/libz.so.1", True),
    ]


# Qt's Unicode data


@pytest.fixture(scope="module")
def unicode_data(pack: SimpleNamespace) -> Path:
    """The folder of Qt's own libraries, where the wheel brings ICU among them."""
    folder = Path(str(importlib.util.find_spec("PySide6").origin)).parent / "Qt/lib"  # type: ignore[union-attr]
    if not list(folder.glob("libicudata.so.*")) or not all(map(shutil.which, ("as", "ld", "objdump"))):
        pytest.skip("no ICU in this wheel, or no binutils")
    return folder


def test_only_what_qt_never_asks_of_icu_is_left_out(
    pack: SimpleNamespace, unicode_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same names of time zones, cases of letters and order of words from what is left; asked for more, it is refused."""
    home = tmp_path / pack.icu.FOLDER
    home.mkdir(parents=True)
    for name in ("libicudata.so.*", "libQt6Core.so.6"):
        (found,) = unicode_data.glob(name)
        shutil.copy(found, home)
    (library,) = home.glob("libicudata.so.*")
    _, package = pack.icu.read(library)
    items = pack.icu.unpack(package)
    assert pack.icu.pack(items, package) == package, "read as ICU's own tool wrote it"
    assert pack.icu.trim(tmp_path) > 10_000_000
    left = pack.icu.unpack(pack.icu.read(library)[1])
    assert left.items() < items.items() and not any("/brkitr/" in name or "/unit/" in name for name in left)
    kept = ("coll/zh.res", "zone/zh.res", "gb18030.cnv", "cnvalias.icu", "root.res", "zoneinfo64.res", "metaZones.res")
    assert {name.partition("/")[2] for name in left}.issuperset(kept)
    (listed,) = pack.sbom.of_qt(tmp_path)
    assert listed.version == library.name.rpartition(".")[2] and pack.licences.faults([listed]) == []
    told = [_asked_of_qt(place) for place in (unicode_data, home)]
    assert told[0][:-1] == told[1][:-1] and str(home) in told[1][-1] and str(home) not in told[0][-1]
    monkeypatch.setattr(pack.icu, "REACHED", ("ucal_*", "ucnv_*", "UCNV_*", "u_strTo*"))
    with pytest.raises(pack.icu.Odd, match="ucol_open"):
        pack.icu.trim(tmp_path)


def _asked_of_qt(libraries: Path) -> list[str]:
    """What Qt says with the data in that folder; at last where the data was found."""
    code = """
from PySide6.QtCore import QCollator, QLocale, QTimeZone
words = "包头 阿拉善 锡林郭勒 乌兰察布 Öl zu A10 A2 ßs ıI ᠮᠣᠩᠭᠣᠯ".split()
for name in ("zh_CN", "mn_MN", "tr_TR", "de_DE", "ja_JP"):
    locale, zone = QLocale(name), QTimeZone(b"Asia/Shanghai")
    order = QCollator(locale)
    order.setNumericMode(True)
    print([[order.compare(a, b) for a in words] for b in words], [locale.toUpper(word) for word in words])
    print([zone.displayName(QTimeZone.TimeType.StandardTime, form, locale) for form in QTimeZone.NameType])
print({line.split()[-1] for line in open("/proc/self/maps") if "libicudata" in line})
"""
    world = {**os.environ, "LD_LIBRARY_PATH": str(libraries), "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, "-c", code], env=world, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


# licences


def test_whatever_is_shipped_has_a_licence_and_its_text(pack: SimpleNamespace) -> None:
    pinned = pack.licences.locked((ROOT / "requirements.lock").read_text("utf-8"))
    assert len(pinned) > 30 and all(pinned.values())
    parts = [pack.licences.distribution(name, pinned) for name in pinned]
    assert pack.licences.faults([*parts, *pack.licences.others()]) == []
    qt = next(part for part in parts if part.name == "pyside6-essentials")
    assert qt.licence == "LGPL-3.0-only" and {text.name for text in qt.texts} == {"LGPL-3.0.txt", "GPL-3.0.txt"}
    of_debian = pack.licences.OF_DEBIAN
    assert set(pack.contents.HOST_LIBRARIES.values()) == set(of_debian)
    assert [name for name, licence in of_debian.items() if pack.licences.only_copyleft(licence)] == []
    lesser = {each for each in of_debian.values() if "LGPL" in each}
    assert lesser and all(text.is_file() for each in lesser for text in (pack.licences.named_texts(each) or [Path("none")]))


@pytest.mark.parametrize(
    ("licence", "only"),
    [
        ("GPL-3.0-only", True),
        ("MIT AND GPL-2.0-or-later", True),
        ("AGPL-3.0-only OR GPL-2.0-only", True),
        ("LGPL-3.0-only", False),
        ("AFL-2.1 OR GPL-2.0-or-later", False),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", False),
    ],
)
def test_only_copyleft_is_told_from_a_choice(pack: SimpleNamespace, licence: str, only: bool) -> None:
    assert pack.licences.only_copyleft(licence) is only


def test_the_list_names_version_licence_and_hash(pack: SimpleNamespace, program: Path) -> None:
    known = pack.licences.Part("甲", "1.0", "MIT", (ROOT / "LICENSE",), "pkg:pypi/a@1.0", ("ab", "cd"))
    unknown = pack.licences.Part("乙", "2", "", (), "pkg:pypi/b@2")
    copyleft = pack.licences.Part("丙", "2", "GPL-2.0-only", (ROOT / "LICENSE",))
    assert pack.licences.faults([known, unknown, copyleft]) == ["乙: licence unknown", "乙: no licence text", "丙: GPL-2.0-only"]
    pack.sbom.write(program, [known], "0.1.0", MADE)
    told = json.loads((program / "licenses" / "sbom.cdx.json").read_text("utf-8"))
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.5")
    (one,) = told["components"]
    assert (one["name"], one["version"], one["licenses"]) == ("甲", "1.0", [{"expression": "MIT"}])
    assert [each["value"] for each in one["properties"]] == ["ab", "cd"]
    assert (program / "licenses/甲/LICENSE").is_file() and "LGPL" in (program / "licenses/README.txt").read_text("utf-8")


# packages


def test_the_archive_is_the_same_each_time_and_whole(pack: SimpleNamespace, program: Path, tmp_path: Path) -> None:
    sums = []
    for n in (1, 2):
        (tmp_path / str(n)).mkdir()
        made = pack.archives.archive(program, tmp_path / str(n), "x86_64", MADE)
        sums.append(hashlib.sha256(made.read_bytes()).digest())
        (program / "_internal" / "text.toml").touch()
    assert sums[0] == sums[1]
    with tarfile.open(made) as tar:
        found = {info.name.partition("/")[2]: info for info in tar.getmembers()}
    assert {"install.sh", "qidi.desktop", "qidi.svg", "qidi.png", "qidi/qidi", "qidi/_internal/libz.so.1"} <= set(found)
    assert {info.uid for info in found.values()} == {0} and {info.mtime for info in found.values()} == {MADE}
    assert (found["qidi/qidi"].mode, found["install.sh"].mode, found["qidi/_internal/libz.so.1"].mode) == (0o755, 0o755, 0o644)


def test_the_deb_is_plain_and_the_same_each_time(
    pack: SimpleNamespace, program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lintian would look at: owners, modes, places, no scripts, sums, Depends."""
    made, sums = [], []
    for n in (1, 2):
        monkeypatch.setattr(time, "time", lambda n=n: MADE + 100.0 * n)
        made.append(pack.archives.deb(program, tmp_path, "x86_64", MADE, (2, 36)))
        if made[0] is None:
            pytest.skip("no dpkg-deb here")
        sums.append(hashlib.sha256(made[0].read_bytes()).digest())
    monkeypatch.undo()
    assert sums[0] == sums[1]
    listed = _said("dpkg-deb", "-c", made[0]).splitlines()
    names = {line.split()[5].removeprefix("./"): line.split()[:2] for line in listed}
    assert {owner for _, owner in names.values()} == {"root/root"}
    modes = {mode for mode, _ in names.values() if not mode.startswith("l")}
    assert modes == {"drwxr-xr-x", "-rwxr-xr-x", "-rw-r--r--"}, "no set-uid, nothing that others may write"
    places = ("opt/qidi/", "usr/bin/qidi", *(f"usr/share/{name}/" for name in "applications icons/hicolor doc/qidi man".split()))
    assert [name for name in names if name and not name.startswith(places) and name[-1] != "/"] == []
    assert {"usr/share/applications/qidi.desktop", "usr/share/man/man1/qidi.1.gz", "usr/share/doc/qidi/copyright"} <= set(names)
    assert "usr/bin/qidi -> /opt/qidi/qidi" in "\n".join(listed)
    fields = dict(line.split(": ", 1) for line in _said("dpkg-deb", "-f", made[0]).splitlines() if not line.startswith(" "))
    assert (fields["Package"], fields["Architecture"], fields["Depends"]) == ("qidi", "amd64", "libc6 (>= 2.36)")
    scripts = _said("dpkg-deb", "--ctrl-tarfile", made[0], text=False)
    assert not any(word in scripts for word in (b"postinst", b"prerm", b"postrm", b"preinst", b"conffiles"))
    assert b"opt/qidi/_internal/libz.so.1" in scripts


def _said(*command: str | Path, text: bool = True) -> Any:
    return subprocess.run(command, capture_output=True, text=text, check=True).stdout


def test_a_clerk_installs_upgrades_and_removes_without_root(pack: SimpleNamespace, program: Path, tmp_path: Path) -> None:
    home = tmp_path / "家 里"
    data = home / "文档" / "起底台账" / "ledger.db"
    data.parent.mkdir(parents=True)
    data.write_text("台账")
    pack.archives.archive(program, tmp_path, "x86_64", MADE)
    (made,) = tmp_path.glob("*.tar.xz")
    with tarfile.open(made) as tar:
        tar.extractall(tmp_path, filter="data")
    nest = tmp_path / made.name.removesuffix(".tar.xz")
    world = {"PATH": os.environ["PATH"], "HOME": str(home)}

    def install(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["sh", str(nest / "install.sh"), *args], env=world, capture_output=True, text=True, check=False)

    def run() -> str:
        return subprocess.run([home / ".local/bin/qidi", "x"], env=world, capture_output=True, text=True, check=True).stdout

    assert install().returncode == 0 and run() == "qidi 旧 x\n"
    entry = (home / ".local/share/applications/qidi.desktop").read_text("utf-8")
    assert f'Exec="{home}/.local/share/qidi/qidi"\n' in entry
    (nest / "qidi/qidi").write_text('#!/bin/sh\necho "qidi 新" "$@"\n')
    assert install().returncode == 0 and run() == "qidi 新 x\n"
    (nest / "qidi/qidi").write_text("#!/bin/sh\necho 缺 GLIBC >&2\nexit 1\n")
    broken = install()
    assert broken.returncode == 1 and "缺 GLIBC" in broken.stderr, "what does not run here is not installed"
    assert run() == "qidi 新 x\n", "and the program that was there stays"
    shutil.copy(str(shutil.which("sleep")), nest / "qidi/qidi")
    assert install().returncode == 0
    with subprocess.Popen([home / ".local/bin/qidi", "60"], env=world) as running:
        for words in ((), ("--remove",)):
            refused = install(*words)
            assert refused.returncode == 1 and "还开着" in refused.stderr
        running.kill()
    assert install("--remove").returncode == 0 and not (home / ".local/bin/qidi").exists()
    assert data.read_text() == "台账"


def test_without_root_the_bare_system_says_so(pack: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    assert pack.bare.run([], tmp_path) == pack.bare.CANNOT
    assert list(tmp_path.iterdir()) == []


def test_a_tool_that_lacks_is_named_with_the_line_to_run(
    pack: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "apt-get").touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    said = pack.bare.system_libraries.fetch_programs(pack.bare.system_libraries.PACKING)
    assert said.startswith("缺少 objdump、strip") and said.endswith(" binutils"), said

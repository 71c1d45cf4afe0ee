"""What goes into the packed program and what stays out; `build/qidi.spec` asks here and the tests hold it to account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("app", "models", "sync", "ui")
MIGRATIONS = "models/migrations"  # Alembic reads them as files, not as modules
ENTRY = "ui/__main__.py"
INNER, PROGRAM = "_internal", "qidi"
ICON = "resources/images/qidi.png"

# Loaded by name at run time, beside our own modules: nothing in the code imports them as PyInstaller could see it.
BY_NAME = ("psutil", "qtawesome", "resource", "alembic.op", "sqlalchemy.dialects.sqlite", "sqlalchemy.dialects.postgresql")
NOT_ON_WINDOWS = ("resource",)

AS_FILES_TOO = {"docx.parts": "pyz+py"}  # it asks for `docx/parts/../templates`, which a folder that is not there lacks

# What tools, tests and other people's optional features would drag in. `ssl`: the program speaks to no network.
LEFT_OUT = (
    # of Python
    *"tkinter _tkinter curses _curses readline ssl _ssl pydoc unittest doctest ensurepip idlelib turtle".split(),
    *"lib2to3 distutils multiprocessing xmlrpc _codecs_jp _codecs_hk _codecs_kr _codecs_iso2022".split(),
    # of tools, and what others would use if they found it
    *"setuptools pkg_resources pip wheel pytest _pytest hypothesis mypy importlinter pygments IPython".split(),
    *"numpy pandas scipy matplotlib qtpy fontTools pylopdf_fonts_zh_cn charset_normalizer".split(),
    # parts of the distributions that nothing here asks for
    *"PIL._avif PIL.AvifImagePlugin PIL._webp PIL.WebPImagePlugin PIL._imagingtk PIL.ImageTk PIL._imagingcms".split(),
    *(f"lxml.{name}" for name in "objectify isoschematron sax usedoctest doctestcompare cssselect".split()),
    *(f"lxml.html.{name}" for name in "diff _difflib _diffcommand clean html5parser soupparser ElementSoup usedoctest".split()),
    *(f"rapidfuzz.{name}" for name in "fuzz_cpp_avx2 distance.metrics_cpp distance.metrics_cpp_avx2".split()),
    *"sqlalchemy.dialects.oracle sqlalchemy.testing alembic.testing reportlab.graphics.testshapes".split(),
    *(f"PySide6.Qt{name}" for name in "Network Qml Quick QuickWidgets QuickControls2 OpenGL OpenGLWidgets Sql Test Xml".split()),
    *(f"PySide6.Qt{name}" for name in "Designer Help UiTools Concurrent SvgWidgets ExampleIcons QuickTest".split()),
)

QT_MODULES = ("Core", "Gui", "Widgets", "DBus", "PrintSupport", "Svg")
QT_LIBRARIES = (*(f"libQt6{name}.so.6" for name in (*QT_MODULES, "XcbQpa")), "libicu*.so.*")
QT_DLLS = tuple(f"Qt6{name}.dll" for name in QT_MODULES)
NOT_OF_QT = ("QtDBus.*", "opengl32sw.dll")
# Drawing is by the processor, so no GL; the window stands on X11 (under Wayland through XWayland), tests on offscreen.
# No theme of GTK, which would drag in the build host's GTK. ibus serves fcitx too (`ui/application.py`).
QT_PLUGINS = (
    *(f"platforms/{name}" for name in "libqxcb.so libqoffscreen.so".split()),
    *(f"platforms/{name}" for name in "qwindows.dll qoffscreen.dll".split()),
    *(f"platforminputcontexts/lib{name}*.so" for name in "compose ibus fcitx".split()),
    *"platformthemes/libqxdgdesktopportal.so printsupport/*.so styles/qmodernwindowsstyle.dll iconengines/*qsvgicon.*".split(),
    *(f"imageformats/*q{name}.*" for name in "svg jpeg ico".split()),
)
TRANSLATIONS = ("qtbase_zh_CN.qm",)
ICON_FONT = "remixicon-"  # of the eleven fonts of qtawesome the one that `ui/icons.py` draws from

# Of the build host, beside the program: it starts where none of them is installed. Library -> Debian's package.
HOST_LIBRARIES = {
    "libpython3.*.so.*": "python3", "libstdc++.so.6": "libstdc++6", "libgcc_s.so.1": "libgcc-s1", "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1", "libbz2.so.1*": "libbz2-1.0", "liblzma.so.5": "liblzma5", "libffi.so.*": "libffi8",
    "libuuid.so.1": "libuuid1", "libsqlite3.so.0": "libsqlite3-0", "libcrypto.so.*": "libssl3", "libexpat.so.1": "libexpat1",
    "libglib-2.0.so.0": "libglib2.0-0", "libgthread-2.0.so.0": "libglib2.0-0", "libpcre2-8.so.0": "libpcre2-8-0",
    "libpcre.so.3": "libpcre3", "libdbus-1.so.3": "libdbus-1-3", "libsystemd.so.0": "libsystemd0", "libcap.so.2": "libcap2",
    "libgcrypt.so.20": "libgcrypt20", "libgpg-error.so.0": "libgpg-error0", "liblz4.so.1": "liblz4-1",
    "libfontconfig.so.1": "libfontconfig1", "libfreetype.so.6": "libfreetype6", "libpng16.so.16": "libpng16-16",
    "libbrotlidec.so.1": "libbrotli1", "libbrotlicommon.so.1": "libbrotli1",
    "libGL.so.1": "libgl1", "libEGL.so.1": "libegl1", "libGLdispatch.so.0": "libglvnd0", "libGLX.so.0": "libglx0",
    "libX11.so.6": "libx11-6", "libX11-xcb.so.1": "libx11-xcb1", "libXau.so.6": "libxau6", "libXdmcp.so.6": "libxdmcp6",
    "libbsd.so.0": "libbsd0", "libmd.so.0": "libmd0", "libxcb.so.1": "libxcb1", "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4", "libxcb-image.so.0": "libxcb-image0", "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0", "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0", "libxcb-shm.so.0": "libxcb-shm0", "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1", "libxcb-xfixes.so.0": "libxcb-xfixes0", "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon.so.0": "libxkbcommon0", "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}  # fmt: skip
# PyInstaller leaves these to the target system on purpose; without them a bare system could not load Qt at all.
COPIED_BESIDE = ("libGL.so.1", "libEGL.so.1", "libGLdispatch.so.0", "libGLX.so.0", "libxcb.so.1")
# There are two wheels of these, for glibc 2.28 and for 2.34; pip takes the newest that the build host bears.
WHEELS_BY_HOST = ("cryptography/*",)
# Of the target system: glibc itself, and CUPS, without which one prints into a PDF.
OF_THE_SYSTEM = (
    "libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libutil.so.1", "libresolv.so.2",
    "ld-linux-*.so.*", "libcups.so.2",
)  # fmt: skip


def modules() -> list[str]:
    """Every module of the four floors by its dotted name: pages and verbs are loaded by name."""
    return sorted(
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for floor in FLOORS
        for path in (ROOT / floor).rglob("*.py")
        if not path.relative_to(ROOT).is_relative_to(MIGRATIONS) and path != ROOT / ENTRY
    )


def hidden(*, windows: bool = False) -> list[str]:
    return [*modules(), *(name for name in BY_NAME if not (windows and name in NOT_ON_WINDOWS))]


def resources() -> Iterator[tuple[Path, str]]:
    """(file, folder inside the program) of all that is opened as a file: resources with the fonts, migrations."""
    for folder, pattern in (("resources", "*"), (MIGRATIONS, "*.py")):
        for path in sorted((ROOT / folder).rglob(pattern)):
            inside = path.relative_to(ROOT)
            if path.is_file() and not _made(inside):
                yield path, inside.parent.as_posix()


def wanted(name: str, *, windows: bool = False) -> bool:
    """Whether a file that PyInstaller collected belongs: `name` is its place inside the program."""
    inside = PurePosixPath(name.replace("\\", "/"))
    match inside.parts:
        case ("PySide6", "Qt", "lib", last):
            return _like(last, QT_LIBRARIES)
        case ("PySide6", "Qt", "plugins", *rest) | ("PySide6", "plugins", *rest):
            return _like("/".join(rest), QT_PLUGINS)
        case ("PySide6", *_, "translations", last):
            return last in TRANSLATIONS
        case ("PySide6", "Qt", "qml", *_) | ("PySide6", "qml", *_):
            return False
        case ("qtawesome", *_, last):
            return last.startswith(ICON_FONT)
        case ("reportlab", "fonts", *_):  # none is used, and one of them is under the GPL
            return False
        case ("docx", "templates", "default-docx-template", *_) | ("lxml", "isoschematron", *_):
            return False
        case ("PySide6", last):
            return not _like(last, NOT_OF_QT) and (not last.startswith("Qt6") or _like(last, QT_DLLS))
        case (last,) if not windows and _is_library(last):
            return _like(last, (*HOST_LIBRARIES, *_COMPILED_ALONE))
    return "__pycache__" not in inside.parts


def strangers(names: list[str]) -> list[str]:
    """Shared libraries among the files of a packed program that stand on no list: `names` are relative to it."""
    return [name for name in names if _is_library(PurePosixPath(name).name) and not _known(PurePosixPath(name))]


def distribution_folders() -> tuple[str, ...]:
    """The top folders a compiled module may stand in: those of the shipped distributions, and Python's own."""
    return (*_COMPILED, "python3.*")


_COMPILED = tuple(
    "PIL PySide6 shiboken6 cryptography lxml msgspec pillow.libs psutil pypdfium2_raw pyrage "
    "python_calamine rapidfuzz sqlalchemy uuid_utils zxingcpp markupsafe lib-dynload".split()
)
_COMPILED_ALONE = ("_cffi_backend.*.so",)


def _known(inside: PurePosixPath) -> bool:
    parts = inside.parts[1:] if inside.parts[:1] == (INNER,) else inside.parts
    if len(parts) == 1:
        return _like(parts[0], (*HOST_LIBRARIES, *_COMPILED_ALONE))
    return _like(parts[0], distribution_folders()) and wanted("/".join(parts))


def _is_library(name: str) -> bool:
    return bool(re.search(r"\.so(\.\d+)*$", name))


def _like(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def _made(inside: Path) -> bool:
    return "__pycache__" in inside.parts or inside.name.startswith(".")


def imported_by_name() -> set[str]:
    """Module names that the floors hand to `import_module` or `find_spec`, or keep in tables as `module:verb`."""
    return {
        name
        for floor in FLOORS
        for path in (ROOT / floor).rglob("*.py")
        for match in _BY_NAME.finditer(path.read_text("utf-8"))
        for name in match.groups()
        if name
    }


_BY_NAME = re.compile(r'\b(?:import_module|find_spec)\("([\w.]+)"|"((?:app|sync|ui|models)(?:\.\w+)+)(?::\w+)?"')

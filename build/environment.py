"""The project's own .venv: made, filled from the hash-pinned locks, and left alone while nothing changed."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from talk import ROOT, call, say

VENV = ROOT / ".venv"
STAMP = VENV / "qidi-setup.json"
FONTS = ROOT / "resources" / "fonts"
FONT_STAMP = FONTS / ".made"
LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}
WINDOWS = os.name == "nt"
SCRIPTS = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = SCRIPTS / ("python.exe" if WINDOWS else "python")


class SetupError(Exception):
    """Something a person has to put right; the text says what."""


def ready(level: str) -> Path:
    """The interpreter of a .venv that holds at least `level` ("run" or "dev"). Raises SetupError."""
    if is_current(level):
        return PYTHON
    _make_venv()
    _install(level)
    _place_project()
    levels = ("run", "dev") if level == "dev" else ("run",)  # the second lock holds all of the first
    _write(STAMP, json.dumps({"root": str(ROOT)} | {each: _digest(each) for each in levels}))
    return PYTHON


def fonts_ready() -> None:
    """The two faces in resources/fonts, made again only when their source or their maker changed."""
    pins = re.findall(r"^(?:fonttools|pylopdf-fonts-zh-cn)==\S+", _text(LOCKS["run"]), re.MULTILINE)
    wanted = hashlib.sha256((_text("build/fonts.py") + "".join(pins)).encode()).hexdigest()
    if (
        FONT_STAMP.exists()
        and FONT_STAMP.read_text("utf-8") == wanted
        and len(list(FONTS.glob("*.ttf"))) >= 2
        and (FONTS / "OFL.txt").exists()
    ):
        return
    say("制作打印用的字体（约半分钟，只做一次）")
    if call([PYTHON, ROOT / "build" / "fonts.py", FONTS]):
        raise SetupError("字体没有做成，见上面的原因")
    _write(FONT_STAMP, wanted)


def is_current(level: str) -> bool:
    """True when the .venv was filled for `level` from the locks as they are now."""
    stamp = _read_stamp()
    return PYTHON.exists() and stamp.get("root") == str(ROOT) and stamp.get(level) == _digest(level)


def _digest(level: str) -> str:
    text = _text(LOCKS[level]) + _text("build/environment.py")
    return hashlib.sha256(text.encode()).hexdigest()


def _text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def _read_stamp() -> dict[str, str]:
    try:
        stamp = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _make_venv() -> None:
    """Debian splits ensurepip off into python3-venv: without it the system's pip fills the .venv."""
    if PYTHON.exists() and _quiet([str(PYTHON), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]):
        return
    say(f"建立 {VENV}")
    pip = [] if importlib.util.find_spec("ensurepip") else ["--without-pip"]
    if pip and importlib.util.find_spec("pip") is None:
        raise SetupError("这台机器的 Python 没有 pip，请先运行：sudo apt-get install -y python3-pip")
    command = [sys.executable, "-m", "venv", "--clear", *pip, str(VENV)]
    if not _quiet(command) and not _quiet([*command[:-1], "--without-pip", str(VENV)]):
        raise SetupError(f"建立 {VENV} 没有成功：{' '.join(command)}")


def _install(level: str) -> None:
    say(f"安装 {LOCKS[level]}（只从网上取一次）")
    command = [
        *_pip(), "install", "-qq", "--disable-pip-version-check", "--no-input", "--no-warn-script-location",
        "--only-binary", ":all:", "--require-hashes", "-r", str(ROOT / LOCKS[level]),
    ]  # fmt: skip
    if call(command):
        raise SetupError(f"{LOCKS[level]} 没有装全，见上面的原因；多半是连不上软件源")


def _pip() -> list[str]:
    if _quiet([str(PYTHON), "-c", "import pip"]):
        return [str(PYTHON), "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", str(PYTHON)]


def _place_project() -> None:
    """An editable install by hand: one .pth and one console script need no build back-end."""
    site = Path(_output([str(PYTHON), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]))
    _write(site / "qidi.pth", f"{ROOT}\n")
    if WINDOWS:
        _write(SCRIPTS / "qidi.cmd", f'@"{PYTHON}" -m ui %*\r\n')
        return
    script = SCRIPTS / "qidi"
    _write(script, f"#!/bin/sh\nexec '{PYTHON}' -m ui \"$@\"\n")
    script.chmod(0o755)


def _quiet(command: list[str]) -> bool:
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0


def _output(command: list[str]) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout.strip()


def _write(path: Path, text: str) -> None:
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text, "utf-8")
    fresh.replace(path)

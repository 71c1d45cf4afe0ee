"""The program never uses a network: nothing of it imports what does, and the watch over sockets sees."""

from __future__ import annotations

import ast
import re
import socket
from pathlib import Path

import pytest

from tests import network
from tests.house.rooms import PACKAGES, modules, short, tree

FORBIDDEN = frozenset(
    "socket socketserver ssl http urllib ftplib smtplib poplib imaplib telnetlib nntplib xmlrpc asyncio "
    "requests httpx aiohttp urllib3 websockets paramiko webbrowser".split()
)
QT = frozenset("QtNetwork QtWebSockets QtWebEngineCore QtWebEngineWidgets QtHttpServer QtBluetooth QtRemoteObjects".split())
LOCAL = "urllib.parse"  # cuts an address into parts, no more
WORDS = re.compile(rf"^\s*(?:from|import)\b.*\b(?:{'|'.join(FORBIDDEN | QT)})\b", re.MULTILINE)
OPENS_FILES = "openUrl"
"""Of QDesktopServices: shows a file of this machine in the program that belongs to it."""


def reached(path: Path) -> list[str]:
    found: list[str] = []
    if not WORDS.search(path.read_text("utf-8")):  # reading a text is a tenth of parsing it
        return found
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        found += [name for name in names if _speaks(name)]
    return found


def _speaks(name: str) -> bool:
    top, parts = name.partition(".")[0], set(name.split("."))
    return bool(QT & parts) or (top in FORBIDDEN and not f"{name}.".startswith(f"{LOCAL}."))


def test_no_module_imports_what_speaks_with_other_machines() -> None:
    """Local log only, never a network; QDesktopServices opens files of this machine alone."""
    ours = [path for path in modules() if short(path).split("/")[0] in PACKAGES]
    assert len(ours) > 500
    assert {short(path): names for path in ours if (names := reached(path))} == {}
    openers = [path for path in ours if OPENS_FILES in path.read_text("utf-8")]
    assert [short(p) for p in openers if "fromLocalFile" not in p.read_text("utf-8")] == []


def test_what_would_speak_is_found(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("import urllib.request\nfrom PySide6.QtNetwork import QTcpSocket\nfrom PySide6 import QtNetwork\n", "utf-8")
    assert len(reached(bad)) >= 3
    good = tmp_path / "good.py"
    good.write_text("from urllib.parse import quote\nimport json\n", "utf-8")
    assert reached(good) == []


def test_the_watch_sees_a_socket() -> None:
    with pytest.raises(AssertionError, match="without a network"), network.untouched():
        socket.socket(socket.AF_INET).close()
    with pytest.raises(AssertionError, match="without a network"), network.untouched():
        socket.getaddrinfo("127.0.0.1", 9)
    with network.untouched():
        socket.socket(socket.AF_UNIX).close()

"""The lane of tests/real_window: a screen of its own (Xvfb) with a window manager (openbox), and pytest on it."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import system_libraries
from talk import call, say

FOLDER = "tests/real_window"
SCREEN = "-screen 0 1366x768x24 -dpi 96 -nolisten tcp -noreset"
READY_SECONDS = 20
STUCK_SECONDS = 120  # a test of the lane that waits longer ends the run, with its stack
# What would bring the person's own desktop into the lane: scale, input method, session, look.
FOREIGN = ("QT_", "XMODIFIERS", "XAUTHORITY", "WAYLAND_", "SESSION_MANAGER", "DBUS_")


class NoScreen(Exception):
    """The screen did not come up; the text says why."""


def run(python: Path, args: Sequence[str] = ()) -> int:
    """The exit code of pytest; 0 and one line that says why where there can be no such screen."""
    why = system_libraries.fetch_screen()
    if why:
        say(f"真窗口测试没有跑：{why}")
        return 0
    command: list[str | Path] = [
        python,
        "-m",
        "pytest",
        *(args or [FOLDER]),
        "-o",
        f"faulthandler_timeout={STUCK_SECONDS}",
    ]
    try:
        with screen() as world:
            return call(command, world)
    except NoScreen as error:
        say(f"真窗口测试没有跑：{error}")
        return 0


@contextmanager
def screen() -> Iterator[dict[str, str]]:
    """The environment of a program on a fresh screen with a window manager. Raises NoScreen."""
    with ExitStack() as stack:
        nest = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="qidi-screen-")))
        number = _show(stack, nest)
        world = _world(nest, number)
        _manage(stack, nest, world)
        yield world


def _world(nest: Path, number: str) -> dict[str, str]:
    """No settings of the person who runs the tests are read or written."""
    world = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    for folder in ("config", "runtime"):
        (nest / folder).mkdir(mode=0o700)
    return world | {
        "DISPLAY": f":{number}",
        "QT_QPA_PLATFORM": "xcb",
        "LC_ALL": "C.UTF-8",
        "XDG_CONFIG_HOME": str(nest / "config"),
        "XDG_RUNTIME_DIR": str(nest / "runtime"),
    }


def _show(stack: ExitStack, nest: Path) -> str:
    """Start Xvfb; it picks a free number itself and writes it down when it is ready."""
    told, telling = os.pipe()
    stack.callback(os.close, told)
    command = ["Xvfb", "-displayfd", str(telling), *SCREEN.split()]
    try:
        _start(stack, command, nest / "Xvfb.log", os.environ, (telling,))
    finally:
        os.close(telling)
    number = _heard(told).strip()
    if not number:
        raise NoScreen(f"Xvfb 没有开起来（{_last_words(nest / 'Xvfb.log')}）")
    return number


def _manage(stack: ExitStack, nest: Path, world: Mapping[str, str]) -> None:
    """Start openbox; it writes to the pipe once it manages the windows."""
    pipe = nest / "ready"
    os.mkfifo(pipe)
    told = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    stack.callback(os.close, told)
    command = ["openbox", "--sm-disable", "--startup", f"sh -c 'echo yes > {pipe}'"]
    _start(stack, command, nest / "openbox.log", world)
    if not _heard(told):
        raise NoScreen(f"openbox 没有开起来（{_last_words(nest / 'openbox.log')}）")


def _start(
    stack: ExitStack, command: Sequence[str], log: Path, world: Mapping[str, str], fds: tuple[int, ...] = ()
) -> None:
    """In a session of its own, so that Ctrl-C ends the tests first and the screen after them."""
    with log.open("wb") as out:
        try:
            process = subprocess.Popen(
                command, env=dict(world), pass_fds=fds, stdout=out, stderr=out, start_new_session=True
            )
        except OSError as error:
            raise NoScreen(f"{command[0]} 没有开起来（{error.strerror}）") from error
    stack.callback(_end, process)


def _heard(told: int) -> str:
    """What comes through a pipe; "" when the other end closed it or said nothing in time."""
    ready, _, _ = select.select([told], [], [], READY_SECONDS)
    return os.read(told, 64).decode() if ready else ""


def _last_words(log: Path) -> str:
    said = log.read_text("utf-8", "replace").strip().splitlines()
    return said[-1].strip() if said else "没有说原因"


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(READY_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    sys.exit(run(Path(sys.executable), sys.argv[1:]))

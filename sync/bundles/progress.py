"""What a long exchange says of itself while it runs: the phase it is in, and the bytes of it that are done."""

from __future__ import annotations

from collections.abc import Callable

Tell = Callable[[int, int, str], object]
"""`tell(done, total, phase)`, in bytes; it may raise to cancel, until the deed is written down."""
Moved = Callable[[int], object]
PACKING, PROVING, WRITING, COMPARING = "打包", "核验", "写入", "读回比对"
OPENING, INSPECTING, KEEPING = "打开", "检查附件", "存原件"


class Cancelled(Exception):
    """Given up by the clerk: what `tell` raises inside the running command."""


def phase(tell: Tell | None, name: str, total: int) -> Moved:
    """Begin a phase of `total` bytes; what comes back is told the bytes of every step, before they are written."""
    done = 0

    def moved(count: int) -> None:
        nonlocal done
        done += count
        if tell:
            tell(min(done, total), total, name)

    moved(0)
    return moved

"""Private folders that a killed process left behind, with unpacked content in them, are cleared away."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

STALE = 3600  # seconds; nothing takes that long, and a second program must not lose its own


def sweep(folder: Path, prefix: str, stale: float = STALE) -> None:
    """Remove the folders of `folder` whose names begin with `prefix` and that nothing was put into for `stale` seconds."""
    now = time.time()
    for left in folder.glob(f"{prefix}*"):
        if left.is_dir() and now - left.stat().st_mtime > stale:
            shutil.rmtree(left, ignore_errors=True)

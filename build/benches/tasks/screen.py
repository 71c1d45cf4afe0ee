"""The screen that a measured window is shown on: the usual one of an office, not the small one Qt makes offscreen."""

from __future__ import annotations

import faulthandler
import json
import os
import time
from pathlib import Path

WIDTH, HEIGHT = 1366, 768
STUCK_SECONDS = 60


def take(nest: Path) -> None:
    """Have the QApplication made next find this screen; its description is kept in `nest`."""
    dots = {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    file = nest / "screen.json"
    file.write_text(json.dumps({"screens": [{"name": "desk", "x": 0, "y": 0, "width": WIDTH, "height": HEIGHT, **dots}]}))
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={file}"


def ends_anyhow() -> None:
    """A window that never closes, as when it shows a fault, ends its process and does not hold up the measures."""
    faulthandler.dump_traceback_later(STUCK_SECONDS, exit=True)


def processor() -> float:
    """Seconds of processor time this process has used since it began, its start included."""
    return time.process_time()

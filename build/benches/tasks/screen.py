"""The screen that a measured window is shown on: the usual one of an office, not the small one Qt makes offscreen."""

from __future__ import annotations

import json
import os
from pathlib import Path

WIDTH, HEIGHT = 1366, 768


def take(nest: Path) -> None:
    """Have the QApplication made next find this screen; its description is kept in `nest`."""
    dots = {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    file = nest / "screen.json"
    file.write_text(json.dumps({"screens": [{"name": "desk", "x": 0, "y": 0, "width": WIDTH, "height": HEIGHT, **dots}]}))
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={file}"

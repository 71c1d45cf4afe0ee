"""A copy of a receipt or a return slip, to be handed to its sender."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.change import Change
from app.office import Office
from app.storage import files

ANSWERS = "回执和退回单 (*.qidi-receipt *.qidi-slip);;所有文件 (*)"


def keep_copy(_office: Office, source: Path, out: Path) -> Change:
    """Copy `source` to `out`. Raises the Problems of writing."""
    files.write_whole(out, lambda part: shutil.copyfile(source, part))
    return Change(f"已另存：{out.name}")

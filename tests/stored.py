"""Offices made once and laid down again for each test: making one takes ten times as long as copying it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Stored:
    """A folder as it was: its folders, and (path, bytes, mode) of each file."""

    folders: tuple[str, ...]
    files: tuple[tuple[str, bytes, int], ...]

    def lay(self, folder: Path) -> Path:
        """Write everything below `folder`, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in self.folders:
            (folder / name).mkdir()
        for name, content, mode in self.files:
            (folder / name).write_bytes(content)
            (folder / name).chmod(mode)
        return folder


def keep(folder: Path) -> Stored:
    """What stands in `folder`; the offices in it are closed before."""
    found = sorted(folder.rglob("*"))
    return Stored(
        tuple(str(each.relative_to(folder)) for each in found if each.is_dir()),
        tuple(
            (str(each.relative_to(folder)), each.read_bytes(), each.stat().st_mode & 0o777)
            for each in found
            if each.is_file()
        ),
    )

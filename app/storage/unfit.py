"""What is said of a file from outside that cannot be kept."""

from __future__ import annotations

from pathlib import Path

from app.problem import Problem


def unfit(code: str, path: Path, why: str) -> Problem:
    return Problem(f"E_ATTACHMENT_{code}", f"“{path.name}”{why}", file=str(path))

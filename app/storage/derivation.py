"""Which program worked out the stored columns: due days, stages, sort keys, counts of matters."""

from __future__ import annotations

from app.storage.paths import RESOURCES

DERIVED = 3
"""Raise it whenever `storing.columns` makes something else of the same cells: every office is then worked out anew."""
STAMP = "derived"


def stamp() -> str:
    """What this program writes beside what it worked out: its number, and the last year whose calendar it brings."""
    years = [path.stem for path in (RESOURCES / "calendar").glob("*.toml")]
    return f"{DERIVED}/{max(years)}"

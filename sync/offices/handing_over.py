"""工作交接 with what the parts that send know of the keys."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from app.change import Change
from app.office import Office
from app.today import handover
from app.today.handover import Leaving
from sync.peers import keys


def hand_over(office: Office, leaving: Leaving, out: Path, tell: Any = None) -> Change:
    """Write the sheet, the state of the keys among what it says. Raises the Problems of `handover.hand_over`."""
    return handover.hand_over(office, replace(leaving, keys=_words(office.folder / "keys")), out, tell)


def _words(folder: Path) -> str:
    """Whether there are keys, under a passphrase or not, and by which number the card is checked."""
    if not keys.exist(folder):
        return "还没有生成"
    under = "有口令，请当面告诉接交人并由接交人改掉" if keys.locked(folder) else "没有设口令"
    return f"已生成，核对码 {keys.own_card(folder).fingerprint}，{under}"
